import CompanionCore
import TestRandomness
import Testing

@Suite("Keys and checksums of blobs")
struct BlobKeyTests {
    @Test("A key leads nowhere but down, and means the same where case is folded")
    func keys() {
        for text in ["a", "a/b.png", "..a/b..", ".x", "a-_.0", String(repeating: "a", count: 200)] {
            #expect(BlobKey(text)?.description == text)
        }
        for text in [
            "", "/", "/a", "a/", "a//b", ".", "..", "a/..", "../a", "a/./b", "A", "a b", "ä", "a\\b", "a\0", "a,b",
            "a:b",
            String(repeating: "a", count: 201),
        ] {
            #expect(BlobKey(text) == nil, "\(text)")
        }
    }

    @Test("CRC-32 is that of the standard, however the bytes are cut")
    func checksum() {
        var checksum = CRC32()
        checksum.update(Array("123456789".utf8))
        #expect(checksum.value == 0xCBF4_3926)
        let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        var whole = CRC32()
        whole.update(bytes)
        for step in 1...20 {
            var parts = CRC32()
            for start in stride(from: 0, to: bytes.count, by: step) {
                parts.update(bytes[start..<min(start + step, bytes.count)])
            }
            #expect(parts.value == whole.value)
        }
    }

    @Test("The CRC-32 of bytes one after the other follows from theirs")
    func joinedChecksum() {
        var generator = SeededGenerator.announced()
        for _ in 0..<200 {
            let bytes = (0..<Int.random(in: 0...3_000, using: &generator)).map { _ in
                UInt8.random(in: .min ... .max, using: &generator)
            }
            let cut = Int.random(in: 0...bytes.count, using: &generator)
            var (whole, first, second) = (CRC32(), CRC32(), CRC32())
            whole.update(bytes)
            first.update(bytes[..<cut])
            second.update(bytes[cut...])
            first.append(second, count: bytes.count - cut)
            #expect(first.value == whole.value)
        }
    }
}
