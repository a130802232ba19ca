internal import CompanionCore

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

struct InMemoryMessages: MessageRepository {
    private static let maximumAlternatives = 256

    let transaction: InMemoryTransaction
    private var tables: Tables { transaction.tables }

    init(transaction: InMemoryTransaction) { self.transaction = transaction }

    // MARK: Reading

    func message(_ id: Message.ID, of user: User.ID) throws -> Message? {
        tables.row(id, of: user).flatMap { $0.deletion == nil ? $0.message : nil }
    }

    func message(clientID: ClientMessageID, in chat: Chat.ID, of user: User.ID) throws -> Message? {
        tables.clientIDs[.init(chat: chat, clientID: clientID)].flatMap { tables.row($0, of: user)?.message }
    }

    func messages(in chat: Chat.ID, of user: User.ID, before sequence: Int?, limit: Int) throws -> [Message] {
        guard tables.chat(chat, of: user) != nil else { return [] }
        let bound = sequence.map { Tables.Place(sequence: $0) }
        return messages(at: tables.liveMessages.last(limit, in: chat, before: bound))
    }

    func messages(in chat: Chat.ID, of user: User.ID, after sequence: Int, limit: Int) throws -> [Message] {
        guard tables.chat(chat, of: user) != nil else { return [] }
        return messages(at: tables.liveMessages.first(limit, in: chat, after: .init(sequence: sequence)))
    }

    private func messages(at places: ArraySlice<Tables.Place>) -> [Message] {
        places.compactMap { place in place.message.flatMap { tables.messages[$0]?.message } }
    }

    func changes(
        in chat: Chat.ID, of user: User.ID, after cursor: MessageChangeCursor, limit: Int
    ) throws -> [MessageChange] {
        guard tables.chat(chat, of: user) != nil else { return [] }
        let bound = Tables.MessageStamp(revision: cursor.revision, sequence: cursor.sequence)
        return tables.messagesByRevision.first(limit, in: chat, after: bound).compactMap { stamp in
            stamp.message.flatMap { tables.messages[$0] }.map { row in
                MessageChange(message: row.message, isDeleted: row.deletion != nil, revision: row.revision)
            }
        }
    }

    func generating(limit: Int) throws -> [GeneratingAlternative] {
        tables.generating.first(limit, in: .all, after: nil).compactMap { id in
            guard let message = tables.alternatives[id].flatMap({ tables.messages[$0]?.message }),
                let chat = tables.chats[message.chat],
                let alternative = message.alternatives.first(where: { $0.id == id })
            else { return nil }
            return GeneratingAlternative(
                user: chat.user, chat: chat.id, message: message.id, alternative: alternative)
        }
    }

    // MARK: Appending

    func append(_ messages: [Message], to chat: Chat.ID, of user: User.ID, at now: Date) throws {
        try transaction.requireWriting()
        guard let stored = tables.chat(chat, of: user) else {
            throw CompanionError(.notFound, "There is no such chat.")
        }
        try check(messages, for: stored)
        guard let last = messages.last else { return }
        for message in messages { add(message.asStored, revision: stored.revision + 1) }
        tables.touch(stored, lastSequence: last.sequence, at: now)
    }

    private func check(_ messages: [Message], for chat: Chat) throws {
        var expected = chat.lastSequence
        var identifiers: Set<Message.ID> = []
        var alternatives: Set<Alternative.ID> = []
        var clientIDs: Set<ClientMessageID> = []
        for message in messages {
            guard message.chat == chat.id, message.alternatives.indices.contains(message.selected) else {
                throw CompanionError(
                    .invalidInput, "A message must name the chat that it is for and select one of its alternatives.")
            }
            guard message.alternatives.count <= Self.maximumAlternatives else { throw Self.tooManyAlternatives }
            expected += 1
            guard message.sequence == expected else {
                throw CompanionError(.conflict, "The chat has gone on meanwhile: number the messages anew.")
            }
            guard identifiers.insert(message.id).inserted, tables.messages[message.id] == nil else {
                throw CompanionError(.conflict, "A message with this identifier exists already.")
            }
            for alternative in message.alternatives {
                guard alternatives.insert(alternative.id).inserted, tables.alternatives[alternative.id] == nil
                else { throw Self.alternativeExists }
            }
            if let clientID = message.clientID {
                guard clientIDs.insert(clientID).inserted,
                    tables.clientIDs[.init(chat: chat.id, clientID: clientID)] == nil
                else { throw CompanionError(.conflict, "The chat has a message with this client id already.") }
            }
        }
    }

    private func add(_ message: Message, revision: Int) {
        let place = Tables.Place(sequence: message.sequence, message: message.id)
        tables.messages[message.id] = .init(message: message, revision: revision)
        tables.messagesByChat.insert(place, in: message.chat)
        tables.liveMessages.insert(place, in: message.chat)
        tables.messagesByRevision.insert(
            .init(revision: revision, sequence: message.sequence, message: message.id), in: message.chat)
        for alternative in message.alternatives {
            tables.alternatives[alternative.id] = message.id
            if alternative.status == .generating { tables.generating.insert(alternative.id, in: .all) }
        }
        if let clientID = message.clientID {
            tables.clientIDs[.init(chat: message.chat, clientID: clientID)] = message.id
        }
    }

