internal import CompanionCore

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Messages with their alternatives; reading is in `SQLMessages+Reading.swift`.
struct SQLMessages: MessageRepository {
    private static let maximumAlternatives = 256

    let transaction: SQLStoreTransaction
    private var chats: SQLChats { SQLChats(transaction: transaction) }

    // MARK: Appending

    func append(_ messages: [Message], to chat: Chat.ID, of user: User.ID, at now: Date) throws {
        try transaction.requireWriting()
        for (index, message) in messages.enumerated() {
            guard message.chat == chat, message.alternatives.indices.contains(message.selected) else {
                throw CompanionError(
                    .invalidInput, "A message must name the chat that it is for and select one of its alternatives.")
            }
            guard message.alternatives.count <= Self.maximumAlternatives else { throw Self.tooManyAlternatives }
            guard message.sequence == messages[0].sequence + index else { throw Self.wrongSequence }
        }
        guard let first = messages.first, let last = messages.last else {
            guard try chats.chat(chat, of: user) != nil else { throw CompanionError.noSuchChat }
            return
        }
        try transaction.write(
            .moveLastSequence,
            [.id(user), .id(chat), .integer(first.sequence - 1), .integer(last.sequence), .timestamp(now)]
        ) {
            try chats.chat(chat, of: user) == nil ? CompanionError.noSuchChat : Self.wrongSequence
        }
        for message in messages {
            try insert(message, of: user)
            for (ordinal, alternative) in message.alternatives.enumerated() {
                try insert(alternative, at: Place(chat: chat, position: message.sequence), ordinal: ordinal, of: user)
            }
        }
    }

    func append(_ alternative: Alternative, to message: Message.ID, of user: User.ID, at now: Date) throws {
        try transaction.requireWriting()
        guard let place = try place(of: message, of: user), !place.isDeleted else { throw Self.noSuchMessage }
        let count = try alternativeCount(at: place, of: user)
        guard count < Self.maximumAlternatives else { throw Self.tooManyAlternatives }
        try insert(alternative, at: place, ordinal: count, of: user)
        try select(count, at: place, of: user, at: now)
    }

    private func insert(_ message: Message, of user: User.ID) throws {
        try transaction.write(
            .insertMessage,
            [
                .id(user), .id(message.chat), .integer(message.sequence), .id(message.id),
                .text(message.author.rawValue), .integer(message.selected), .text(message.clientID?.rawValue),
                .timestamp(message.createdAt),
            ]
        ) {
            transaction.halfDone(
                CompanionError(.conflict, "A message with this identifier or client id exists already."))
        }
    }

    private func insert(_ alternative: Alternative, at place: Place, ordinal: Int, of user: User.ID) throws {
        try transaction.write(
            .insertAlternative,
            [
                .id(user), .id(place.chat), .integer(place.sequence), .integer(ordinal), .id(alternative.id),
                .timestamp(alternative.createdAt),
            ] + alternative.storedValues
        ) {
            transaction.halfDone(
                CompanionError(.conflict, "An alternative with this identifier exists already."))
        }
    }

    // MARK: Changing

    func update(
        _ alternative: Alternative, of message: Message.ID, of user: User.ID, ifGeneratedBy turn: Turn.ID?,
        at now: Date
    ) throws -> Bool {
        try transaction.requireWriting()
        guard let place = try place(of: message, of: user) else { return false }
        let key: [SQLValue] = [.id(user), .id(place.chat), .integer(place.sequence), .id(alternative.id)]
        let updated =
            if let turn {
                try transaction.run(.updateAlternativeOfTurn, key + alternative.storedValues + [.id(turn)])
            } else {
                try transaction.run(.updateAlternative, key + alternative.storedValues)
            }
        guard updated == 1 else { return false }
        try chats.touch(place.chat, of: user, at: now)
        try transaction.write(.stampMessage, [.id(user), .id(place.chat), .integer(place.position)])
        return true
    }

    func select(alternativeAt index: Int, of message: Message.ID, of user: User.ID, at now: Date) throws {
        try transaction.requireWriting()
        guard let place = try place(of: message, of: user), !place.isDeleted else { throw Self.noSuchMessage }
        guard try (0..<alternativeCount(at: place, of: user)).contains(index) else {
            throw CompanionError(.invalidInput, "The message has no alternative at this index.")
        }
        try select(index, at: place, of: user, at: now)
    }

    private func select(_ ordinal: Int, at place: Place, of user: User.ID, at now: Date) throws {
        try chats.touch(place.chat, of: user, at: now)
        try transaction.write(
            .selectAlternative, [.id(user), .id(place.chat), .integer(place.position), .integer(ordinal)])
    }

