#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

extension ChatService {
    /// How many messages one import takes.
    public static let maximumImportedMessages = 200_000

    /// Writes messages that were said elsewhere at the end of a chat, in their order and with their times.
    ///
    /// They are checked before the first is written. They are written in transactions of at most 500 messages or
    /// 4 MiB, so that others can write in between; where one fails or the task is cancelled, those before it are
    /// deleted again. Only the death of the process can leave a part: whole transactions from the start.
    ///
    /// - Returns: How many messages were written.
    /// - Throws: `notFound`; `invalidInput` and `limitExceeded` for a message that can't be kept (each text takes at
    ///   most ``Companion/Configuration/maximumReplyBytes``); `busy` while a reply is being written in the chat;
    ///   `conflict` where somebody else wrote into it meanwhile; `CancellationError`.
    @discardableResult
    public func importMessages(
        _ messages: [ImportedMessage], into chat: Chat.ID, by user: User.ID
    ) async throws -> Int {
        guard messages.count <= Self.maximumImportedMessages else {
            throw CompanionError(
                .limitExceeded,
                "There are \(messages.count) messages; at most \(Self.maximumImportedMessages) are imported at once.")
        }
        for (index, message) in messages.enumerated() {
            _ = try message.checkedTexts(at: index + 1, maximumBytes: context.configuration.maximumReplyBytes)
        }
        let (start, startDate) = try await importStart(in: chat, by: user)
        var written = 0
        var date = startDate
        do {
            while written < messages.count {
                try Task.checkCancellation()
                let page = Self.page(of: messages[written...])
                let copies = try page.enumerated().map { index, message in
                    date = Self.keepable(message.date) ?? date
                    return try kept(message, in: chat, sequence: start + written + index + 1, date: date)
                }
                try await append(copies, to: chat, by: user, after: start + written)
                written += copies.count
            }
        } catch {
            let range = (start + 1)...(start + max(written, 1))
            if written > 0 { try await withdraw(range, in: chat, by: user) }
            throw error
        }
        return written
    }

    /// Makes a chat with a character of the person's out of one that went on elsewhere. The character's own greeting
    /// is not added.
    ///
    /// - Returns: The new chat. Where the import fails there is none; where the process dies on the way, one with the
    ///   first of the messages.
    /// - Throws: As ``importMessages(_:into:by:)`` does.
    public func importChat(
        _ imported: ImportedChat, with character: CompanionCharacter.ID, by user: User.ID
    ) async throws -> Chat {
        let title = imported.title.trimmed.filter { !$0.isNewline && $0 != "\0" }.prefix(256)
        let created = [imported.createdAt] + imported.messages.lazy.map(\.date)
        let new = Chat(
            id: context.identifiers.next(), user: user, character: character, title: String(title),
            createdAt: created.lazy.compactMap(Self.keepable).first ?? context.clock.stamp,
            updatedAt: context.clock.stamp)
        let chat = try await context.store.transaction { transaction in
            _ = try transaction.users.require(user)
            var chat = new
            chat.characterRevision = try transaction.characters.require(character, of: user).revision
            try transaction.chats.insert(chat)
            return chat
        }
        do {
            try await importMessages(imported.messages, into: chat.id, by: user)
        } catch {
            let store = context.store
            _ = try await uncancelled { try await store.transaction { try $0.chats.delete(chat.id, of: user) } }
            throw error
        }
        return try await self.chat(chat.id, by: user)
    }

    // MARK: Pages

    private static let pageMessages = 500
    private static let pageBytes = 4 << 20

    /// The first messages, as many as one transaction takes; one at least.
    private static func page(of messages: ArraySlice<ImportedMessage>) -> ArraySlice<ImportedMessage> {
        var bytes = 0
        let fitting = messages.prefix(pageMessages).prefix { message in
            bytes += message.alternatives.reduce(0) { $0 + $1.utf8.count }
            return bytes <= pageBytes
        }
        return fitting.isEmpty ? messages.prefix(1) : fitting
    }

    /// The chat's last sequence number, and the time that a first message without one takes.
    private func importStart(in chat: Chat.ID, by user: User.ID) async throws -> (sequence: Int, date: Date) {
        try await context.store.read { transaction in
            let chat = try transaction.chats.require(chat, of: user)
            let newest = try transaction.messages.messages(in: chat.id, of: user, before: nil, limit: 1).last
            if newest?.alternatives.contains(where: { $0.status == .generating }) == true {
                throw CompanionError(.busy, "A reply is being written in the chat; wait for its end, or stop it.")
            }
            return (chat.lastSequence, newest?.createdAt ?? chat.createdAt)
        }
    }

    private func append(_ page: [Message], to chat: Chat.ID, by user: User.ID, after sequence: Int) async throws {
        let now = context.clock.stamp
        try await context.store.transaction { transaction in
            guard try transaction.chats.require(chat, of: user).lastSequence == sequence else {
                throw CompanionError(
                    .conflict, "Somebody wrote into the chat while messages were imported; they were taken back.")
            }
            try transaction.messages.append(page, to: chat, of: user, at: now)
        }
    }

    private func withdraw(_ sequences: ClosedRange<Int>, in chat: Chat.ID, by user: User.ID) async throws {
        let now = context.clock.stamp
        let change: ChatChange.ID = context.identifiers.next()
        let store = context.store
        _ = try await uncancelled {
            try await store.transaction { transaction in
                try transaction.messages.delete(sequences: sequences, in: chat, of: user, as: change, at: now)
            }
        }
    }

    private func kept(
        _ message: ImportedMessage, in chat: Chat.ID, sequence: Int, date: Date
    ) throws(CompanionError) -> Message {
        let texts = try message.checkedTexts(at: sequence, maximumBytes: context.configuration.maximumReplyBytes)
        return Message(
            id: context.identifiers.next(), chat: chat, sequence: sequence, author: message.author,
            alternatives: texts.map { Alternative(id: context.identifiers.next(), text: $0, createdAt: date) },
            selected: message.selected, createdAt: date)
    }

    /// A date of the years 1 to 9999, which every store can keep; nil for any other.
    private static func keepable(_ date: Date?) -> Date? {
        guard let date, (-62_135_596_800..<253_402_300_800).contains(date.timeIntervalSince1970) else { return nil }
        return date.wholeMilliseconds
    }
}
