internal import CompanionCore

struct SQLUsers: UserRepository {
    let transaction: SQLStoreTransaction

    func insert(_ user: User) throws {
        let inserted = try transaction.run(
            .insertUser,
            [
                .id(user.id), .text(user.name), .text(user.persona), .timestamp(user.createdAt),
                .timestamp(user.updatedAt),
            ])
        guard inserted == 1 else {
            throw CompanionError(.conflict, "A user with this identifier exists already.")
        }
    }

    func user(_ id: User.ID) throws -> User? {
        try transaction.first(.selectUser, [.id(id)]) { try User(row: $0) }
    }

    func update(_ user: User) throws {
        let updated = try transaction.run(
            .updateUser, [.id(user.id), .text(user.name), .text(user.persona), .timestamp(user.updatedAt)])
        guard updated == 1 else { throw CompanionError(.notFound, "There is no such user.") }
    }

    func users(after id: User.ID?, limit: Int) throws -> [User] {
        guard limit > 0 else { return [] }
        guard let id else { return try transaction.all(.selectFirstUsers, [.integer(limit)]) { try User(row: $0) } }
        return try transaction.all(.selectUsersAfter, [.id(id), .integer(limit)]) { try User(row: $0) }
    }
}

extension User {
    fileprivate init(row: some SQLRow) throws {
        self.init(
            id: try row.id(0), name: try row.text(1), persona: try row.text(2), createdAt: try row.timestamp(3),
            updatedAt: try row.timestamp(4))
    }
}

extension SQLStatement {
    fileprivate static let insertUser = SQLStatement(
        """
        INSERT INTO users (id, name, persona, created_at, updated_at) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT DO NOTHING
        """)
    private static let selectUsers = "SELECT id, name, persona, created_at, updated_at FROM users"
    private static let isStaying = "NOT EXISTS (SELECT 1 FROM erasures WHERE user_id = users.id)"
    fileprivate static let selectUser = SQLStatement("\(selectUsers) WHERE id = $1 AND \(isStaying)")
    fileprivate static let selectFirstUsers = SQLStatement("\(selectUsers) WHERE \(isStaying) ORDER BY id LIMIT $1")
    fileprivate static let selectUsersAfter = SQLStatement(
        "\(selectUsers) WHERE id > $1 AND \(isStaying) ORDER BY id LIMIT $2")
    fileprivate static let updateUser = SQLStatement(
        "UPDATE users SET name = $2, persona = $3, updated_at = $4 WHERE id = $1 AND \(isStaying)")
    /// Whether the user exists.
    static let userExists = SQLStatement("SELECT count(*) FROM users WHERE id = $1")
}
