internal import CompanionCore

/// Where the bytes of an archive are: in memory, or where they are read piece by piece.
package enum ZipSource: Sendable, Hashable {
    case bytes([UInt8])
    case file(ZipFile)

    package var count: Int {
        switch self {
        case .bytes(let bytes): bytes.count
        case .file(let file): file.count
        }
    }

    /// The bytes of a range that lies within; their indices are of no meaning.
    func slice(_ range: Range<Int>) throws -> ArraySlice<UInt8> {
        switch self {
        case .bytes(let bytes): return bytes[range]
        case .file(let file):
            let bytes = try file.read(range)
            guard bytes.count == range.count else {
                throw CompanionError(.invalidInput, "the zip archive was cut off while it was read")
            }
            return bytes[...]
        }
    }
}

/// An archive that is not held in memory as a whole. Equal only to itself.
package final class ZipFile: Sendable, Hashable {
    package let count: Int
    let read: @Sendable (Range<Int>) throws -> [UInt8]

    /// - Parameters:
    ///   - count: Its size in bytes.
    ///   - read: Gives the bytes of a range within; called for the list of files, then for one file after another.
    package init(count: Int, read: @escaping @Sendable (Range<Int>) throws -> [UInt8]) {
        self.count = count
        self.read = read
    }

    package static func == (left: ZipFile, right: ZipFile) -> Bool { left === right }
    package func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
