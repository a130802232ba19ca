internal import CompanionCore

/// Which chat to go on with, or to begin.
@MainActor struct ChatEntrance {
    let host: Host
    var character: String?
    var chat: String?
    var isNew = false
    var title: String?

    /// The chat that was named; else the latest one, of the character if one was named; else a new one.
    ///
    /// - Parameter choose: Chooses whom to talk to, where nothing says so; by default the first character.
    func enter(
        choosing choose: (() async throws -> CompanionCharacter)? = nil
    ) async throws -> (chat: Chat, character: CompanionCharacter, kind: ChatOpening.Kind) {
        if let chat {
            let chat = try await host.chats.chat(meantBy: chat)
            return (chat, try await character(of: chat), .continued)
        }
        let named =
            if let character { try await host.characters.character(meantBy: character) } else {
                nil as CompanionCharacter?
            }
        let latest = try await host.chats.latest(of: named?.id)
        if let latest, !isNew, title == nil { return (latest, try await character(of: latest), .continued) }
        let partner: CompanionCharacter
        if let named {
            partner = named
        } else if let latest {
            partner = try await character(of: latest)
        } else {
            partner = if let choose { try await choose() } else { try await host.characters.first() }
        }
        let chat = try await host.companion.chats.start(with: partner.id, by: host.user.id, title: title ?? "")
        return (chat, partner, .new)
    }

    private func character(of chat: Chat) async throws -> CompanionCharacter {
        try await host.companion.character(of: chat)
    }
}
