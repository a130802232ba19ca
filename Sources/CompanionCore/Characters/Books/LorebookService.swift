/// The lorebooks that people keep beside their characters.
///
/// ```swift
/// let book = try await companion.lorebooks.add(Lorebook.Import(parsing: file).book, named: "Harbour", by: ada)
/// try await companion.lorebooks.attach(book.id, to: chat, by: ada)
/// ```
///
/// A chat's prompt is made of the entries of all books that apply: the character's own, then those attached to the chat,
/// then those of the person that apply everywhere, then the host's. They share one budget.
public struct LorebookService: Sendable {
    let context: CompanionContext

    /// Keeps a book. Without `name` it is called as the book is.
    ///
    /// - Parameter isEverywhere: Whether it applies to all of the person's chats.
    /// - Throws: `invalidInput` without a name, `limitExceeded` where one of ``CompanionLorebook/Limits`` is exceeded.
    public func add(
        _ book: Lorebook, named name: String? = nil, isEverywhere: Bool = false, by user: User.ID
    ) async throws -> CompanionLorebook {
        let lorebook = CompanionLorebook(
            id: context.identifiers.next(), owner: user, name: name ?? book.name ?? "", book: book,
            isEverywhere: isEverywhere, createdAt: context.clock.stamp)
        try Self.check(lorebook)
        try await context.store.transaction { transaction in
            _ = try transaction.users.require(user)
            guard try transaction.lorebooks.count(of: user) < CompanionLorebook.Limits.books else {
                throw CompanionError(
                    .limitExceeded,
                    "There are \(CompanionLorebook.Limits.books) lorebooks already, the most there can be: delete one.")
            }
            if isEverywhere { try Self.requireRoom(in: nil, of: user, in: transaction) }
            try transaction.lorebooks.insert(lorebook)
        }
        return lorebook
    }

    /// The person's book of that identifier. Throws `notFound`.
    public func lorebook(_ id: CompanionLorebook.ID, by user: User.ID) async throws -> CompanionLorebook {
        try await context.store.read { try $0.lorebooks.require(id, of: user) }
    }

    /// The person's books after `id`, at most `limit` (1 to 500), in the order of their making.
    public func lorebooks(
        by user: User.ID, after id: CompanionLorebook.ID? = nil, limit: Int = 100
    ) async throws -> [LorebookSummary] {
        let limit = try Checked.limit(limit)
        return try await context.store.read { try $0.lorebooks.lorebooks(of: user, after: id, limit: limit) }
    }

    /// Replaces name, book and whether it applies everywhere; chats show it from their next turn on.
    ///
    /// Throws `conflict` where it was changed since `lorebook` was read, and what ``add(_:named:isEverywhere:by:)`` throws.
    public func update(_ lorebook: CompanionLorebook, by user: User.ID) async throws -> CompanionLorebook {
        try Self.check(lorebook)
        var lorebook = lorebook
        lorebook.updatedAt = context.clock.stamp
        return try await context.store.transaction { [lorebook] transaction in
            let old = try transaction.lorebooks.require(lorebook.id, of: user)
            if lorebook.isEverywhere, !old.isEverywhere { try Self.requireRoom(in: nil, of: user, in: transaction) }
            try transaction.lorebooks.update(lorebook, of: user)
            return try transaction.lorebooks.require(lorebook.id, of: user)
        }
    }

    /// Deletes a book, for all chats. Throws `notFound`.
    public func delete(_ id: CompanionLorebook.ID, by user: User.ID) async throws {
        try await context.store.transaction { transaction in
            guard try transaction.lorebooks.delete(id, of: user) else { throw CompanionError.noLorebook(id) }
        }
    }

    /// Attaches a book to a chat, from its next turn on; false where it was attached already.
    ///
    /// Throws `notFound`, and `limitExceeded` where the chat has ``CompanionLorebook/Limits/attached`` books already.
    @discardableResult
    public func attach(
        _ id: CompanionLorebook.ID, to chat: Chat.ID, by user: User.ID
    ) async throws -> Bool {
        try await context.store.transaction { transaction in
            guard try transaction.lorebooks.attach(id, to: chat, of: user) else { return false }
            // Seen after the attachment, so that one that was there already takes no room.
            try Self.requireRoom(in: chat, of: user, besides: 1, in: transaction)
            return true
        }
    }

    /// Takes a book from a chat; false where it was not attached.
    @discardableResult
    public func detach(
        _ id: CompanionLorebook.ID, from chat: Chat.ID, by user: User.ID
    ) async throws -> Bool {
        try await context.store.transaction { transaction in
            _ = try transaction.chats.require(chat, of: user)
            return try transaction.lorebooks.detach(id, from: chat, of: user)
        }
    }

    /// The books that apply to a chat, but for its character's and the host's, in the order in which they are asked.
    /// Throws `notFound`.
    public func applying(to chat: Chat.ID, by user: User.ID) async throws -> [CompanionLorebook] {
        try await context.store.read { transaction in
            _ = try transaction.chats.require(chat, of: user)
            return try transaction.lorebooks.books(
                of: try transaction.lorebooks.stamps(in: chat, of: user), by: user)
        }
    }

    private static func requireRoom(
        in chat: Chat.ID?, of user: User.ID, besides own: Int = 0, in transaction: any StoreTransaction
    ) throws {
        let stamps = try transaction.lorebooks.stamps(in: chat, of: user)
        let count = stamps.count { $0.isEverywhere == (chat == nil) } - own
        guard count < CompanionLorebook.Limits.attached else {
            let place = chat == nil ? "everywhere" : "in this chat"
            throw CompanionError(
                .limitExceeded,
                "\(CompanionLorebook.Limits.attached) lorebooks apply \(place) already, the most there can be.")
        }
    }

    private static func check(_ lorebook: CompanionLorebook) throws {
        guard !lorebook.name.isBlank, lorebook.name.count <= CompanionLorebook.Limits.name else {
            throw CompanionError(
                .invalidInput, "A lorebook needs a name of at most \(CompanionLorebook.Limits.name) characters.")
        }
        guard lorebook.book.entries.count <= CharacterCard.Limits.entries else {
            throw CompanionError(
                .limitExceeded, "A lorebook has at most \(CharacterCard.Limits.entries) entries.")
        }
        guard lorebook.book.standaloneJSON.serializedBytes().count <= CompanionLorebook.Limits.bytes else {
            throw CompanionError(
                .limitExceeded,
                "The lorebook is larger than \(CompanionLorebook.Limits.bytes >> 20) MiB: split it into several.")
        }
    }
}

extension LorebookRepository {
    func require(_ id: CompanionLorebook.ID, of user: User.ID) throws -> CompanionLorebook {
        guard let lorebook = try lorebook(id, of: user) else { throw CompanionError.noLorebook(id) }
        return lorebook
    }

    func books(of stamps: [LorebookStamp], by user: User.ID) throws -> [CompanionLorebook] {
        try stamps.compactMap { try lorebook($0.id, of: user) }
    }
}

extension CompanionError {
    fileprivate static func noLorebook(_ id: CompanionLorebook.ID) -> CompanionError {
        CompanionError(.notFound, "There is no lorebook \(id), or it is somebody else's.")
    }
}
