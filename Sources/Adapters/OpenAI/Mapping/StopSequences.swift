/// Ends a reply where a stop sequence begins, for servers that do not do it themselves.
///
/// The end of a piece that may be the beginning of a stop sequence is held back until that is decided.
struct StopSequences {
    private let sequences: [[UInt8]]
    private var held: [UInt8] = []
    private(set) var hasStopped = false

    init?(_ sequences: [String]) {
        self.sequences = sequences.map { Array($0.utf8) }.filter { !$0.isEmpty }
        if self.sequences.isEmpty { return nil }
    }

    /// The text that is part of the reply for certain; nil if that is none.
    mutating func take(_ piece: String) -> String? {
        guard !hasStopped else { return nil }
        let text = held + Array(piece.utf8)
        held = []
        for index in text.indices {
            let rest = text[index...]
            if sequences.contains(where: { rest.starts(with: $0) }) {
                hasStopped = true
                return Self.string(text[..<index])
            }
            if sequences.contains(where: { rest.count < $0.count && $0.starts(with: rest) }) {
                held = Array(rest)
                return Self.string(text[..<index])
            }
        }
        return Self.string(text[...])
    }

    /// What was held, when no more comes; nil if that is nothing.
    mutating func finish() -> String? {
        defer { held = [] }
        let stop = held.indices.first { index in sequences.contains { held[index...].starts(with: $0) } }
        hasStopped = hasStopped || stop != nil
        return Self.string(held[..<(stop ?? held.endIndex)])
    }

    private static func string(_ bytes: ArraySlice<UInt8>) -> String? {
        bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
    }
}
