internal import CompanionCore

struct SQLUsers: UserRepository {
    let transaction: SQLStoreTransaction

    func insert(_ user: User) throws {
        try transaction.write(
            .insertUser, Self.values(of: user) + [.timestamp(user.createdAt)]
        ) { CompanionError(.conflict, "A user with this identifier exists already.") }
    }

    func user(_ id: User.ID) throws -> User? {
        try transaction.first(.selectUser, [.id(id)]) { try User(row: $0) }
    }

    func update(_ user: User) throws {
        try transaction.write(
            .updateUser, Self.values(of: user)
        ) { CompanionError(.notFound, "There is no such user.") }
    }

    /// All but when it was made.
    private static func values(of user: User) -> [SQLValue] {
        let preferences = user.preferences
        return [
            .id(user.id), .text(user.name), .text(user.persona), .timestamp(user.updatedAt),
            .text(preferences.locale), .text(preferences.timeZone), .boolean(preferences.isMemoryEnabled),
            .text("\(preferences.content.ageBand)"), .text(preferences.content.country),
            .text("\(preferences.content.highestRating)"), .text("\(user.role)"),
        ]
    }

    func users(after id: User.ID?, limit: Int) throws -> [User] {
        guard limit > 0 else { return [] }
        guard let id else { return try transaction.all(.selectFirstUsers, [.integer(limit)]) { try User(row: $0) } }
        return try transaction.all(.selectUsersAfter, [.id(id), .integer(limit)]) { try User(row: $0) }
    }
}

extension User {
    fileprivate init(row: some SQLRow) throws {
        guard let ageBand = AgeBand(try row.text(7)), let rating = CharacterRating(try row.text(9)),
            let role = UserRole(try row.text(10))
        else { throw SQLFailure(.corrupt) }
        self.init(
            id: try row.id(0), name: try row.text(1), persona: try row.text(2),
            preferences: UserPreferences(
                locale: try row.textIfAny(4), timeZone: try row.textIfAny(5), isMemoryEnabled: try row.boolean(6),
                content: .init(ageBand: ageBand, country: try row.textIfAny(8), highestRating: rating)),
            role: role, createdAt: try row.timestamp(11), updatedAt: try row.timestamp(3))
    }
}

extension SQLStatement {
    private static let columns = """
        id, name, persona, updated_at, locale, time_zone, is_memory_enabled, age_band, country, highest_rating, role
        """
    fileprivate static let insertUser = SQLStatement(
        """
        INSERT INTO users (\(columns), created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
        ON CONFLICT DO NOTHING
        """)
    private static let selectUsers = "SELECT \(columns), created_at FROM users"
    static let isStaying = "NOT EXISTS (SELECT 1 FROM erasures WHERE user_id = users.id)"
    fileprivate static let selectUser = SQLStatement("\(selectUsers) WHERE id = $1 AND \(isStaying)")
    fileprivate static let selectFirstUsers = SQLStatement("\(selectUsers) WHERE \(isStaying) ORDER BY id LIMIT $1")
    fileprivate static let selectUsersAfter = SQLStatement(
        "\(selectUsers) WHERE id > $1 AND \(isStaying) ORDER BY id LIMIT $2")
    fileprivate static let updateUser = SQLStatement(
        """
        UPDATE users SET name = $2, persona = $3, updated_at = $4, locale = $5, time_zone = $6, is_memory_enabled = $7,
            age_band = $8, country = $9, highest_rating = $10, role = $11
        WHERE id = $1 AND \(isStaying)
        """)
    /// Whether the user exists.
    static let userExists = SQLStatement("SELECT count(*) FROM users WHERE id = $1")
}
