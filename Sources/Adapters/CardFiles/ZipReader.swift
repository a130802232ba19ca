internal import CompanionCore

/// The files in a zip archive (APPNOTE 6.3), read within bounds; nothing is written anywhere.
///
/// Stored and deflated files, also of the 64-bit kind, which some programs write for small ones too. Refused are archives
/// that are encrypted or of several parts, paths that lead elsewhere (`..`, from the root, with a drive), and files that
/// share their bytes or a name. A path with backslashes, as Windows programs write it, is read with slashes. Bytes in front
/// of the archive are allowed: some programs put a picture there.
package struct ZipReader: Sendable, Hashable {
    package struct Limits: Sendable, Hashable {
        /// Files and folders. Default 4,096.
        package var entries = 4_096
        /// All files together, inflated. Default 256 MiB.
        package var bytes = 256 << 20
        /// How many times larger than in the archive a file of more than 1 MiB may be. Default 200.
        package var ratio = 200
        /// The archive's list of files. Default 32 MiB.
        package var directoryBytes = 32 << 20

        package init() {}
    }

    package struct Entry: Sendable, Hashable {
        /// Separated by `/`, without one at the start.
        package fileprivate(set) var path: String
        /// Inflated.
        package let size: Int
        fileprivate let isDeflated: Bool
        fileprivate let checksum: UInt32
        fileprivate let data: Range<Int>
    }

    /// The files, in the archive's order; folders are left out.
    package private(set) var entries: [Entry] = []
    private let source: ZipSource

    package init(_ bytes: [UInt8], limits: Limits = .init()) throws { try self.init(.bytes(bytes), limits: limits) }

    package init(_ source: ZipSource, limits: Limits = .init()) throws {
        self.source = source
        guard let directory = try ZipDirectory(source) else { throw Self.damaged("its list of files is missing") }
        guard directory.isWhole else { throw CompanionError(.unsupported, "this zip archive is one of several parts") }
        guard directory.count <= limits.entries else {
            throw CompanionError(.limitExceeded, "the zip archive has more than the limit of \(limits.entries) files")
        }
        guard let start = directory.start(endingAt: directory.end) else {
            throw Self.damaged("its list of files is cut off")
        }
        guard directory.end - start.position <= limits.directoryBytes else {
            throw CompanionError(
                .limitExceeded,
                "the zip archive's list of files is larger than the limit of \(limits.directoryBytes) bytes")
        }
        let list = Array(try source.slice(start.position..<directory.end))
        var position = 0
        var total = 0
        var paths: Set<String> = []
        for _ in 0..<directory.count {
            let header = try ZipHeader(list, at: position, archiveBytes: source.count)
            position = header.next
            guard let entry = try Self.entry(header, in: source, shift: start.shift, limits: limits) else { continue }
            guard paths.insert(entry.path).inserted else { throw Self.damaged("two of its files have one name") }
            total += entry.size
            guard total <= limits.bytes else {
                throw CompanionError(
                    .limitExceeded,
                    "the files of the zip archive inflate to more than the limit of \(limits.bytes) bytes")
            }
            entries.append(entry)
        }
        try Self.refuseOverlaps(entries)
    }

    /// The file at a path; nil where there is none.
    package func entry(at path: String) -> Entry? { entries.first { $0.path == path } }

    /// The same with the files of a folder at the root, and the others where they are. A path that is there twice then
    /// stays in its folder.
    package func rooted(at folder: String) -> ZipReader {
        var result = self
        let others = Set(entries.map(\.path))
        for index in entries.indices where entries[index].path.hasPrefix(folder + "/") {
            let path = String(entries[index].path.dropFirst(folder.count + 1))
            if !others.contains(path) { result.entries[index].path = path }
        }
        return result
    }

    /// A file's bytes. Throws `invalidInput` where it is damaged.
    package func read(_ entry: Entry) throws -> [UInt8] {
        let data = try source.slice(entry.data)
        let content =
            entry.isDeflated
            ? try inflate(data, limit: entry.size, isBare: true, what: "a compressed file of the zip archive")
            : Array(data)
        guard content.count == entry.size, zipChecksum(content) == entry.checksum else {
            throw Self.damaged("the checksum of a file does not match")
        }
        return content
    }

    /// A few bytes under many names would be a bomb.
    private static func refuseOverlaps(_ entries: [Entry]) throws {
        let ranges = entries.map(\.data).filter { !$0.isEmpty }.sorted { $0.lowerBound < $1.lowerBound }
        for (range, next) in zip(ranges, ranges.dropFirst()) where range.upperBound > next.lowerBound {
            throw damaged("its files lie over each other")
        }
    }

    private static func entry(
        _ header: ZipHeader, in source: ZipSource, shift: Int, limits: Limits
    ) throws -> Entry? {
        guard !header.isEncrypted else { throw CompanionError(.unsupported, "the zip archive is encrypted") }
        guard let path = safePath(header.path) else {
            throw CompanionError(.invalidInput, "a path in the zip archive leads out of it, or is no path")
        }
        if path.hasSuffix("/") { return nil }
        guard header.method == 0 || header.method == 8 else {
            throw CompanionError(
                .unsupported, "a file of the zip archive is compressed in a way that is not known here")
        }
        let isTooDense = header.size > 1 << 20 && header.size / limits.ratio > header.packedSize
        guard header.size <= limits.bytes, !isTooDense else {
            throw CompanionError(.limitExceeded, "a file of the zip archive is much larger than it seems")
        }
        guard let data = try header.data(in: source, shift: shift),
            header.method == 8 || header.size == header.packedSize
        else { throw damaged("a file is not where it belongs") }
        return Entry(
            path: path, size: header.size, isDeflated: header.method == 8, checksum: header.checksum, data: data)
    }

    /// Nil for a path that could lead out of the place where it is unpacked.
    private static func safePath(_ bytes: ArraySlice<UInt8>) -> String? {
        let bytes = bytes.map { $0 == UInt8(ascii: "\\") ? UInt8(ascii: "/") : $0 }
        guard !bytes.isEmpty, bytes.count <= 1_024, let path = String(validating: bytes, as: UTF8.self),
            !path.contains(":"), !path.utf8.contains(0)
        else { return nil }
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard !parts.dropLast().contains(""), !parts.contains(".."), !parts.contains("."), path != "/" else {
            return nil
        }
        return path
    }

    fileprivate static func damaged(_ reason: String) -> CompanionError {
        CompanionError(.invalidInput, "the zip archive is damaged: \(reason)")
    }
}

