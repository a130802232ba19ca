internal import CompanionCardFiles
package import CompanionCore

/// A character that comes with the program.
package struct BundledCharacter: Sendable {
    package let card: CharacterCard
    /// Its picture, a PNG.
    package let image: [UInt8]

    /// All of them, in the order in which they are offered.
    package static func all() throws -> [BundledCharacter] {
        try BundledCards.files().map { file in
            let contents = try CardFile.read(file)
            return BundledCharacter(card: contents.imported.card, image: contents.image ?? file)
        }
    }

    /// Whether a card is this character, perhaps changed since.
    package func isTheSame(as other: CharacterCard) -> Bool { card.name == other.name && card.creator == other.creator }
}
