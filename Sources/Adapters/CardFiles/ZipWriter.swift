internal import CompanionCore

/// Makes a zip archive: deflated where that is smaller, without times, so that the same files make the same archive.
struct ZipWriter {
    private var bytes: [UInt8] = []
    private var directory: [UInt8] = []
    private var count = 0

    /// - Parameter path: ASCII, separated by `/`.
    mutating func add(_ content: [UInt8], at path: String) throws {
        let deflated = try deflate(content)
        let isSmaller = deflated.count < content.count
        let data = isSmaller ? deflated : content
        guard count < 0xFFFF, bytes.count + data.count < 0xFFFF_0000, content.count < 0xFFFF_FFFF else {
            throw CompanionError(.limitExceeded, "the files are too many or too large for a zip archive")
        }
        // Version 2.0; no flags; the method; January 1, 1980.
        let common =
            Self.number(20, 2) + Self.number(0, 2) + Self.number(isSmaller ? 8 : 0, 2) + Self.number(0, 2)
            + Self.number(0x21, 2) + Self.number(Int(zipChecksum(content)), 4) + Self.number(data.count, 4)
            + Self.number(content.count, 4) + Self.number(path.utf8.count, 2) + Self.number(0, 2)
        directory += Self.number(0x0201_4B50, 4) + Self.number(20, 2) + common + Self.number(0, 2 + 2 + 2 + 4)
        directory += Self.number(bytes.count, 4) + Array(path.utf8)
        bytes += Self.number(0x0403_4B50, 4) + common + Array(path.utf8) + data
        count += 1
    }

    func finish() -> [UInt8] {
        bytes + directory + Self.number(0x0605_4B50, 4) + Self.number(0, 4) + Self.number(count, 2)
            + Self.number(count, 2) + Self.number(directory.count, 4) + Self.number(bytes.count, 4) + Self.number(0, 2)
    }

    private static func number(_ number: Int, _ count: Int) -> [UInt8] {
        (0..<count).map { $0 < 8 ? UInt8(truncatingIfNeeded: number >> ($0 * 8)) : 0 }
    }
}
