/// Expands a card's macros for one character and one person.
struct CardMacros {
    let characterName: String
    let userName: String

    init(card: CharacterCard, user: User) {
        characterName = card.nickname ?? card.name
        userName = user.name
    }

    func expand(_ text: String, original: String? = nil) -> String { text }
}
