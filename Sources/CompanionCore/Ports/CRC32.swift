/// The checksum of zip, PNG and S3's `x-amz-checksum-crc32`: CRC-32 with the polynomial 0x04C11DB7, reflected (ITU-T V.42).
///
/// Finds damage; is no protection against somebody who wants to deceive.
public struct CRC32: Sendable {
    private var state: UInt32 = 0xFFFF_FFFF

    public init() {}

    /// The checksum of what was added so far.
    public var value: UInt32 { ~state }

    /// Adds `count` bytes of which only the checksum is known.
    public mutating func append(_ next: CRC32, count: Int) {
        precondition(count >= 0, "Nothing has less than no bytes.")
        // Each bit of a checksum is a power of x; bytes behind it multiply it by x to the eighth.
        var (shift, factor, rest) = (Self.one, Self.one >> 8, count)
        while rest > 0 {
            if rest & 1 == 1 { shift = Self.times(factor, shift) }
            factor = Self.times(factor, factor)
            rest >>= 1
        }
        state = ~(Self.times(shift, value) ^ next.value)
    }

    /// The polynomial 1, the highest bit being the lowest power.
    private static let one: UInt32 = 1 << 31

    /// The product of two polynomials, by the rest that it leaves.
    private static func times(_ left: UInt32, _ right: UInt32) -> UInt32 {
        var (product, multiple): (UInt32, UInt32) = (0, right)
        for bit in 0..<UInt32(32) {
            if left & (one >> bit) != 0 { product ^= multiple }
            multiple = multiple & 1 == 1 ? 0xEDB8_8320 ^ (multiple >> 1) : multiple >> 1
        }
        return product
    }

    public mutating func update(_ bytes: some Collection<UInt8>) {
        if bytes.withContiguousStorageIfAvailable({ update(UnsafeRawBufferPointer($0)) }) == nil {
            Array(bytes).withUnsafeBytes { update($0) }
        }
    }

    /// Eight bytes a step ("slicing by 8", Kounavis and Berry 2005).
    private mutating func update(_ bytes: UnsafeRawBufferPointer) {
        var state = state
        Self.table.withUnsafeBufferPointer { table in
            var index = 0
            while index + 8 <= bytes.count {
                let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
                let mixed = word ^ UInt64(state)
                state = 0
                for slice in 0..<8 {
                    let byte = Int(truncatingIfNeeded: mixed >> UInt64(slice * 8)) & 0xFF
                    state ^= table[(7 - slice) * 256 + byte]
                }
                index += 8
            }
            while index < bytes.count {
                state = table[Int((state ^ UInt32(bytes[index])) & 0xFF)] ^ (state >> 8)
                index += 1
            }
        }
        self.state = state
    }

    /// Eight tables of 256: the checksum's change by a byte with so many zero bytes behind it.
    private static let table: [UInt32] = {
        var table: [UInt32] = []
        for number in 0..<256 {
            var entry = UInt32(number)
            for _ in 0..<8 { entry = entry & 1 == 1 ? 0xEDB8_8320 ^ (entry >> 1) : entry >> 1 }
            table.append(entry)
        }
        for index in 256..<2048 {
            let before = table[index - 256]
            table.append(table[Int(before & 0xFF)] ^ (before >> 8))
        }
        return table
    }()
}
