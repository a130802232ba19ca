internal import CompanionCore
internal import _CompanionHosting

/// Finds one person's characters, the bundled ones included.
///
/// A bundled character becomes the person's own when it is first chosen; until then it is only offered.
struct CharacterCatalog: Sendable {
    let companion: Companion
    let user: User.ID
    let portraits: PortraitFolder

    /// The person's own, in the order of their making.
    func characters() async throws -> [CompanionCharacter] { try await companion.characters.all(by: user) }

    /// The first one: of the person's own, else of the bundled ones.
    func first() async throws -> CompanionCharacter {
        if let first = try await companion.characters.characters(by: user, limit: 1).first { return first }
        guard let bundled = try BundledCharacter.all().first else {
            throw CompanionError(
                .notFound, "There is nobody to talk to: import a card, `companion characters import FILE`.")
        }
        return try await add(bundled)
    }

    /// The bundled characters that are not the person's yet, known by name and creator.
    func offered(besides own: [CompanionCharacter]) throws -> [BundledCharacter] {
        try BundledCharacter.all().filter { bundled in !own.contains { bundled.isTheSame(as: $0.card) } }
    }

    /// The character of that name, or whose identifier ends like that. A bundled one is made the person's own.
    func character(meantBy text: String) async throws -> CompanionCharacter {
        let own = try await characters()
        let found = own.filter { $0.card.isCalled(text) || $0.id.isMeant(by: text) }
        if let character = found.first, found.count == 1 { return character }
        guard found.isEmpty else {
            let identifiers = found.map { "\($0.card.name) \($0.id.short)" }.joined(separator: ", ")
            throw CompanionError(.invalidInput, "Several characters are called \(text): give an id (\(identifiers)).")
        }
        let offered = try offered(besides: own)
        if let bundled = offered.first(where: { $0.card.isCalled(text) }) { return try await add(bundled) }
        let names = own.map(\.card.name) + offered.map(\.card.name)
        let nearest = NearestName.of(text, among: names).map { "did you mean \($0)?" }
        throw CompanionError(
            .notFound,
            "You have no character \(text): \(nearest ?? "`companion characters list` shows them.")")
    }

    /// Makes a bundled character the person's own.
    func add(_ bundled: BundledCharacter) async throws -> CompanionCharacter {
        let character = try await companion.characters.add(bundled.card, by: user)
        try portraits.keep(bundled.image, of: character.id)
        return character
    }
}

extension CharacterService {
    /// All characters of a person's, at most 10,000.
    func all(by user: User.ID) async throws -> [CompanionCharacter] {
        var characters: [CompanionCharacter] = []
        while characters.count < 10_000 {
            let page = try await self.characters(by: user, after: characters.last?.id, limit: 500)
            characters += page
            if page.count < 500 { break }
        }
        return characters
    }
}

extension CharacterCard {
    /// Whether somebody who says `name` may mean this character.
    func isCalled(_ text: String) -> Bool {
        let text = text.lowercased()
        return name.lowercased() == text || nickname?.lowercased() == text
    }
}