/// The record at an archive's end.
struct ZipDirectory {
    /// Where the record begins, which is where the list of files ends.
    let end: Int
    let count: Int
    let isWhole: Bool
    private let size: Int
    private let offset: Int

    /// Nil where there is none within the last 64 KiB.
    init?(_ source: ZipSource) throws {
        switch source {
        case .bytes(let bytes): self.init(bytes, from: 0)
        case .file(let file):
            // With what may stand in front of the record: the one of the 64-bit kind, and its locator.
            let start = max(0, file.count - 22 - 0xFFFF - 20 - 56)
            self.init(Array(try source.slice(start..<file.count)), from: start)
        }
    }

    /// - Parameters:
    ///   - bytes: The end of the archive.
    ///   - base: How many bytes of the archive stand before them.
    private init?(_ bytes: [UInt8], from base: Int) {
        guard bytes.count >= 22 else { return nil }
        let first = max(0, bytes.count - 22 - 0xFFFF)
        let place = (first...(bytes.count - 22)).reversed().first { place in
            bytes[place] == 0x50 && bytes[place + 1] == 0x4B && bytes[place + 2] == 5 && bytes[place + 3] == 6
                && place + 22 + bytes.number(at: place + 20, 2) <= bytes.count
        }
        guard let place else { return nil }
        isWhole =
            bytes.number(at: place + 4, 2) == 0 && bytes.number(at: place + 8, 2) == bytes.number(at: place + 10, 2)
        let numbers = (
            bytes.number(at: place + 10, 2), bytes.number(at: place + 12, 4), bytes.number(at: place + 16, 4)
        )
        guard numbers.0 == 0xFFFF || numbers.1 == 0xFFFF_FFFF || numbers.2 == 0xFFFF_FFFF,
            let large = Self.largeRecord(before: place, in: bytes)
        else {
            end = base + place
            (count, size, offset) = numbers
            return
        }
        end = base + large
        count = bytes.number(at: large + 32, 8)
        size = bytes.number(at: large + 40, 8)
        offset = bytes.number(at: large + 48, 8)
        guard count >= 0, size >= 0, offset >= 0 else { return nil }
    }

