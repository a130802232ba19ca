internal import CZlib
internal import CompanionCore

/// The container of a PNG (third edition): a signature, then chunks of length, type, data and checksum.
enum PNG {
    static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    /// The longest data that a chunk may have.
    static let longestData = 0x7FFF_FFFF

    struct Chunk {
        /// Four letters.
        let type: String
        /// The whole chunk in the file.
        let range: Range<Int>
        let data: ArraySlice<UInt8>
        private let checksum: UInt32

        fileprivate init(type: String, range: Range<Int>, data: ArraySlice<UInt8>, checksum: UInt32) {
            self.type = type
            self.range = range
            self.data = data
            self.checksum = checksum
        }

        var hasRightChecksum: Bool { PNG.checksum(type: type, data: data) == checksum }
    }

    /// Walks over the chunks of a file, from its header to its end. What follows the end is not looked at.
    struct ChunkReader {
        private let bytes: [UInt8]
        private var position = PNG.signature.count
        private var isAtEnd = false

        /// Takes a file that starts with the signature.
        init(_ bytes: [UInt8]) { self.bytes = bytes }

        /// The next chunk; nil after `IEND`.
        mutating func next() throws -> Chunk? {
            if isAtEnd { return nil }
            let start = position
            guard bytes.count - start >= 12 else { throw truncated() }
            let length = Int(word(at: start))
            guard length <= PNG.longestData, bytes.count - start - 12 >= length else { throw truncated() }
            let letters = bytes[(start + 4)..<(start + 8)]
            guard letters.allSatisfy({ 0x41...0x5A ~= $0 & ~0x20 }) else {
                throw CompanionError(.invalidInput, "the PNG is damaged: no chunk starts at byte \(start)")
            }
            let type = String(decoding: letters, as: UTF8.self)
            guard (type == "IHDR") == (start == PNG.signature.count) else {
                throw CompanionError(.invalidInput, "the PNG is damaged: its header is not where it belongs")
            }
            position = start + 12 + length
            isAtEnd = type == "IEND"
            return Chunk(
                type: type, range: start..<position, data: bytes[(start + 8)..<(start + 8 + length)],
                checksum: word(at: start + 8 + length))
        }

        private func word(at index: Int) -> UInt32 {
            bytes[index..<(index + 4)].reduce(0) { $0 << 8 | UInt32($1) }
        }

        private func truncated() -> CompanionError {
            CompanionError(
                .invalidInput, "the PNG is cut off: it has \(bytes.count) bytes, and the chunk at byte \(position) more"
            )
        }
    }

    /// A chunk as it stands in a file.
    static func chunk(_ type: String, _ data: [UInt8]) -> [UInt8] {
        func bytes(of word: UInt32) -> [UInt8] { withUnsafeBytes(of: word.bigEndian, Array.init) }
        return bytes(of: UInt32(data.count)) + type.utf8 + data + bytes(of: checksum(type: type, data: data[...]))
    }

    private static func checksum(type: String, data: ArraySlice<UInt8>) -> UInt32 {
        let start = Array(type.utf8).withUnsafeBufferPointer { crc32(0, $0.baseAddress, uInt($0.count)) }
        // With no bytes there is no address, and zlib would take that for a reset.
        if data.isEmpty { return UInt32(start) }
        return data.withUnsafeBufferPointer { UInt32(crc32(start, $0.baseAddress, uInt($0.count))) }
    }
}
