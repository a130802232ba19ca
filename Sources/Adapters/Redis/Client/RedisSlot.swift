/// Where in a cluster a key lies.
enum RedisSlot {
    static let count = 16_384

    /// The slot of a key: of what stands between its first braces, where anything does.
    static func of(_ key: some Collection<UInt8>) -> Int {
        Int(checksum(tag(key))) % count
    }

    private static func tag<Key: Collection<UInt8>>(_ key: Key) -> Key.SubSequence {
        guard let open = key.firstIndex(of: UInt8(ascii: "{")) else { return key[...] }
        let rest = key[key.index(after: open)...]
        guard let close = rest.firstIndex(of: UInt8(ascii: "}")), close != rest.startIndex else { return key[...] }
        return rest[..<close]
    }

    /// CRC-16 as XMODEM has it.
    static func checksum(_ bytes: some Sequence<UInt8>) -> UInt16 {
        bytes.reduce(0) { sum, byte in
            (0..<8).reduce(sum ^ UInt16(byte) << 8) { sum, _ in sum & 0x8000 == 0 ? sum << 1 : sum << 1 ^ 0x1021 }
        }
    }
}
