/// A word's name in an index: a 64-bit hash of its bytes, the same on every platform and in every process.
///
/// Of 100,000 words, two share a hash once in three billion indexes; they then count as one word.
struct WordHash: Sendable, Hashable {
    /// Never 0.
    let value: UInt64

    private init(value: UInt64) { self.value = value == 0 ? 1 : value }

    init(_ bytes: some Sequence<UInt8>) {
        var state = State()
        for byte in bytes { state.add(byte) }
        self = state.hash
    }

    /// The name of the stem that a word has, apart from the word of the same letters.
    var ofStem: WordHash { WordHash(value: State.mix(value &+ 0x9E37_79B9_7F4A_7C15)) }

    /// A hash that is still being made: FNV-1a, mixed at the end.
    struct State {
        private var value: UInt64 = 0xCBF2_9CE4_8422_2325

        @inline(__always)
        mutating func add(_ byte: UInt8) { value = (value ^ UInt64(byte)) &* 0x100_0000_01B3 }

        var hash: WordHash { WordHash(value: Self.mix(value)) }

        @inline(__always)
        static func mix(_ value: UInt64) -> UInt64 {
            let mixed = (value ^ (value >> 32)) &* 0xD6E8_FEB8_6659_FD93
            return mixed ^ (mixed >> 32)
        }
    }
}
