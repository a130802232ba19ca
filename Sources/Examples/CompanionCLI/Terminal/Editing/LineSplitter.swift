internal import CompanionCore

/// Splits input that comes in pieces into lines. A line that ends with an odd number of backslashes goes on with the
/// next, as it does in ``LineEditor``.
struct LineSplitter: Sendable {
    /// The most bytes of one line.
    static let maximumBytes = EditBuffer.maximumBytes

    private var line: [UInt8] = []
    private var lines: [String] = []

    /// Takes the next bytes. Throws `limitExceeded` when a line is too long.
    mutating func feed(_ bytes: [UInt8]) throws(CompanionError) {
        var rest = bytes[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            try append(rest[..<end])
            rest = rest[(end + 1)...]
            endLine()
        }
        try append(rest)
    }

    /// The next whole line.
    mutating func next() -> String? {
        lines.isEmpty ? nil : lines.removeFirst()
    }

    /// The last line, where no newline ends it.
    mutating func finish() -> String? {
        defer { line = [] }
        return line.isEmpty ? nil : String(decoding: line, as: UTF8.self)
    }

    private mutating func append(_ bytes: ArraySlice<UInt8>) throws(CompanionError) {
        guard line.count + bytes.count <= Self.maximumBytes else {
            throw CompanionError(.limitExceeded, "A line of the input is longer than 1 MiB: make it shorter.")
        }
        line += bytes
    }

    private mutating func endLine() {
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        if line.reversed().prefix(while: { $0 == UInt8(ascii: "\\") }).count.isMultiple(of: 2) {
            lines.append(String(decoding: line, as: UTF8.self))
            line.removeAll(keepingCapacity: true)
        } else {
            line[line.count - 1] = UInt8(ascii: "\n")
        }
    }
}
