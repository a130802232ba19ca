import CompanionCore
import Foundation

struct SabotagedMessages: MessageRepository {
    let base: any MessageRepository
    let chats: any ChatRepository
    let sabotage: Sabotage
    let memory: SabotageMemory

    // MARK: Appending

    func append(_ messages: [Message], to chat: Chat.ID, of user: User.ID, at now: Date) throws {
        let user = actor(user, in: chat)
        switch sabotage {
        case .countsEachMessage: for message in messages { try base.append([message], to: chat, of: user, at: now) }
        case .renumbers:
            let last = try chats.chat(chat, of: user)?.lastSequence ?? 0
            let renumbered = messages.enumerated().map { index, message in
                Message(
                    id: message.id, chat: message.chat, sequence: last + index + 1, author: message.author,
                    alternatives: message.alternatives, selected: message.selected, clientID: message.clientID,
                    createdAt: message.createdAt)
            }
            try base.append(renumbered, to: chat, of: user, at: now)
        case .swallowsErrors: try? base.append(messages, to: chat, of: user, at: now)
        case .confusesCodes: try confusing { try base.append(messages, to: chat, of: user, at: now) }
        default: try base.append(messages.map(spoiled), to: chat, of: user, at: now)
        }
    }

    private func spoiled(_ message: Message) -> Message {
        var message = message
        for index in message.alternatives.indices {
            if sabotage == .dropsUsage { message.alternatives[index].usage = nil }
            if sabotage == .dropsNul {
                message.alternatives[index].text = message.alternatives[index].text.replacing("\0", with: "")
            }
        }
        return message
    }

    func append(_ alternative: Alternative, to message: Message.ID, of user: User.ID, at now: Date) throws {
        switch sabotage {
        case .swallowsErrors: try? base.append(alternative, to: message, of: user, at: now)
        case .confusesCodes: try confusing { try base.append(alternative, to: message, of: user, at: now) }
        case .leavesSelection:
            let selected = try base.message(message, of: user)?.selected
            try base.append(alternative, to: message, of: user, at: now)
            if let selected { try base.select(alternativeAt: selected, of: message, of: user, at: now) }
        default: try base.append(alternative, to: message, of: user, at: now)
        }
    }

    private func confusing(_ body: () throws -> Void) throws {
        do {
            try body()
        } catch let error as CompanionError where [.invalidInput, .limitExceeded].contains(error.code) {
            throw CompanionError(.internalInconsistency, "Confused.", underlying: error)
        }
    }

    // MARK: Reading

    func message(_ id: Message.ID, of user: User.ID) throws -> Message? { try base.message(id, of: user) }

    func message(clientID: ClientMessageID, in chat: Chat.ID, of user: User.ID) throws -> Message? {
        let message = try base.message(clientID: clientID, in: chat, of: user)
        if sabotage == .forgetsDeletedClientIDs, let message { return try base.message(message.id, of: user) }
        return message
    }

    func messages(in chat: Chat.ID, of user: User.ID, before sequence: Int?, limit: Int) throws -> [Message] {
        try base.messages(in: chat, of: actor(user, in: chat), before: sequence, limit: bound(limit))
    }

    func messages(in chat: Chat.ID, of user: User.ID, after sequence: Int, limit: Int) throws -> [Message] {
        try base.messages(in: chat, of: actor(user, in: chat), after: sequence, limit: bound(limit))
    }

    private func bound(_ limit: Int) -> Int { sabotage == .ignoresLowLimits && limit < 1 ? 1 : limit }

    private func actor(_ user: User.ID, in chat: Chat.ID) -> User.ID {
        sabotage == .ignoresThePerson ? memory.owner(of: chat) ?? user : user
    }

    func changes(
        in chat: Chat.ID, of user: User.ID, after cursor: MessageChangeCursor, limit: Int
    ) throws -> [MessageChange] {
        let user = actor(user, in: chat)
        switch sabotage {
        case .replaysEverything:
            return try base.changes(in: chat, of: user, after: .init(behind: 0), limit: limit)
        case .skipsWithinRevisions:
            return try base.changes(in: chat, of: user, after: .init(behind: cursor.revision), limit: limit)
        case .forgetsDeletedChanges:
            return try base.changes(in: chat, of: user, after: cursor, limit: limit).filter { !$0.isDeleted }
        default: return try base.changes(in: chat, of: user, after: cursor, limit: limit)
        }
    }

    func generating(limit: Int) throws -> [GeneratingAlternative] {
        let found = try base.generating(limit: limit)
        guard sabotage == .overlooksDeletedWriters else { return found }
        return try found.filter { try base.message($0.message, of: $0.user) != nil }
    }

    // MARK: Changing

    func update(
        _ alternative: Alternative, of message: Message.ID, of user: User.ID, ifGeneratedBy turn: Turn.ID?,
        at now: Date
    ) throws -> Bool {
        switch sabotage {
        case .updatesNothing: return true
        case .updatesAlways:
            _ = try base.update(alternative, of: message, of: user, ifGeneratedBy: turn, at: now)
            return true
        case .ignoresTurns:
            return try base.update(alternative, of: message, of: user, ifGeneratedBy: nil, at: now)
        case .sparesDeletedMessages where try base.message(message, of: user) == nil: return false
        default: return try base.update(alternative, of: message, of: user, ifGeneratedBy: turn, at: now)
        }
    }

    func select(alternativeAt index: Int, of message: Message.ID, of user: User.ID, at now: Date) throws {
        var index = index
        if sabotage == .clampsSelections, let count = try base.message(message, of: user)?.alternatives.count {
            index = min(max(index, 0), count - 1)
        }
        try base.select(alternativeAt: index, of: message, of: user, at: now)
    }

    // MARK: Deleting

    func delete(
        sequences: ClosedRange<Int>, in chat: Chat.ID, of user: User.ID, as change: ChatChange.ID, at now: Date
    ) throws -> Int {
        if sabotage == .keepsDeleted {
            return try base.messages(in: chat, of: user, after: 0, limit: 999).count { sequences.contains($0.sequence) }
        }
        let count = try base.delete(sequences: sequences, in: chat, of: user, as: change, at: now)
        if sabotage == .touchesForNothing, count == 0, let title = try chats.chat(chat, of: user)?.title {
            try chats.rename(chat, of: user, to: title, at: now)
        }
        return count
    }

    func restore(_ change: ChatChange.ID, in chat: Chat.ID, of user: User.ID, at now: Date) throws -> Int {
        if sabotage == .restoresNothing { return 0 }
        return try base.restore(change, in: chat, of: user, at: now)
    }
}
