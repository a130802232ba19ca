internal import CompanionCore

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

extension SQLMessages {
    /// Where a message is kept.
    struct Place {
        var chat: Chat.ID
        /// The sequence number, or its negative in a deleted message.
        var position: Int
        var sequence: Int { abs(position) }
        var isDeleted: Bool { position < 0 }
    }

    func place(of message: Message.ID, of user: User.ID) throws -> Place? {
        try transaction.first(.selectPlace, [.id(message), .id(user)]) { row in
            Place(chat: try row.id(0), position: try row.integer(1))
        }
    }

    func alternativeCount(at place: Place, of user: User.ID) throws -> Int {
        let values: [SQLValue] = [.id(user), .id(place.chat), .integer(place.sequence)]
        return try transaction.first(.countAlternatives, values) { try $0.integer(0) } ?? 0
    }

    func message(_ id: Message.ID, of user: User.ID) throws -> Message? {
        let found: (chat: Chat.ID, head: Head)? = try transaction.first(.selectMessage, [.id(id), .id(user)]) { row in
            (chat: try row.id(7), head: try Head(row: row))
        }
        guard let found else { return nil }
        return try messages(of: [found.head], in: found.chat, of: user).first
    }

    func message(clientID: ClientMessageID, in chat: Chat.ID, of user: User.ID) throws -> Message? {
        let heads = try transaction.all(
            .selectMessageOfClientID, [.id(user), .id(chat), .text(clientID.rawValue)]
        ) { try Head(row: $0) }
        return try messages(of: heads, in: chat, of: user).first
    }

    func messages(in chat: Chat.ID, of user: User.ID, before sequence: Int?, limit: Int) throws -> [Message] {
        guard limit > 0 else { return [] }
        let heads = try transaction.all(
            .selectMessagesBefore, [.id(user), .id(chat), .integer(sequence ?? .max), .integer(limit)]
        ) { try Head(row: $0) }
        return try messages(of: heads.reversed(), in: chat, of: user)
    }

    func messages(in chat: Chat.ID, of user: User.ID, after sequence: Int, limit: Int) throws -> [Message] {
        guard limit > 0 else { return [] }
        let heads = try transaction.all(
            .selectMessagesAfter, [.id(user), .id(chat), .integer(max(0, sequence)), .integer(limit)]
        ) { try Head(row: $0) }
        return try messages(of: heads, in: chat, of: user)
    }

    func changes(
        in chat: Chat.ID, of user: User.ID, after cursor: MessageChangeCursor, limit: Int
    ) throws -> [MessageChange] {
        guard limit > 0 else { return [] }
        var stamps: [(revision: Int, isDeleted: Bool)] = []
        let heads = try transaction.all(
            .selectChangedMessages,
            [.id(user), .id(chat), .integer(cursor.revision), .integer(cursor.sequence), .integer(limit)]
        ) { row in
            stamps.append((revision: try row.integer(6), isDeleted: try row.integer(0) < 0))
            return try Head(row: row)
        }
        return zip(try messages(of: heads, in: chat, of: user), stamps).map { message, stamp in
            MessageChange(message: message, isDeleted: stamp.isDeleted, revision: stamp.revision)
        }
    }

    func generating(limit: Int) throws -> [GeneratingAlternative] {
        guard limit > 0 else { return [] }
        return try transaction.all(.selectGenerating, [.integer(limit)]) { row in
            GeneratingAlternative(
                user: try row.id(13), chat: try row.id(14), message: try row.id(15),
                alternative: try Alternative(row: row))
        }
    }

    /// Adds the alternatives to messages: a range for each run of ascending sequence numbers without gaps, mostly one.
    private func messages(of heads: [Head], in chat: Chat.ID, of user: User.ID) throws -> [Message] {
        var messages: [Message] = []
        messages.reserveCapacity(heads.count)
        var start = 0
        while start < heads.count {
            var end = start + 1
            while end < heads.count, heads[end].sequence == heads[end - 1].sequence + 1 { end += 1 }
            try append(heads[start..<end], to: &messages, in: chat, of: user)
            start = end
        }
        return messages
    }

    private func append(
        _ run: ArraySlice<Head>, to messages: inout [Message], in chat: Chat.ID, of user: User.ID
    ) throws {
        var index = run.startIndex
        var alternatives: [Alternative] = []
        try transaction.query(
            .selectAlternatives,
            [.id(user), .id(chat), .integer(run[index].sequence), .integer(run[run.endIndex - 1].sequence)]
        ) { row in
            let sequence = try row.integer(0)
            while run[index].sequence < sequence {
                messages.append(try run[index].message(in: chat, with: alternatives))
                alternatives.removeAll()
                index += 1
            }
            alternatives.append(try Alternative(row: row))
        }
        messages.append(try run[index].message(in: chat, with: alternatives))
        guard index == run.endIndex - 1 else { throw SQLFailure(.corrupt).asPortError }
    }