    /// Where the record of the 64-bit kind stands, by its locator; it is looked for right in front of that.
    private static func largeRecord(before place: Int, in bytes: [UInt8]) -> Int? {
        let start = place - 20 - 56
        guard start >= 0, bytes.number(at: place - 20, 4) == 0x0706_4B50, bytes.number(at: start, 4) == 0x0606_4B50
        else { return nil }
        return start
    }

    /// Where the list of files begins, and how many bytes stand in front of the archive.
    func start(endingAt end: Int) -> (position: Int, shift: Int)? {
        guard size <= end, offset <= end else { return nil }
        let position = end - size
        let shift = position - offset
        return position >= 0 && shift >= 0 ? (position, shift) : nil
    }
}

/// What the list of files says of one.
private struct ZipHeader {
    let path: ArraySlice<UInt8>
    let isEncrypted: Bool
    let method: Int
    let checksum: UInt32
    let packedSize: Int
    let size: Int
    let next: Int
    private let offset: Int

    /// - Parameter bytes: The list.
    init(_ bytes: [UInt8], at start: Int, archiveBytes: Int) throws {
        guard start + 46 <= bytes.count, bytes.number(at: start, 4) == 0x0201_4B50 else {
            throw ZipReader.damaged("its list of files is cut off")
        }
        isEncrypted = bytes.number(at: start + 8, 2) & 0x2041 != 0
        method = bytes.number(at: start + 10, 2)
        checksum = UInt32(bytes.number(at: start + 16, 4))
        var numbers = [24, 20, 42].map { bytes.number(at: start + $0, 4) }
        let pathEnd = start + 46 + bytes.number(at: start + 28, 2)
        next = pathEnd + bytes.number(at: start + 30, 2) + bytes.number(at: start + 32, 2)
        guard next <= bytes.count else { throw ZipReader.damaged("its list of files is cut off") }
        path = bytes[(start + 46)..<pathEnd]
        // What does not fit four bytes stands in eight, in the extra field of the 64-bit kind.
        var extra = Self.largeNumbers(in: bytes[pathEnd..<(pathEnd + bytes.number(at: start + 30, 2))])
        for index in numbers.indices where numbers[index] == 0xFFFF_FFFF {
            guard let number = extra.popLast(), number >= 0, number <= archiveBytes << 12 else {
                throw ZipReader.damaged("a size or a place is missing")
            }
            numbers[index] = number
        }
        (size, packedSize, offset) = (numbers[0], numbers[1], numbers[2])
    }

    /// The numbers of an entry's 64-bit field, the first last.
    private static func largeNumbers(in extra: ArraySlice<UInt8>) -> [Int] {
        let bytes = Array(extra)
        var place = 0
        while place + 4 <= bytes.count {
            let length = bytes.number(at: place + 2, 2)
            guard place + 4 + length <= bytes.count else { break }
            if bytes.number(at: place, 2) == 1 {
                return (0..<length / 8).reversed().map { bytes.number(at: place + 4 + $0 * 8, 8) }
            }
            place += 4 + length
        }
        return []
    }

    /// Where the file's bytes stand, by the header in front of them.
    func data(in source: ZipSource, shift: Int) throws -> Range<Int>? {
        guard offset <= source.count, packedSize <= source.count else { return nil }
        let local = offset + shift
        guard local + 30 <= source.count else { return nil }
        let header = Array(try source.slice(local..<local + 30))
        guard header.number(at: 0, 4) == 0x0403_4B50 else { return nil }
        let start = local + 30 + header.number(at: 26, 2) + header.number(at: 28, 2)
        return start + packedSize <= source.count ? start..<start + packedSize : nil
    }
}

extension [UInt8] {
    /// A number of so many bytes, the lowest first.
    fileprivate func number(at index: Int, _ count: Int) -> Int {
        (0..<count).reversed().reduce(0) { $0 << 8 | Int(self[index + $1]) }
    }
}
