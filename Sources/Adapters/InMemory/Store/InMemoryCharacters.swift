internal import CompanionCore

struct InMemoryCharacters: CharacterRepository {
    let transaction: InMemoryTransaction
    private var tables: Tables { transaction.tables }

    init(transaction: InMemoryTransaction) { self.transaction = transaction }

    func insert(_ character: CompanionCharacter) throws {
        try transaction.requireWriting()
        guard tables.characters[character.id] == nil else {
            throw CompanionError(.conflict, "A character with this identifier exists already.")
        }
        guard tables.users[character.owner] != nil else {
            throw CompanionError(.notFound, "The character's owner does not exist: insert the user first.")
        }
        tables.characters[character.id] = character.asStored
        tables.charactersByOwner.insert(character.id, in: character.owner)
    }

    func character(_ id: CompanionCharacter.ID, of user: User.ID) throws -> CompanionCharacter? {
        tables.characters[id].flatMap { $0.owner == user ? $0 : nil }
    }

    func update(_ character: CompanionCharacter, of user: User.ID) throws {
        try transaction.requireWriting()
        guard var stored = try self.character(character.id, of: user) else {
            throw CompanionError(.notFound, "There is no such character.")
        }
        guard stored.revision == character.revision else {
            throw CompanionError(.conflict, "The character was changed meanwhile: read it again.")
        }
        stored.card = character.card
        stored.updatedAt = character.updatedAt.wholeMilliseconds
        stored.revision += 1
        tables.characters[character.id] = stored
    }

    func delete(_ id: CompanionCharacter.ID, of user: User.ID) throws -> Bool {
        try transaction.requireWriting()
        guard try character(id, of: user) != nil else { return false }
        guard tables.chatsByCharacter.first(1, in: id, after: nil).isEmpty else {
            throw CompanionError(.conflict, "There are chats with this character: delete them first.")
        }
        tables.characters[id] = nil
        tables.charactersByOwner.remove(id, from: user)
        return true
    }

    func count(of user: User.ID) throws -> Int { tables.charactersByOwner.elements(in: user).count }

    func characters(
        of user: User.ID, after id: CompanionCharacter.ID?, limit: Int
    ) throws -> [CompanionCharacter] {
        tables.charactersByOwner.first(limit, in: user, after: id).compactMap { tables.characters[$0] }
    }
}
