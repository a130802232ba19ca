extension UnsafeBufferPointer<UInt8> {
    /// The scalar whose first byte is at `index` and the number of its bytes. The buffer must hold valid UTF-8, as that
    /// of a `String` does, and `index` must be the start of a scalar.
    @inline(__always)
    func scalar(at index: Int) -> (value: UInt32, width: Int) {
        let first = UInt32(self[index])
        if first < 0x80 { return (first, 1) }
        let second = UInt32(self[index + 1] & 0x3F)
        if first < 0xE0 { return ((first & 0x1F) << 6 | second, 2) }
        let third = UInt32(self[index + 2] & 0x3F)
        if first < 0xF0 { return ((first & 0x0F) << 12 | second << 6 | third, 3) }
        return ((first & 0x07) << 18 | second << 12 | third << 6 | UInt32(self[index + 3] & 0x3F), 4)
    }
}
