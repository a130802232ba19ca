internal import CompanionCardFiles
internal import CompanionCore

/// A character that comes with the program.
struct BundledCharacter: Sendable {
    let card: CharacterCard
    /// Its picture, a PNG.
    let image: [UInt8]

    /// All of them, in the order in which they are offered.
    static func all() throws -> [BundledCharacter] {
        try BundledCards.files().map { file in
            let contents = try CardFile.read(file)
            return BundledCharacter(card: contents.imported.card, image: contents.image ?? file)
        }
    }

    /// Whether a card is this character, perhaps changed since.
    func isTheSame(as other: CharacterCard) -> Bool { card.name == other.name && card.creator == other.creator }
}
