#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

extension Macros {
    /// The macros of one character and one person.
    ///
    /// - Parameter random: Decides `{{random}}` and `{{roll}}`; nil decides them by the character's identifier, the same
    ///   each time, so that what is made of them stays the same from turn to turn.
    init(
        of character: CompanionCharacter, and user: User, original: String? = nil, random: (any RandomSource)? = nil
    ) {
        let seed = withUnsafeBytes(of: character.id.uuid.uuid) { bytes in
            bytes.reduce(into: UInt64(0xCBF2_9CE4_8422_2325)) { $0 = ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        }
        self.init(
            character: character.card.displayName, user: user.name, original: original, seed: seed,
            random: random ?? SeededRandomSource(seed: seed))
    }
}
