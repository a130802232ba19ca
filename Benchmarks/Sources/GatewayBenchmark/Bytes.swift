import Foundation

extension UnsafeRawBufferPointer {
    /// Where some bytes come first, from an index on.
    func index(of needle: StaticString, from start: Int = 0) -> Int? {
        var start = start
        let (bytes, length) = (UnsafeRawPointer(needle.utf8Start), needle.utf8CodeUnitCount)
        while start + length <= count, let base = baseAddress {
            guard let hit = memchr(base + start, Int32(needle.utf8Start.pointee), count - length + 1 - start) else {
                return nil
            }
            let index = UnsafeRawPointer(hit) - base
            if memcmp(base + index, bytes, length) == 0 { return index }
            start = index + 1
        }
        return nil
    }

    func lastIndex(of needle: StaticString) -> Int? {
        var last: Int?
        while let index = index(of: needle, from: last.map { $0 + 1 } ?? 0) { last = index }
        return last
    }

    func starts(with needle: StaticString, at index: Int) -> Bool {
        guard let baseAddress, index >= 0, index + needle.utf8CodeUnitCount <= count else { return false }
        return memcmp(baseAddress + index, needle.utf8Start, needle.utf8CodeUnitCount) == 0
    }

    /// The text from an index up to a quote.
    func text(from index: Int) -> String {
        String(decoding: self[index...].prefix { $0 != UInt8(ascii: "\"") }, as: UTF8.self)
    }
}
