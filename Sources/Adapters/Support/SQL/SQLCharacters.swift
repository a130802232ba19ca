internal import CompanionCore

struct SQLCharacters: CharacterRepository {
    let transaction: SQLStoreTransaction

    func insert(_ character: CompanionCharacter) throws {
        try transaction.requireWriting()
        guard try transaction.first(.userExists, [.id(character.owner)], { try $0.integer(0) }) == 1 else {
            throw CompanionError(.notFound, "The character's owner does not exist: insert the user first.")
        }
        let inserted = try transaction.run(
            .insertCharacter,
            [
                .id(character.id), .id(character.owner), .json(character.card.storedJSON),
                .integer(character.revision), .timestamp(character.createdAt), .timestamp(character.updatedAt),
            ])
        guard inserted == 1 else {
            throw CompanionError(.conflict, "A character with this identifier exists already.")
        }
    }

    func character(_ id: CompanionCharacter.ID, of user: User.ID) throws -> CompanionCharacter? {
        try transaction.first(.selectCharacter, [.id(id), .id(user)]) { try CompanionCharacter(row: $0) }
    }

    func update(_ character: CompanionCharacter, of user: User.ID) throws {
        let updated = try transaction.run(
            .updateCharacter,
            [
                .id(character.id), .id(user), .integer(character.revision),
                .json(character.card.storedJSON), .timestamp(character.updatedAt),
            ])
        guard updated == 0 else { return }
        throw try exists(character.id, of: user)
            ? CompanionError(.conflict, "The character was changed meanwhile: read it again.")
            : CompanionError(.notFound, "There is no such character.")
    }

    func delete(_ id: CompanionCharacter.ID, of user: User.ID) throws -> Bool {
        let deleted = try transaction.run(.deleteCharacter, [.id(id), .id(user)])
        guard deleted == 0, try exists(id, of: user) else { return deleted > 0 }
        throw CompanionError(.conflict, "There are chats with this character: delete them first.")
    }

    func characters(
        of user: User.ID, after id: CompanionCharacter.ID?, limit: Int
    ) throws -> [CompanionCharacter] {
        guard limit > 0 else { return [] }
        guard let id else {
            return try transaction.all(
                .selectFirstCharacters, [.id(user), .integer(limit)]
            ) { try CompanionCharacter(row: $0) }
        }
        return try transaction.all(
            .selectCharactersAfter, [.id(user), .id(id), .integer(limit)]
        ) { try CompanionCharacter(row: $0) }
    }

    func count(of user: User.ID) throws -> Int {
        try transaction.first(.countCharacters, [.id(user)]) { try $0.integer(0) } ?? 0
    }

    func exists(_ id: CompanionCharacter.ID, of user: User.ID) throws -> Bool {
        try transaction.first(.characterExists, [.id(id), .id(user)]) { try $0.integer(0) } == 1
    }
}

extension CompanionCharacter {
    fileprivate init(row: some SQLRow) throws {
        self.init(
            id: try row.id(0), owner: try row.id(1), card: try CharacterCard(storedJSON: try row.json(2)),
            revision: try row.integer(3), createdAt: try row.timestamp(4), updatedAt: try row.timestamp(5))
    }
}

extension SQLStatement {
    fileprivate static let insertCharacter = SQLStatement(
        """
        INSERT INTO characters (id, owner_id, card, revision, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT DO NOTHING
        """)
    private static let selectCharacters = """
        SELECT id, owner_id, card, revision, created_at, updated_at FROM characters
        """
    fileprivate static let selectCharacter = SQLStatement("\(selectCharacters) WHERE id = $1 AND owner_id = $2")
    fileprivate static let selectFirstCharacters = SQLStatement(
        "\(selectCharacters) WHERE owner_id = $1 ORDER BY id LIMIT $2")
    fileprivate static let selectCharactersAfter = SQLStatement(
        "\(selectCharacters) WHERE owner_id = $1 AND id > $2 ORDER BY id LIMIT $3")
    fileprivate static let updateCharacter = SQLStatement(
        """
        UPDATE characters SET card = $4, updated_at = $5, revision = revision + 1
        WHERE id = $1 AND owner_id = $2 AND revision = $3
        """)
    fileprivate static let deleteCharacter = SQLStatement(
        """
        DELETE FROM characters WHERE id = $1 AND owner_id = $2
        AND NOT EXISTS (SELECT 1 FROM chats WHERE character_id = $1)
        """)
    fileprivate static let countCharacters = SQLStatement("SELECT count(*) FROM characters WHERE owner_id = $1")
    fileprivate static let characterExists = SQLStatement(
        "SELECT count(*) FROM characters WHERE id = $1 AND owner_id = $2")
}
