import Testing

@testable import CompanionCardFiles
@testable import CompanionCore

/// The core writes archives, and this module reads them: each shows that the other is right.
@Suite("A zip archive that is written while its files are made")
struct ZipStreamTests {
    @Test("Another reader finds every file as it was")
    func roundTrip() throws {
        let files = (0..<300).map { number in
            (
                "folder-\(number % 7)/file-\(number).txt",
                (0..<number * 3).map { UInt8(truncatingIfNeeded: $0 &* number) }
            )
        }
        var zip = ZipStream()
        var bytes: [UInt8] = []
        for (path, content) in files {
            var checksum = CRC32()
            checksum.update(content)
            bytes += try zip.begin(path, size: content.count, checksum: checksum.value) + content
        }
        bytes += zip.end()
        let reader = try ZipReader(bytes)
        for (path, content) in files {
            let entry = try #require(reader.entry(at: path))
            #expect(try reader.read(entry) == content, "\(path)")
        }
    }

    @Test("A file of 4 GiB is refused")
    func bound() {
        var zip = ZipStream()
        #expect(throws: CompanionError.self) { try zip.begin("large", size: 1 << 32, checksum: 0) }
    }
}
