import CompanionCore
import Foundation

/// One conversation, kept for a person of its own.
struct Conversation {
    /// Where it is kept: known once somebody has spoken.
    private struct Place {
        var user: User.ID
        var character: CompanionCharacter.ID
        var chat: Chat.ID
        /// The name of the one who is the person here; whoever else speaks is the character.
        var person: String
    }

    private var place: Place?
    /// What was said since the last query.
    private var pending: [Request.Said] = []
    /// The identifiers of the messages by their sequence number, which begins with 1.
    private var identifiers: [String] = []

    mutating func add(_ said: Request.Said) { pending.append(said) }

    mutating func identifiers(for query: Request.Query, in host: Host) async throws -> [String] {
        try await keepPending(in: host)
        guard let place else { return [] }
        let result = try await host.companion.memories.search(
            query.text, with: place.character, by: place.user, limit: query.limit)
        return result.items.compactMap { item in
            guard case .message(let message) = item.content else { return nil }
            return identifiers[message.sequence - 1]
        }
    }

    private mutating func keepPending(in host: Host) async throws {
        guard !pending.isEmpty else { return }
        let place: Place
        if let known = self.place { place = known } else { place = try await makePlace(in: host) }
        self.place = place
        let messages = pending.map { said in
            // Pictures come without a text, and a message without one can't be kept.
            let isBlank = said.text.allSatisfy(\.isWhitespace)
            return ImportedMessage(
                said.speaker == place.person ? .user : .character, isBlank ? "…" : said.text, date: said.date)
        }
        try await host.companion.chats.importMessages(messages, into: place.chat, by: place.user)
        identifiers += pending.map(\.id)
        pending = []
        if host.isIndexed { _ = try await host.companion.memories.reindex(place.user) }
    }

    /// The person is who is called "user", as in chats with an assistant, or else who speaks first.
    private func makePlace(in host: Host) async throws -> Place {
        let speakers = pending.map(\.speaker)
        let person = speakers.first { $0.lowercased() == "user" } ?? speakers.first ?? ""
        let character = speakers.first { $0 != person } ?? ""
        let user = try await host.companion.accounts.register(name: person.isEmpty ? "Person" : person)
        let card = CharacterCard(name: character.isEmpty ? "Companion" : character)
        let played = try await host.companion.characters.add(card, by: user.id)
        let chat = try await host.companion.chats.start(with: played.id, by: user.id)
        return Place(user: user.id, character: played.id, chat: chat.id, person: person)
    }
}
