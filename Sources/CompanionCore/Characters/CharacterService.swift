/// The characters that people keep.
public struct CharacterService: Sendable {
    let context: CompanionContext

    /// Keeps a card as a new character of the person's. The card needs a name.
    /// Throws `limitExceeded` where the person's tier allows no more.
    public func add(_ card: CharacterCard, by user: User.ID) async throws -> CompanionCharacter {
        try Self.check(card)
        let character = CompanionCharacter(
            id: context.identifiers.next(), owner: user, card: card, createdAt: context.clock.stamp)
        try await context.store.transaction { transaction in
            _ = try transaction.users.require(user)
            try context.quotas?.requireRoom(
                for: .characters, keeping: { try transaction.characters.count(of: user) }, of: user, in: transaction,
                at: character.createdAt)
            try transaction.characters.insert(character)
        }
        return character
    }

    /// The person's character of that identifier. Throws `notFound`.
    public func character(_ id: CompanionCharacter.ID, by user: User.ID) async throws -> CompanionCharacter {
        guard let character = try await context.rows.character(id, of: user) else {
            throw CompanionError.noCharacter(id)
        }
        return character
    }

    /// The person's characters after `id`, at most `limit` (1 to 500), in the order of their making.
    public func characters(
        by user: User.ID, after id: CompanionCharacter.ID? = nil, limit: Int = 100
    ) async throws -> [CompanionCharacter] {
        let limit = try Checked.limit(limit)
        return try await context.store.read { try $0.characters.characters(of: user, after: id, limit: limit) }
    }

    /// The versions of a character, the newest first; at most `limit` (1 to 500). Throws `notFound`.
    ///
    /// The newest 20 are kept, and those that a chat has.
    public func versions(
        of id: CompanionCharacter.ID, by user: User.ID, before revision: Int? = nil, limit: Int = 100
    ) async throws -> [CharacterVersion] {
        let limit = try Checked.limit(limit)
        return try await context.store.read { transaction in
            _ = try transaction.characters.require(id, of: user)
            return try transaction.characters.versions(of: id, by: user, before: revision, limit: limit)
        }
    }

    /// A version of a character. Throws `notFound`.
    public func character(
        _ id: CompanionCharacter.ID, revision: Int, by user: User.ID
    ) async throws -> CompanionCharacter {
        try await context.store.read { transaction in
            guard let version = try transaction.characters.character(id, revision: revision, of: user) else {
                throw CompanionError(
                    .notFound, "There is no version \(revision) of the character \(id), or it is gone.")
            }
            return version
        }
    }

    /// Replaces a character's card. Chats that go on keep the version that they have, until
    /// ``ChatService/moveToNewestVersion(_:by:)``. Throws `conflict` where it was changed since `character` was read.
    public func update(_ character: CompanionCharacter, by user: User.ID) async throws -> CompanionCharacter {
        try Self.check(character.card)
        var character = character
        character.updatedAt = context.clock.stamp
        return try await context.store.transaction { [character] transaction in
            try transaction.characters.update(character, of: user)
            return try transaction.characters.require(character.id, of: user)
        }
    }

    /// Deletes a character. Throws `notFound`, and `conflict` while there are chats with it.
    public func delete(_ id: CompanionCharacter.ID, by user: User.ID) async throws {
        try await context.store.transaction { transaction in
            guard try transaction.characters.delete(id, of: user) else { throw CompanionError.noCharacter(id) }
        }
    }

    private static func check(_ card: CharacterCard) throws {
        _ = try card.traits.checked()
        guard !card.name.isBlank else {
            throw CompanionError(.invalidInput, "The character needs a name: give the card one.")
        }
    }
}

extension CharacterRepository {
    /// The character of a chat, in the version that the chat has.
    func require(in chat: Chat) throws -> CompanionCharacter {
        guard let character = try character(chat.character, revision: chat.characterRevision, of: chat.user) else {
            throw CompanionError.noCharacter(chat.character)
        }
        return character
    }

    func require(_ id: CompanionCharacter.ID, of user: User.ID) throws -> CompanionCharacter {
        guard let character = try character(id, of: user) else { throw CompanionError.noCharacter(id) }
        return character
    }
}

extension CompanionError {
    static func noCharacter(_ id: CompanionCharacter.ID) -> CompanionError {
        CompanionError(.notFound, "There is no character \(id), or it is somebody else's.")
    }
}
