#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// A checksum of values in their order, the same for the same values in whatever database: FNV-1a of 64 bits.
package struct SQLDigest: Sendable, Hashable {
    package private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

    mutating func add(_ row: [SQLValue]) { for value in row { add(value) } }

    private mutating func add(_ value: SQLValue) {
        switch value {
        case .null: add(0)
        case .integer(let number): add(1, number)
        case .real(let number): add(2, Int(bitPattern: UInt(truncatingIfNeeded: number.bitPattern)))
        case .text(let text): add(3, text.utf8)
        case .bytes(let bytes): add(4, bytes)
        case .uuid(let id): withUnsafeBytes(of: id.uuid) { add(5, $0) }
        case .timestamp(let date): add(6, Int((date.timeIntervalSince1970 * 1_000).rounded()))
        case .boolean(let flag): add(7, flag ? 1 : 0)
        case .json(let text): add(8, text.utf8)
        }
    }

    private mutating func add(_ byte: UInt8) { value = (value ^ UInt64(byte)) &* 0x100_0000_01B3 }

    private mutating func add(_ kind: UInt8, _ number: Int) {
        add(kind)
        withUnsafeBytes(of: number.littleEndian) { for byte in $0 { add(byte) } }
    }

    private mutating func add(_ kind: UInt8, _ bytes: some Collection<UInt8>) {
        // With the length, so that two texts are not the same as another two.
        add(kind, bytes.count)
        for byte in bytes { add(byte) }
    }
}