    /// A message without its alternatives.
    private struct Head {
        let sequence: Int
        let id: Message.ID
        let author: Message.Author
        let selected: Int
        let clientID: ClientMessageID?
        let createdAt: Date

        init(row: some SQLRow) throws {
            sequence = abs(try row.integer(0))
            id = try row.id(1)
            author = try Message.Author(stored: row.text(2))
            selected = try row.integer(3)
            clientID = try row.textIfAny(4).flatMap(ClientMessageID.init(rawValue:))
            createdAt = try row.timestamp(5)
        }

        func message(in chat: Chat.ID, with alternatives: [Alternative]) throws -> Message {
            guard alternatives.indices.contains(selected) else { throw SQLFailure(.corrupt).asPortError }
            return Message(
                id: id, chat: chat, sequence: sequence, author: author, alternatives: alternatives,
                selected: selected, clientID: clientID, createdAt: createdAt)
        }
    }
}

extension Message.Author {
    /// Compares by itself: `init(rawValue:)` takes ten times as long.
    fileprivate init(stored name: String) throws {
        if name == Self.user.rawValue {
            self = .user
        } else if name == Self.character.rawValue {
            self = .character
        } else {
            throw SQLFailure(.corrupt)
        }
    }
}

extension Alternative {
    /// Reads ``SQLStatement/alternativeColumns`` behind the sequence number.
    fileprivate init(row: some SQLRow) throws {
        guard let status = Status(named: try row.text(3)) else { throw SQLFailure(.corrupt) }
        self.init(
            id: try row.id(1), text: try row.text(2), status: status,
            finishReason: try row.textIfAny(4).map(FinishReason.init(named:)), model: try row.textIfAny(5),
            usage: row.isNull(6) ? nil : try TokenUsage(row: row), turn: try row.idIfAny(10),
            createdAt: try row.timestamp(11), updatedAt: try row.timestamp(12))
    }
}

extension TokenUsage {
    fileprivate init(row: some SQLRow) throws {
        self.init(
            promptTokens: try row.integer(6), cachedPromptTokens: try row.integer(7),
            completionTokens: try row.integer(8), isEstimate: try row.boolean(9))
    }
}

extension SQLStatement {
    fileprivate static let selectPlace = SQLStatement(
        "SELECT chat_id, position FROM messages WHERE id = $1 AND user_id = $2")
    fileprivate static let countAlternatives = SQLStatement(
        "SELECT count(*) FROM alternatives WHERE user_id = $1 AND chat_id = $2 AND sequence = $3")

    private static let messageColumns = "position, id, author, selected, client_id, created_at, revision"
    private static let selectMessages = "SELECT \(messageColumns) FROM messages WHERE user_id = $1 AND chat_id = $2"
    fileprivate static let selectMessage = SQLStatement(
        "SELECT \(messageColumns), chat_id FROM messages WHERE id = $1 AND user_id = $2 AND position > 0")
    fileprivate static let selectMessageOfClientID = SQLStatement("\(selectMessages) AND client_id = $3")
    fileprivate static let selectMessagesBefore = SQLStatement(
        "\(selectMessages) AND position > 0 AND position < $3 ORDER BY position DESC LIMIT $4")
    fileprivate static let selectMessagesAfter = SQLStatement(
        "\(selectMessages) AND position > $3 ORDER BY position LIMIT $4")
    fileprivate static let selectChangedMessages = SQLStatement(
        "\(selectMessages) AND (revision, sequence) > ($3, $4) ORDER BY revision, sequence LIMIT $5")

    private static let alternativeColumns = """
        a.sequence, a.id, a.text, a.status, a.finish_reason, a.model, a.prompt_tokens, a.cached_prompt_tokens,
        a.completion_tokens, a.usage_is_estimate, a.turn_id, a.created_at, a.updated_at
        """
    fileprivate static let selectAlternatives = SQLStatement(
        """
        SELECT \(alternativeColumns) FROM alternatives a
        WHERE user_id = $1 AND chat_id = $2 AND sequence BETWEEN $3 AND $4 ORDER BY sequence, ordinal
        """)
    fileprivate static let selectGenerating = SQLStatement(
        """
        SELECT \(alternativeColumns), a.user_id, a.chat_id, m.id
        FROM alternatives a
        JOIN messages m ON m.user_id = a.user_id AND m.chat_id = a.chat_id
            AND m.position IN (a.sequence, -a.sequence)
        WHERE a.status = 'generating' ORDER BY a.id LIMIT $1
        """)
}
