/// The byte strings of a vocabulary and their ranks, in a hash table that is searched without allocating.
struct BytePairRanks: Sendable {
    /// What ``rank(of:in:)`` answers for a byte string that is no token.
    static let none = UInt32.max

    /// The length of the longest token in bytes.
    private var longest = 0
    /// Open addressing, at most half full; the number of slots is a power of two.
    private var slots: [Slot]
    private let shift: Int
    /// The tokens that do not fit into a slot's key, one after the other.
    private var bytes: [UInt8] = []

    private struct Slot {
        /// Up to seven bytes of a token and their number, or the highest bit and a hash; 0 in an empty slot.
        var key: UInt64 = 0
        var rank = BytePairRanks.none
        /// Where a token of more than seven bytes stands in `bytes`, first its length in two bytes.
        var start: UInt32 = 0
    }

    /// - Parameter capacity: The most tokens that will be inserted.
    init(capacity: Int) {
        let bits = max(1, (capacity * 2 - 1).bitWidth - (capacity * 2 - 1).leadingZeroBitCount)
        slots = Array(repeating: Slot(), count: 1 << bits)
        shift = 64 - bits
    }

    /// The rank of the token that is `text[range]`, or ``none``. The range must not be empty.
    @inline(__always)
    func rank(of range: Range<Int>, in text: UnsafeBufferPointer<UInt8>) -> UInt32 {
        range.length > longest ? Self.none : slots[slot(of: range, in: text, key: Self.key(of: range, in: text))].rank
    }

    /// Adds the token that is `text[range]`; false where it is there already. There must be room for it.
    mutating func insert(_ range: Range<Int>, of text: UnsafeBufferPointer<UInt8>, rank: UInt32) -> Bool {
        let key = Self.key(of: range, in: text)
        let slot = slot(of: range, in: text, key: key)
        guard slots[slot].key == 0 else { return false }
        slots[slot] = Slot(key: key, rank: rank, start: UInt32(bytes.count))
        if range.length > 7 {
            bytes.append(UInt8(range.length >> 8))
            bytes.append(UInt8(range.length & 0xFF))
            bytes += text[range]
        }
        longest = max(longest, range.length)
        return true
    }

    /// The slot that holds the token, or the empty one where it would go.
    @inline(__always)
    private func slot(of range: Range<Int>, in text: UnsafeBufferPointer<UInt8>, key: UInt64) -> Int {
        var slot = Int((key &* 0x9E37_79B9_7F4A_7C15) >> UInt64(shift))
        while slots[slot].key != 0 {
            if slots[slot].key == key, range.length <= 7 || holds(slots[slot], range, of: text) { break }
            slot = (slot + 1) & (slots.count - 1)
        }
        return slot
    }

    private func holds(_ slot: Slot, _ range: Range<Int>, of text: UnsafeBufferPointer<UInt8>) -> Bool {
        let start = Int(slot.start)
        guard Int(bytes[start]) << 8 | Int(bytes[start + 1]) == range.length else { return false }
        return bytes[(start + 2)...].prefix(range.length).elementsEqual(text[range])
    }

    @inline(__always)
    private static func key(of range: Range<Int>, in text: UnsafeBufferPointer<UInt8>) -> UInt64 {
        if range.length <= 7 {
            return word(at: range.lowerBound, count: range.length, in: text) | UInt64(range.length) << 56
        }
        var hash = UInt64(range.length)
        var index = range.lowerBound
        while index < range.upperBound {
            let word = word(at: index, count: min(8, range.upperBound - index), in: text)
            let product = (hash ^ word).multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
            hash = product.high ^ product.low
            index += 8
        }
        return hash | 1 << 63
    }

    /// Up to eight bytes as an integer.
    @inline(__always)
    private static func word(at index: Int, count: Int, in text: UnsafeBufferPointer<UInt8>) -> UInt64 {
        if index + 8 <= text.count {
            let word = UnsafeRawBufferPointer(text).loadUnaligned(fromByteOffset: index, as: UInt64.self)
            return UInt64(littleEndian: word) & (UInt64.max >> UInt64(64 - 8 * count))
        }
        var word: UInt64 = 0
        for offset in 0..<count { word |= UInt64(text[index + offset]) << UInt64(8 * offset) }
        return word
    }
}

extension Range<Int> {
    /// `count`, which a debug build finds through `Collection` at twenty times the cost.
    @inline(__always)
    var length: Int { upperBound - lowerBound }
}