    // MARK: Deleting

    func delete(
        sequences: ClosedRange<Int>, in chat: Chat.ID, of user: User.ID, as change: ChatChange.ID, at now: Date
    ) throws -> Int {
        let deleted = try transaction.run(
            .deleteMessages,
            [
                .id(user), .id(chat), .integer(max(1, sequences.lowerBound)), .integer(sequences.upperBound),
                .id(change),
            ])
        if deleted > 0 { try chats.touch(chat, of: user, at: now) }
        return deleted
    }

    func restore(_ change: ChatChange.ID, in chat: Chat.ID, of user: User.ID, at now: Date) throws -> Int {
        let restored = try transaction.run(.restoreMessages, [.id(user), .id(chat), .id(change)])
        if restored > 0 { try chats.touch(chat, of: user, at: now) }
        return restored
    }

    // MARK: Errors

    private static var noSuchMessage: CompanionError { CompanionError(.notFound, "There is no such message.") }
    private static var wrongSequence: CompanionError {
        CompanionError(.conflict, "The chat has gone on meanwhile: number the messages anew.")
    }
    private static var tooManyAlternatives: CompanionError {
        CompanionError(.limitExceeded, "A message has at most \(maximumAlternatives) alternatives.")
    }
}

extension Alternative {
    /// All that an update replaces, in the order of the columns.
    fileprivate var storedValues: [SQLValue] {
        [
            .text(text), .text(status.description), .text(finishReason?.description), .text(model),
            .integer(usage?.promptTokens), .integer(usage?.cachedPromptTokens), .integer(usage?.completionTokens),
            .boolean(usage?.isEstimate), .id(turn), .timestamp(updatedAt),
        ]
    }
}

extension SQLStatement {
    fileprivate static let moveLastSequence = SQLStatement(
        """
        UPDATE chats SET last_sequence = $4, revision = revision + 1, updated_at = $5
        WHERE user_id = $1 AND id = $2 AND last_sequence = $3
        """)
    /// The chat's revision, which was counted up before: so nobody waits for it.
    private static let revision = "(SELECT revision FROM chats WHERE user_id = $1 AND id = $2)"
    fileprivate static let insertMessage = SQLStatement(
        """
        INSERT INTO messages (user_id, chat_id, position, id, author, selected, client_id, created_at, revision)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, \(revision))
        ON CONFLICT DO NOTHING
        """)
    fileprivate static let insertAlternative = SQLStatement(
        """
        INSERT INTO alternatives (user_id, chat_id, sequence, ordinal, id, created_at, text, status, finish_reason,
            model, prompt_tokens, cached_prompt_tokens, completion_tokens, usage_is_estimate, turn_id, updated_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
        ON CONFLICT DO NOTHING
        """)
    private static let update = """
        UPDATE alternatives SET text = $5, status = $6, finish_reason = $7, model = $8, prompt_tokens = $9,
            cached_prompt_tokens = $10, completion_tokens = $11, usage_is_estimate = $12, turn_id = $13,
            updated_at = $14
        WHERE user_id = $1 AND chat_id = $2 AND sequence = $3 AND id = $4
        """
    fileprivate static let updateAlternative = SQLStatement(update)
    fileprivate static let updateAlternativeOfTurn = SQLStatement(
        "\(update) AND turn_id = $15 AND status = 'generating'")
    fileprivate static let selectAlternative = SQLStatement(
        """
        UPDATE messages SET selected = $4, revision = \(revision) WHERE user_id = $1 AND chat_id = $2 AND position = $3
        """)
    fileprivate static let stampMessage = SQLStatement(
        "UPDATE messages SET revision = \(revision) WHERE user_id = $1 AND chat_id = $2 AND position = $3")
    /// The revision that the chat is about to have.
    private static let nextRevision = "(SELECT revision + 1 FROM chats WHERE user_id = $1 AND id = $2)"
    fileprivate static let deleteMessages = SQLStatement(
        """
        UPDATE messages SET position = -position, deleted_by = $5, revision = \(nextRevision)
        WHERE user_id = $1 AND chat_id = $2 AND position BETWEEN $3 AND $4
        """)
    fileprivate static let restoreMessages = SQLStatement(
        """
        UPDATE messages SET position = -position, deleted_by = NULL, revision = \(nextRevision)
        WHERE user_id = $1 AND chat_id = $2 AND position < 0 AND deleted_by = $3
        """)
}
