internal import CompanionCore

struct SQLCharacters: CharacterRepository {
    let transaction: SQLStoreTransaction

    func insert(_ character: CompanionCharacter) throws {
        try transaction.requireWriting()
        guard try transaction.first(.userExists, [.id(character.owner)], { try $0.integer(0) }) == 1 else {
            throw CompanionError(.notFound, "The character's owner does not exist: insert the user first.")
        }
        try transaction.write(
            .insertCharacter,
            [
                .id(character.id), .id(character.owner), .json(character.card.storedJSON),
                .integer(character.revision), .timestamp(character.createdAt), .timestamp(character.updatedAt),
                .id(character.origin?.entry), .integer(character.origin?.revision),
            ]
        ) { CompanionError(.conflict, "A character with this identifier exists already.") }
        try keepVersion(of: character.id, by: character.owner, named: character.card.name)
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
                .id(character.origin?.entry), .integer(character.origin?.revision),
            ])
        guard updated == 0 else {
            try keepVersion(of: character.id, by: user, named: character.card.name)
            let last = character.revision + 1 - CharacterVersion.leastKept
            if last > 0 {
                try transaction.write(.deleteVersions, [.id(character.id), .id(user), .integer(last)])
            }
            return
        }
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

    func character(_ id: CompanionCharacter.ID, revision: Int, of user: User.ID) throws -> CompanionCharacter? {
        try transaction.first(.selectVersion, [.id(id), .integer(revision), .id(user)]) {
            try CompanionCharacter(row: $0)
        }
    }

    func character(adoptedFrom entry: CatalogEntry.ID, by user: User.ID) throws -> CompanionCharacter? {
        try transaction.first(.selectAdopted, [.id(user), .id(entry)]) { try CompanionCharacter(row: $0) }
    }

    func versions(
        of id: CompanionCharacter.ID, by user: User.ID, before revision: Int?, limit: Int
    ) throws -> [CharacterVersion] {
        guard limit > 0 else { return [] }
        var versions = try transaction.all(
            .selectVersions, [.id(id), .id(user), .integer(revision ?? .max), .integer(limit)]
        ) { CharacterVersion(revision: try $0.integer(0), name: try $0.text(1), madeAt: try $0.timestamp(2)) }
        // Those that were there before versions were kept have their names in their cards alone.
        for index in versions.indices where versions[index].name.isEmpty {
            let version = try character(id, revision: versions[index].revision, of: user)
            versions[index].name = version?.card.name ?? ""
        }
        return versions
    }

    /// What stands in `characters` now.
    private func keepVersion(of id: CompanionCharacter.ID, by user: User.ID, named name: String) throws {
        try transaction.write(.insertVersion, [.id(id), .id(user), .text(name)])
    }

    func exists(_ id: CompanionCharacter.ID, revision: Int, of user: User.ID) throws -> Bool {
        try transaction.first(.versionExists, [.id(id), .integer(revision), .id(user)]) { try $0.integer(0) } == 1
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
            origin: row.isNull(6) ? nil : CatalogOrigin(entry: try row.id(6), revision: try row.integer(7)),
            revision: try row.integer(3), createdAt: try row.timestamp(4), updatedAt: try row.timestamp(5))
    }
}

extension SQLStatement {
    fileprivate static let insertCharacter = SQLStatement(
        """
        INSERT INTO characters (id, owner_id, card, revision, created_at, updated_at, origin_entry_id, origin_revision)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT DO NOTHING
        """)
    private static let selectCharacters = """
        SELECT id, owner_id, card, revision, created_at, updated_at, origin_entry_id, origin_revision FROM characters
        """
    fileprivate static let selectCharacter = SQLStatement("\(selectCharacters) WHERE id = $1 AND owner_id = $2")
    fileprivate static let selectFirstCharacters = SQLStatement(
        "\(selectCharacters) WHERE owner_id = $1 ORDER BY id LIMIT $2")
    fileprivate static let selectCharactersAfter = SQLStatement(
        "\(selectCharacters) WHERE owner_id = $1 AND id > $2 ORDER BY id LIMIT $3")
    fileprivate static let selectAdopted = SQLStatement(
        "\(selectCharacters) WHERE owner_id = $1 AND origin_entry_id = $2 ORDER BY id LIMIT 1")
    fileprivate static let updateCharacter = SQLStatement(
        """
        UPDATE characters SET card = $4, updated_at = $5, origin_entry_id = $6, origin_revision = $7,
            revision = revision + 1
        WHERE id = $1 AND owner_id = $2 AND revision = $3
        """)
    fileprivate static let deleteCharacter = SQLStatement(
        """
        DELETE FROM characters WHERE id = $1 AND owner_id = $2
        AND NOT EXISTS (SELECT 1 FROM chats WHERE character_id = $1)
        """)
    fileprivate static let insertVersion = SQLStatement(
        """
        INSERT INTO character_versions (owner_id, character_id, revision, card, name, created_at, made_at,
            origin_entry_id, origin_revision)
        SELECT owner_id, id, revision, card, $3, created_at, updated_at, origin_entry_id, origin_revision FROM characters
        WHERE id = $1 AND owner_id = $2
        """)
    fileprivate static let deleteVersions = SQLStatement(
        """
        DELETE FROM character_versions WHERE character_id = $1 AND owner_id = $2 AND revision <= $3
        AND NOT EXISTS (
            SELECT 1 FROM chats WHERE chats.character_id = $1
            AND chats.character_revision = character_versions.revision)
        """)
    fileprivate static let selectVersion = SQLStatement(
        """
        SELECT character_id, owner_id, card, revision, created_at, made_at, origin_entry_id, origin_revision
        FROM character_versions
        WHERE character_id = $1 AND revision = $2 AND owner_id = $3
        """)
    fileprivate static let selectVersions = SQLStatement(
        """
        SELECT revision, name, made_at FROM character_versions
        WHERE character_id = $1 AND owner_id = $2 AND revision < $3 ORDER BY revision DESC LIMIT $4
        """)
    fileprivate static let versionExists = SQLStatement(
        "SELECT count(*) FROM character_versions WHERE character_id = $1 AND revision = $2 AND owner_id = $3")
    fileprivate static let countCharacters = SQLStatement("SELECT count(*) FROM characters WHERE owner_id = $1")
    fileprivate static let characterExists = SQLStatement(
        "SELECT count(*) FROM characters WHERE id = $1 AND owner_id = $2")
}
