#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Hashes of a statement's words, by which it is known again without being kept.
///
/// The hashes are the person's own: those of two people can't be compared. They hide the words from whoever glances at the
/// store, not from whoever tries a dictionary on it.
struct MemoryFingerprint: Sendable {
    let user: User.ID

    /// The hashes of the words that carry meaning, ascending, at most 64.
    func hashes(of content: Set<String>) -> [UInt64] { Array(content.map(hash).sorted().prefix(64)) }

    func hashes(of memory: Memory, person: String) -> [UInt64] {
        hashes(of: FactWords(memory.text).content.subtracting(FactWords(person).content))
    }

    /// FNV-1a of the person's identifier and the word, mixed as in SplitMix64.
    private func hash(_ word: String) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        func feed(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        withUnsafeBytes(of: user.uuid.uuid) { $0.forEach(feed) }
        word.utf8.forEach(feed)
        hash = (hash ^ (hash >> 30)) &* 0xBF58_476D_1CE4_E5B9
        hash = (hash ^ (hash >> 27)) &* 0x94D0_49BB_1331_11EB
        return hash ^ (hash >> 31)
    }

    /// Whether half of the shorter one's words are in the other one. Used only where both came from the same messages, so
    /// it may be generous.
    static func areAlike(_ left: [UInt64], _ right: [UInt64]) -> Bool {
        let shared = Set(left).intersection(right).count
        return shared > 0 && shared * 2 >= min(left.count, right.count)
    }
}
