#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Conversations of people with characters.
///
/// Every call names the person, and finds nothing of anybody else's. Replies are in `ChatService+Replies.swift`,
/// changes of what was said in `ChatService+Editing.swift`.
public struct ChatService: Sendable {
    let context: CompanionContext

    /// Starts a chat with a character of the person's. The character speaks first where its card has a greeting; the
    /// card's other greetings are alternatives of that message.
    ///
    /// - Parameter title: At most 256 characters; may be empty.
    public func start(
        with character: CompanionCharacter.ID, by user: User.ID, title: String = ""
    ) async throws -> Chat {
        let title = try title.isBlank ? "" : Checked.line(title, "The title", 1...256)
        let now = context.clock.stamp
        let id: Chat.ID = context.identifiers.next()
        let (identifiers, random) = (context.identifiers, context.random)
        return try await context.store.transaction { transaction in
            let person = try transaction.users.require(user)
            let character = try transaction.characters.require(character, of: user)
            let chat = Chat(
                id: id, user: user, character: character.id, characterRevision: character.revision, title: title,
                createdAt: now)
            try transaction.chats.insert(chat)
            let macros = Macros(of: character, and: person, random: random)
            let greetings = ([character.card.firstMessage] + character.card.alternateGreetings)
                .filter { !$0.isBlank }
                .prefix(Self.maximumAlternatives)
                .map { Alternative(id: identifiers.next(), text: macros.expand($0), createdAt: now) }
            if !greetings.isEmpty {
                let greeting = Message(
                    id: identifiers.next(), chat: chat.id, sequence: 1, author: .character, alternatives: greetings,
                    createdAt: now)
                try transaction.messages.append([greeting], to: chat.id, of: user, at: now)
            }
            return try transaction.chats.require(chat.id, of: user)
        }
    }

    /// The person's chat of that identifier. Throws `notFound`.
    public func chat(_ id: Chat.ID, by user: User.ID) async throws -> Chat {
        try await context.store.read { try $0.chats.require(id, of: user) }
    }

    /// The person's chats, the one that was used last first, from behind `cursor` on; at most `limit` (1 to 500).
    public func chats(by user: User.ID, after cursor: ChatCursor? = nil, limit: Int = 100) async throws -> [Chat] {
        let limit = try Checked.limit(limit)
        return try await context.store.read { try $0.chats.chats(of: user, after: cursor, limit: limit) }
    }

    /// Gives a chat a title: one line of at most 256 characters, or nothing.
    public func rename(_ id: Chat.ID, to title: String, by user: User.ID) async throws -> Chat {
        let title = try title.isBlank ? "" : Checked.line(title, "The title", 1...256)
        let now = context.clock.stamp
        return try await context.store.transaction { transaction in
            try transaction.chats.rename(id, of: user, to: title, at: now)
            return try transaction.chats.require(id, of: user)
        }
    }

    /// Lets the newest version of its character talk in a chat from its next turn on. Throws `notFound`.
    public func moveToNewestVersion(_ id: Chat.ID, by user: User.ID) async throws -> Chat {
        let now = context.clock.stamp
        return try await context.store.transaction { transaction in
            let chat = try transaction.chats.require(id, of: user)
            let newest = try transaction.characters.require(chat.character, of: user).revision
            guard chat.characterRevision != newest else { return chat }
            try transaction.chats.move(id, of: user, to: newest, at: now)
            return try transaction.chats.require(id, of: user)
        }
    }

    /// Deletes a chat and all that was said in it, for good, and what was learnt from it. Throws `notFound`.
    public func delete(_ id: Chat.ID, by user: User.ID) async throws {
        let now = context.clock.stamp
        try await context.store.transaction { try delete(id, by: user, at: now, in: $0) }
    }

    func delete(_ id: Chat.ID, by user: User.ID, at now: Date, in transaction: any StoreTransaction) throws {
        try MemoryRetraction(context: context, user: user, now: now).retract(all: id, in: transaction)
        guard try transaction.chats.delete(id, of: user) else { throw CompanionError.noChat(id) }
    }

    /// The newest messages before a sequence number (nil: the newest of all), oldest first; at most `limit` (1 to 500).
    public func messages(
        in chat: Chat.ID, by user: User.ID, before sequence: Int? = nil, limit: Int = 50
    ) async throws -> [Message] {
        let limit = try Checked.limit(limit)
        return try await context.store.read { transaction in
            _ = try transaction.chats.require(chat, of: user)
            return try transaction.messages.messages(in: chat, of: user, before: sequence, limit: limit)
        }
    }

    /// The oldest messages after a sequence number (0: from the start), oldest first; at most `limit` (1 to 500).
    public func messages(
        in chat: Chat.ID, by user: User.ID, after sequence: Int, limit: Int = 50
    ) async throws -> [Message] {
        let limit = try Checked.limit(limit)
        return try await context.store.read { transaction in
            _ = try transaction.chats.require(chat, of: user)
            return try transaction.messages.messages(in: chat, of: user, after: sequence, limit: limit)
        }
    }

    /// The message of that identifier. Throws `notFound`, for deleted ones too.
    public func message(_ id: Message.ID, by user: User.ID) async throws -> Message {
        try await context.store.read { try $0.messages.require(id, of: user) }
    }

    /// The most texts that one message may have.
    static let maximumAlternatives = 256
}

extension ChatRepository {
    func require(_ id: Chat.ID, of user: User.ID) throws -> Chat {
        guard let chat = try chat(id, of: user) else { throw CompanionError.noChat(id) }
        return chat
    }
}

extension MessageRepository {
    func require(_ id: Message.ID, of user: User.ID) throws -> Message {
        guard let message = try message(id, of: user) else {
            throw CompanionError(.notFound, "There is no message \(id), or it is deleted or somebody else's.")
        }
        return message
    }
}

extension CompanionError {
    static func noChat(_ id: Chat.ID) -> CompanionError {
        CompanionError(.notFound, "There is no chat \(id), or it is somebody else's.")
    }
}
