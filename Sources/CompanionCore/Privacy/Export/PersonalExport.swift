/// A file of an export.
public struct PersonalFile: Sendable {
    /// Relative, of ASCII letters, digits, `-`, `_`, `.` and `/`.
    public var path: String
    /// In bytes.
    public var size: Int
    /// The CRC-32 of the content.
    public var checksum: UInt32
    private let read: @Sendable (Range<Int>) async throws -> [UInt8]

    /// How much is read at a time, in bytes.
    static let chunk = 4 << 20

    /// - Parameter read: Gives just these bytes.
    public init(
        path: String, size: Int, checksum: UInt32, read: @escaping @Sendable (Range<Int>) async throws -> [UInt8]
    ) {
        self.path = path
        self.size = size
        self.checksum = checksum
        self.read = read
    }

    /// A file whose bytes are at hand.
    public init(path: String, bytes: [UInt8]) {
        var checksum = CRC32()
        checksum.update(bytes)
        self.init(path: path, size: bytes.count, checksum: checksum.value) { Array(bytes[$0]) }
    }

    /// The bytes, chunk by chunk. Ends with `conflict` where they are not those of the checksum, because the file was changed
    /// meanwhile.
    public var content: BlobStream { BlobStream(pulling: Chunks(file: self)) { try await $0.next() } }

    struct Chunks: Sendable {
        let file: PersonalFile
        private var rest: Range<Int>
        private var seen = CRC32()

        init(file: PersonalFile) {
            self.file = file
            rest = 0..<file.size
        }

        mutating func next() async throws -> [UInt8]? {
            guard !rest.isEmpty else { return nil }
            let next = rest.prefix(PersonalFile.chunk)
            let bytes = try await file.read(next)
            rest.removeFirst(next.count)
            seen.update(bytes)
            guard bytes.count == next.count, !rest.isEmpty || seen.value == file.checksum else {
                throw CompanionError(.conflict, "A file was changed while it was exported: export again.")
            }
            return bytes
        }
    }
}

/// All that is kept about a person, as files, pulled one by one; of each only a page is in memory.
///
/// The last file, `manifest.json`, says how many there are of everything. What is written meanwhile may be in it or not: each
/// file is of one moment.
public struct PersonalExport: AsyncSequence, Sendable {
    public typealias Element = PersonalFile
    public typealias Failure = any Error

    let reader: PersonalExportReader

    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(reader: reader) }

    public struct AsyncIterator: AsyncIteratorProtocol {
        var reader: PersonalExportReader

        public mutating func next(isolation _: isolated (any Actor)?) async throws -> PersonalFile? {
            try Task.checkCancellation()
            return try await reader.next()
        }

        public mutating func next() async throws -> PersonalFile? { try await next(isolation: nil) }
    }

    /// The files as one zip archive, made while it is read: at most a few megabytes are in memory, and a hundred bytes for
    /// each file.
    public var zip: BlobStream { Self.zip(of: reader) { try await $0.next() } }

    /// - Parameter next: The next file; nil after the last one.
    static func zip<Files: Sendable>(
        of files: Files, next: @escaping @Sendable (inout Files) async throws -> PersonalFile?
    ) -> BlobStream {
        BlobStream(pulling: Zipping(files: files, next: next)) { try await $0.chunk() }
    }

    private struct Zipping<Files: Sendable>: Sendable {
        var files: Files
        let next: @Sendable (inout Files) async throws -> PersonalFile?
        var zip = ZipStream()
        /// The file that is being written: all but what was given away.
        var content: PersonalFile.Chunks?
        var isEnded = false

        mutating func chunk() async throws -> [UInt8]? {
            if let bytes = try await content?.next() { return bytes }
            content = nil
            guard !isEnded else { return nil }
            guard let file = try await next(&files) else {
                isEnded = true
                return zip.end()
            }
            content = PersonalFile.Chunks(file: file)
            return try zip.begin(file.path, size: file.size, checksum: file.checksum)
        }
    }
}
