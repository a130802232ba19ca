/// The people who talk to characters.
public struct AccountService: Sendable {
    let context: CompanionContext

    /// Makes a user.
    ///
    /// - Parameters:
    ///   - name: What characters call the person: 1 to 128 characters, one line.
    ///   - persona: What the person says of themselves; at most 8 KiB.
    public func register(
        name: String, persona: String = "", preferences: UserPreferences = .init()
    ) async throws -> User {
        let user = User(
            id: context.identifiers.next(), name: try Checked.line(name, "The name", 1...128),
            persona: try Checked.text(persona, "The persona", maximumBytes: 8_192),
            preferences: try preferences.checked(), createdAt: context.clock.stamp)
        try await context.store.transaction { try $0.users.insert(user) }
        return user
    }

    /// The user of that identifier. Throws `notFound`.
    public func user(_ id: User.ID) async throws -> User {
        guard let user = try await context.rows.user(id) else { throw CompanionError.noUser(id) }
        return user
    }

    /// Changes name, persona or preferences; nil leaves it. Running chats use it from their next turn on.
    public func update(
        _ id: User.ID, name: String? = nil, persona: String? = nil, preferences: UserPreferences? = nil
    ) async throws -> User {
        let name = try name.map { try Checked.line($0, "The name", 1...128) }
        let persona = try persona.map { try Checked.text($0, "The persona", maximumBytes: 8_192) }
        let preferences = try preferences?.checked()
        let now = context.clock.stamp
        return try await context.store.transaction { transaction in
            var user = try transaction.users.require(id)
            user.name = name ?? user.name
            user.persona = persona ?? user.persona
            if let preferences {
                if preferences.isMemoryEnabled, !user.preferences.isMemoryEnabled {
                    try transaction.passOver(chatsOf: id)
                }
                user.preferences = preferences
            }
            user.updatedAt = now
            try transaction.users.update(user)
            return user
        }
    }

    /// For those who run the system: the users after `id`, at most `limit` (1 to 500), in the order of their making.
    public func users(after id: User.ID? = nil, limit: Int = 100) async throws -> [User] {
        let limit = try Checked.limit(limit)
        return try await context.store.read { try $0.users.users(after: id, limit: limit) }
    }
}

extension UserRepository {
    func require(_ id: User.ID) throws -> User {
        guard let user = try user(id) else { throw CompanionError.noUser(id) }
        return user
    }
}

extension CompanionError {
    static func noUser(_ id: User.ID) -> CompanionError { CompanionError(.notFound, "There is no user \(id).") }
}

extension StoreTransaction {
    /// Covers all that was said in the person's chats, unread.
    fileprivate func passOver(chatsOf user: User.ID) throws {
        var last: ChatCursor?
        while true {
            let page = try chats.chats(of: user, after: last, limit: 500)
            for chat in page {
                let cursor = try coverage.cursor(of: chat.id, of: user)
                if cursor < chat.lastSequence {
                    _ = try coverage.advance(chat.id, of: user, from: cursor, to: chat.lastSequence)
                }
                let reopened = try coverage.reopened(in: chat.id, of: user, limit: .max)
                _ = try coverage.close(reopened, in: chat.id, of: user)
            }
            guard page.count == 500 else { return }
            last = page.last.map(ChatCursor.init)
        }
    }
}