    func append(_ alternative: Alternative, to message: Message.ID, of user: User.ID, at now: Date) throws {
        try transaction.requireWriting()
        guard var stored = try self.message(message, of: user) else { throw Self.noSuchMessage }
        guard stored.alternatives.count < Self.maximumAlternatives else { throw Self.tooManyAlternatives }
        guard tables.alternatives[alternative.id] == nil else { throw Self.alternativeExists }
        stored.alternatives.append(alternative.asStored)
        stored.selected = stored.alternatives.count - 1
        tables.alternatives[alternative.id] = message
        if alternative.status == .generating { tables.generating.insert(alternative.id, in: .all) }
        try replace(stored, at: now)
    }

    // MARK: Changing

    func update(
        _ alternative: Alternative, of message: Message.ID, of user: User.ID, ifGeneratedBy turn: Turn.ID?,
        at now: Date
    ) throws -> Bool {
        try transaction.requireWriting()
        guard var row = tables.row(message, of: user),
            let index = row.message.alternatives.firstIndex(where: { $0.id == alternative.id })
        else { return false }
        let old = row.message.alternatives[index]
        if let turn, old.turn != turn || old.status != .generating { return false }
        row.message.alternatives[index] = alternative.asStored(createdAt: old.createdAt)
        if alternative.status == .generating {
            tables.generating.insert(alternative.id, in: .all)
        } else {
            tables.generating.remove(alternative.id, from: .all)
        }
        try replace(row.message, at: now)
        return true
    }

    func select(alternativeAt index: Int, of message: Message.ID, of user: User.ID, at now: Date) throws {
        try transaction.requireWriting()
        guard var stored = try self.message(message, of: user) else { throw Self.noSuchMessage }
        guard stored.alternatives.indices.contains(index) else {
            throw CompanionError(.invalidInput, "The message has no alternative at this index.")
        }
        stored.selected = index
        try replace(stored, at: now)
    }

    private func replace(_ message: Message, at now: Date) throws {
        guard let chat = tables.chats[message.chat] else { throw Self.noSuchMessage }
        tables.messages[message.id]?.message = message
        stamp([.init(sequence: message.sequence, message: message.id)], revision: chat.revision + 1, in: chat.id)
        tables.touch(chat, at: now)
    }

    /// Moves messages of a chat, in the order of their sequence numbers, to the end of its changes.
    private func stamp(_ places: [Tables.Place], revision: Int, in chat: Chat.ID) {
        var old: [Tables.MessageStamp] = []
        var new: [Tables.MessageStamp] = []
        for place in places {
            guard let id = place.message, let row = tables.messages[id] else { continue }
            old.append(.init(revision: row.revision, sequence: place.sequence))
            new.append(.init(revision: revision, sequence: place.sequence, message: id))
            tables.messages[id]?.revision = revision
        }
        tables.messagesByRevision.remove(old.sorted(), from: chat)
        tables.messagesByRevision.insert(new, in: chat)
    }

    // MARK: Deleting

    func delete(
        sequences: ClosedRange<Int>, in chat: Chat.ID, of user: User.ID, as change: ChatChange.ID, at now: Date
    ) throws -> Int {
        try transaction.requireWriting()
        guard let stored = tables.chat(chat, of: user) else { return 0 }
        let places = tables.liveMessages.remove(
            from: .init(sequence: sequences.lowerBound), through: .init(sequence: sequences.upperBound), in: chat)
        guard !places.isEmpty else { return 0 }
        tables.deletedMessages.insert(places, in: .init(chat: chat, change: change))
        for place in places { mark(place, deletedBy: change) }
        stamp(places, revision: stored.revision + 1, in: chat)
        tables.touch(stored, at: now)
        return places.count
    }

    func restore(_ change: ChatChange.ID, in chat: Chat.ID, of user: User.ID, at now: Date) throws -> Int {
        try transaction.requireWriting()
        guard let stored = tables.chat(chat, of: user) else { return 0 }
        let places = tables.deletedMessages.removeAll(in: .init(chat: chat, change: change))
        guard !places.isEmpty else { return 0 }
        tables.liveMessages.insert(places, in: chat)
        for place in places { mark(place, deletedBy: nil) }
        stamp(places, revision: stored.revision + 1, in: chat)
        tables.touch(stored, at: now)
        return places.count
    }

    private func mark(_ place: Tables.Place, deletedBy change: ChatChange.ID?) {
        if let id = place.message { tables.messages[id]?.deletion = change }
    }

    // MARK: Errors

    private static var noSuchMessage: CompanionError { CompanionError(.notFound, "There is no such message.") }
    private static var alternativeExists: CompanionError {
        CompanionError(.conflict, "An alternative with this identifier exists already.")
    }
    private static var tooManyAlternatives: CompanionError {
        CompanionError(.limitExceeded, "A message has at most \(maximumAlternatives) alternatives.")
    }
}
