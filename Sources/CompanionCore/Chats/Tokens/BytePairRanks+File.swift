#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

extension BytePairRanks {
    /// The most bytes of a ranks file, tokens in it, and bytes in one token. `o200k_base` has 3.6 million, 199,998 and 128.
    static let limits = (fileBytes: 64 << 20, tokens: 2_000_000, tokenBytes: 1_024)

    /// Reads a file, following symbolic links.
    static func contents(of path: String) throws -> [UInt8] {
        let file = URL(filePath: path).resolvingSymlinksInPath()
        let attributes: [FileAttributeKey: Any]
        do {
            attributes = try FileManager.default.attributesOfItem(atPath: file.path)
        } catch {
            throw CompanionError(
                .notFound, "No ranks file can be found at the given path; put the vocabulary's .tiktoken file there.",
                underlying: error)
        }
        guard attributes[.type] as? FileAttributeType == .typeRegular else {
            throw CompanionError(.invalidInput, "The ranks path names no regular file; give a .tiktoken file.")
        }
        guard let size = attributes[.size] as? Int, size <= limits.fileBytes else {
            throw CompanionError(
                .limitExceeded, "The ranks file is larger than \(limits.fileBytes >> 20) MiB; give a .tiktoken file.")
        }
        do {
            return try Array(Data(contentsOf: file))
        } catch {
            throw CompanionError(
                .invalidInput, "The ranks file can't be read; check its permissions.", underlying: error)
        }
    }

    /// Parses a ranks file: on each line a token in Base64 (RFC 4648, with padding), a space, and its rank in decimal.
    /// Empty lines and carriage returns are skipped.
    init(parsing text: UnsafeBufferPointer<UInt8>) throws {
        let lines = text.count { $0 == UInt8(ascii: "\n") } + 1
        guard lines <= Self.limits.tokens else {
            throw CompanionError(.limitExceeded, "The ranks file has more than \(Self.limits.tokens) lines.")
        }
        self.init(capacity: lines)
        var isUsed = Array(repeating: false, count: Self.limits.tokens)
        var token: [UInt8] = []
        var start = 0
        for line in 1...lines {
            let rest = text[start...]
            let end = rest.firstIndex(of: UInt8(ascii: "\n")) ?? text.count
            start = end + 1
            var content = rest[..<end]
            if content.last == UInt8(ascii: "\r") { content.removeLast() }
            if content.isEmpty { continue }
            token.removeAll(keepingCapacity: true)
            guard let space = Base64.decode(content, into: &token), let rank = Self.rank(in: content[space...]) else {
                throw CompanionError(
                    .invalidInput, "Line \(line) of the ranks file is not a token in Base64, a space and a rank.")
            }
            guard token.count <= Self.limits.tokenBytes, rank < Self.limits.tokens else {
                throw CompanionError(
                    .limitExceeded,
                    """
                    Line \(line) of the ranks file holds a token of more than \(Self.limits.tokenBytes) bytes or a rank of \
                    \(Self.limits.tokens) or more.
                    """)
            }
            let isNew = token.withUnsafeBufferPointer { insert(0..<$0.count, of: $0, rank: UInt32(rank)) }
            guard isNew, !isUsed[rank] else {
                throw CompanionError(.invalidInput, "Line \(line) of the ranks file repeats a token or a rank.")
            }
            isUsed[rank] = true
        }
        for byte in UInt8.min...UInt8.max {
            let rank = withUnsafePointer(to: byte) {
                self.rank(of: 0..<1, in: UnsafeBufferPointer(start: $0, count: 1))
            }
            guard rank != Self.none else {
                throw CompanionError(
                    .invalidInput, "The ranks file has no token for byte \(byte); give a whole .tiktoken file.")
            }
        }
    }

    /// A space and then one to nine digits; nil for anything else.
    private static func rank(in text: Slice<UnsafeBufferPointer<UInt8>>) -> Int? {
        guard text.first == UInt8(ascii: " "), (2...10).contains(text.count) else { return nil }
        var rank = 0
        for digit in text.dropFirst() {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            rank = rank * 10 + Int(digit - UInt8(ascii: "0"))
        }
        return rank
    }
}
