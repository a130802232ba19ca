#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// The words that only what was forgotten, or has been superseded, was told in: a character that says them repeats what is
/// not to be recalled.
///
/// Holds hashes, as of what was forgotten nothing else is known.
struct EndedWords: Sendable {
    private struct Ended: Sendable {
        var hashes: [UInt64]
        var until: Date
    }

    private let fingerprint: MemoryFingerprint
    /// How many memories that still hold have a word.
    private var holding: [UInt64: Int] = [:]
    private var hashes: [Memory.ID: [UInt64]] = [:]
    private var ended: [Memory.ID: Ended] = [:]
    private var forgotten: Set<UInt64> = []

    init(of user: User.ID) { fingerprint = MemoryFingerprint(user: user) }

    mutating func insert(_ memory: Memory, person: String) {
        remove(memory.id)
        let words = fingerprint.hashes(of: memory, person: person)
        if memory.supersededBy != nil, let until = memory.invalidAt {
            ended[memory.id] = Ended(hashes: words, until: until)
        } else {
            hashes[memory.id] = words
            for word in words { holding[word, default: 0] += 1 }
        }
    }

    mutating func remove(_ memory: Memory.ID) {
        ended[memory] = nil
        for word in hashes.removeValue(forKey: memory) ?? [] {
            holding[word, default: 1] -= 1
            if holding[word] == 0 { holding[word] = nil }
        }
    }

    mutating func insert(_ memory: ForgottenMemory) { forgotten.formUnion(memory.fingerprint) }

    /// Nil where there are none at that instant.
    func words(at instant: Date) -> Words? {
        var words = forgotten
        for memory in ended.values where memory.until <= instant { words.formUnion(memory.hashes) }
        words = words.filter { holding[$0] == nil }
        return words.isEmpty ? nil : Words(fingerprint: fingerprint, hashes: words)
    }

    struct Words: Sendable {
        fileprivate let fingerprint: MemoryFingerprint
        fileprivate let hashes: Set<UInt64>

        /// Whether a text says one of them.
        func occur(in text: String) -> Bool {
            FactWords(text).content.contains { hashes.contains(fingerprint.hash($0)) }
        }
    }
}
