internal import CompanionCore

struct InMemoryUsers: UserRepository {
    let transaction: InMemoryTransaction
    private var tables: Tables { transaction.tables }

    init(transaction: InMemoryTransaction) { self.transaction = transaction }

    func insert(_ user: User) throws {
        try transaction.requireWriting()
        guard tables.users[user.id] == nil else {
            throw CompanionError(.conflict, "A user with this identifier exists already.")
        }
        tables.users[user.id] = user.asStored
        tables.userIDs.insert(user.id, in: .all)
    }

    func user(_ id: User.ID) throws -> User? { tables.erasuresByUser[id] == nil ? tables.users[id] : nil }

    func update(_ user: User) throws {
        try transaction.requireWriting()
        guard var stored = try self.user(user.id) else {
            throw CompanionError(.notFound, "There is no such user.")
        }
        stored.name = user.name
        stored.persona = user.persona
        stored.preferences = user.preferences
        stored.role = user.role
        stored.updatedAt = user.updatedAt.wholeMilliseconds
        tables.users[user.id] = stored
    }

    func users(after id: User.ID?, limit: Int) throws -> [User] {
        var users: [User] = []
        var last = id
        while users.count < limit {
            let wanted = limit - users.count
            let page = tables.userIDs.first(wanted, in: .all, after: last)
            users += try page.compactMap(user)
            guard page.count == wanted else { break }
            last = page.last
        }
        return users
    }
}
