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
        keep(character.asStored)
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
        stored.origin = character.origin
        stored.updatedAt = character.updatedAt.wholeMilliseconds
        stored.revision += 1
        tables.characters[character.id] = stored
        keep(stored)
        forgetVersions(of: stored)
    }

    func delete(_ id: CompanionCharacter.ID, of user: User.ID) throws -> Bool {
        try transaction.requireWriting()
        guard try character(id, of: user) != nil else { return false }
        guard tables.chatsByCharacter.first(1, in: id, after: nil).isEmpty else {
            throw CompanionError(.conflict, "There are chats with this character: delete them first.")
        }
        for revision in tables.versionsByCharacter.removeAll(in: id) {
            tables.versions[.init(character: id, revision: revision)] = nil
        }
        tables.characters[id] = nil
        tables.charactersByOwner.remove(id, from: user)
        return true
    }

    func character(_ id: CompanionCharacter.ID, revision: Int, of user: User.ID) throws -> CompanionCharacter? {
        tables.versions[.init(character: id, revision: revision)].flatMap { $0.owner == user ? $0 : nil }
    }

    func character(adoptedFrom entry: CatalogEntry.ID, by user: User.ID) throws -> CompanionCharacter? {
        tables.charactersByOwner.elements(in: user).lazy.compactMap { tables.characters[$0] }
            .first { $0.origin?.entry == entry }
    }

    func versions(
        of id: CompanionCharacter.ID, by user: User.ID, before revision: Int?, limit: Int
    ) throws -> [CharacterVersion] {
        guard try character(id, of: user) != nil else { return [] }
        return tables.versionsByCharacter.last(limit, in: id, before: revision).reversed().compactMap {
            tables.versions[.init(character: id, revision: $0)].map {
                CharacterVersion(revision: $0.revision, name: $0.card.name, madeAt: $0.updatedAt)
            }
        }
    }

    private func keep(_ character: CompanionCharacter) {
        tables.versions[.init(character: character.id, revision: character.revision)] = character
        tables.versionsByCharacter.insert(character.revision, in: character.id)
    }

    /// Old versions go, unless a chat has them.
    private func forgetVersions(of character: CompanionCharacter) {
        let old = tables.versionsByCharacter.elements(in: character.id)
            .filter { $0 <= character.revision - CharacterVersion.leastKept }
        guard !old.isEmpty else { return }
        let used = Set(
            tables.chatsByCharacter.elements(in: character.id).compactMap { tables.chats[$0]?.characterRevision })
        for revision in old where !used.contains(revision) {
            tables.versions[.init(character: character.id, revision: revision)] = nil
            tables.versionsByCharacter.remove(revision, from: character.id)
        }
    }

    func count(of user: User.ID) throws -> Int { tables.charactersByOwner.elements(in: user).count }

    func characters(
        of user: User.ID, after id: CompanionCharacter.ID?, limit: Int
    ) throws -> [CompanionCharacter] {
        tables.charactersByOwner.first(limit, in: user, after: id).compactMap { tables.characters[$0] }
    }
}
