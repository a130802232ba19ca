/// Writes a zip archive while its files are made: each chunk is given away at once, and only the directory is kept, about a
/// hundred bytes for a file.
///
/// Files are stored, not compressed: that needs no library, and any of them can be read without unpacking the others. An
/// archive of more than 4 GiB or 65,535 files is written with the fields of zip64 (APPNOTE 6.3.10, 4.3.14 to 4.5.3); one file
/// has less than 4 GiB.
struct ZipStream: Sendable {
    private struct Entry: Sendable {
        var path: [UInt8]
        var size: UInt32
        var checksum: UInt32
        var offset: UInt64
    }

    private var entries: [Entry] = []
    private var offset: UInt64 = 0

    /// The bytes before a file's content, whose length and CRC-32 they name.
    ///
    /// - Parameter path: ASCII, relative, separated by `/`; at most 65,535 bytes, each path once.
    mutating func begin(_ path: String, size: Int, checksum: UInt32) throws(CompanionError) -> [UInt8] {
        guard let size = UInt32(exactly: size), size < .max else {
            throw CompanionError(.limitExceeded, "A file of an archive must be smaller than 4 GiB.")
        }
        let entry = Entry(path: Array(path.utf8), size: size, checksum: checksum, offset: offset)
        entries.append(entry)
        let header = number(UInt32(0x0403_4B50)) + common(entry, version: 20) + entry.path
        offset += UInt64(header.count) + UInt64(size)
        return header
    }

    /// The bytes after the last file.
    func end() -> [UInt8] {
        var directory: [UInt8] = []
        for entry in entries {
            let isFar = entry.offset >= UInt64(UInt32.max)
            let extra = isFar ? number(UInt16(1)) + number(UInt16(8)) + number(entry.offset) : []
            // Made by version 4.5; no comment, first disk, no attributes.
            directory += number(UInt32(0x0201_4B50)) + number(UInt16(45))
            directory += common(entry, version: isFar ? 45 : 20, extraBytes: extra.count)
            directory += [UInt8](repeating: 0, count: 2 + 2 + 2 + 4)
            directory += number(isFar ? UInt32.max : UInt32(entry.offset)) + entry.path + extra
        }
        let (count, size) = (UInt64(entries.count), UInt64(directory.count))
        var end: [UInt8] = []
        if count >= 0xFFFF || offset >= UInt64(UInt32.max) || size >= UInt64(UInt32.max) {
            end += number(UInt32(0x0606_4B50)) + number(UInt64(44)) + number(UInt16(45)) + number(UInt16(45))
            end += number(UInt32(0)) + number(UInt32(0)) + number(count) + number(count) + number(size) + number(offset)
            end += number(UInt32(0x0706_4B50)) + number(UInt32(0)) + number(offset + size) + number(UInt32(1))
        }
        end += number(UInt32(0x0605_4B50)) + number(UInt32(0)) + number(UInt16(clamping: count))
        end += number(UInt16(clamping: count)) + number(UInt32(clamping: size)) + number(UInt32(clamping: offset))
        return directory + end + number(UInt16(0))
    }

    /// From the version needed to the length of the extra field: no flags, stored, January 1, 1980.
    private func common(_ entry: Entry, version: UInt16, extraBytes: Int = 0) -> [UInt8] {
        number(version) + number(UInt16(0)) + number(UInt16(0)) + number(UInt16(0)) + number(UInt16(0x21))
            + number(entry.checksum) + number(entry.size) + number(entry.size) + number(UInt16(entry.path.count))
            + number(UInt16(extraBytes))
    }

    private func number(_ number: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: number.littleEndian) { Array($0) }
    }
}
