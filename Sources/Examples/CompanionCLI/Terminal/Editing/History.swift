/// The lines that were entered, the newest last.
struct History: Sendable, Hashable {
    static let maximumEntries = 1000
    /// The most bytes of all entries together, as ``HistoryFile`` writes them.
    static let maximumBytes = 1 << 20

    private(set) var entries: [String] = []
    private var byteCount = 0

    init(_ entries: some Sequence<String> = []) {
        for entry in entries { add(entry) }
    }

    /// Adds a line; a blank one, or the same as the one before, is not kept. The oldest go when there are too many.
    mutating func add(_ entry: String) {
        let size = Self.encodedSize(of: entry)
        guard entry.contains(where: { !$0.isWhitespace }), entry != entries.last, size <= Self.maximumBytes else {
            return
        }
        entries.append(entry)
        byteCount += size
        while entries.count > Self.maximumEntries || byteCount > Self.maximumBytes {
            byteCount -= Self.encodedSize(of: entries.removeFirst())
        }
    }

    /// The newest entry before `index` that contains `query`, without regard to case.
    func last(containing query: String, before index: Int) -> Int? {
        let query = query.lowercased()
        return entries[..<min(max(0, index), entries.count)].lastIndex { $0.lowercased().contains(query) }
    }

    /// The oldest entry after `index` that contains `query`, without regard to case.
    func first(containing query: String, after index: Int) -> Int? {
        let query = query.lowercased()
        return entries[min(max(0, index + 1), entries.count)...].firstIndex { $0.lowercased().contains(query) }
    }
}

extension History {
    /// One line per entry: newlines and backslashes are escaped.
    var fileText: String { entries.map { Self.encoded($0) + "\n" }.joined() }

    /// The history that ``fileText`` describes; damaged lines are taken as they are.
    init(fileText: String) {
        self.init(fileText.utf8.split(separator: UInt8(ascii: "\n")).map { Self.decoded(Substring($0)) })
    }

    private static func encoded(_ entry: String) -> String {
        var bytes: [UInt8] = []
        for byte in entry.utf8 {
            switch byte {
            case UInt8(ascii: "\\"): bytes += [byte, byte]
            case UInt8(ascii: "\n"): bytes += [UInt8(ascii: "\\"), UInt8(ascii: "n")]
            case UInt8(ascii: "\r"): bytes += [UInt8(ascii: "\\"), UInt8(ascii: "r")]
            default: bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The bytes that an entry takes in the file, its newline included.
    private static func encodedSize(of entry: String) -> Int {
        entry.utf8.reduce(1) { size, byte in
            size + (byte == UInt8(ascii: "\\") || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") ? 2 : 1)
        }
    }

    private static func decoded(_ line: Substring) -> String {
        var bytes: [UInt8] = []
        var isEscaped = false
        for byte in line.utf8 {
            if isEscaped {
                bytes.append(byte == UInt8(ascii: "n") ? 0x0A : byte == UInt8(ascii: "r") ? 0x0D : byte)
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
