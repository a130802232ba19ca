#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

extension ChatService {
    /// Replaces the selected text of a message. ``undo(in:by:)`` brings the old text back.
    ///
    /// Throws `notFound`; `busy` where the text is being written by a turn.
    public func edit(_ message: Message.ID, to text: String, by user: User.ID) async throws -> Message {
        let text = try checkedMessage(text)
        let now = context.clock.stamp
        let change: ChatChange.ID = context.identifiers.next()
        return try await context.store.transaction { transaction in
            let message = try transaction.messages.require(message, of: user)
            let revision = try transaction.chats.require(message.chat, of: user).revision
            var alternative = message.alternative
            try Self.refuseIfGenerating(alternative)
            try transaction.changes.insert(
                ChatChange(
                    id: change, chat: message.chat,
                    kind: .edit(message: message.id, alternative: alternative.id, previousText: alternative.text),
                    createdAt: now),
                of: user)
            alternative.text = text
            alternative.updatedAt = now
            _ = try transaction.messages.update(
                alternative, of: message.id, of: user, ifGeneratedBy: nil, at: now)
            try retract(changedIn: message.chat, after: revision, by: user, at: now, in: transaction)
            return try transaction.messages.require(message.id, of: user)
        }
    }

    /// Makes another alternative of a message the one that counts. Throws `notFound`, `invalidInput`, `busy`.
    public func select(
        alternativeAt index: Int, of message: Message.ID, by user: User.ID
    ) async throws -> Message {
        let now = context.clock.stamp
        return try await context.store.transaction { transaction in
            let selected = try transaction.messages.require(message, of: user)
            let revision = try transaction.chats.require(selected.chat, of: user).revision
            try Self.refuseIfGenerating(selected.alternative)
            try transaction.messages.select(alternativeAt: index, of: message, of: user, at: now)
            try retract(changedIn: selected.chat, after: revision, by: user, at: now, in: transaction)
            return try transaction.messages.require(message, of: user)
        }
    }

    /// Deletes a message, and all that follow it where `andFollowing` is true. ``undo(in:by:)`` brings them back.
    ///
    /// - Returns: How many messages were deleted.
    @discardableResult
    public func delete(
        _ message: Message.ID, andFollowing: Bool = false, by user: User.ID
    ) async throws -> Int {
        let now = context.clock.stamp
        let change: ChatChange.ID = context.identifiers.next()
        return try await context.store.transaction { transaction in
            let message = try transaction.messages.require(message, of: user)
            let revision = try transaction.chats.require(message.chat, of: user).revision
            let last = andFollowing ? Int.max : message.sequence
            try transaction.changes.insert(
                ChatChange(id: change, chat: message.chat, kind: .deletion, createdAt: now), of: user)
            let count = try transaction.messages.delete(
                sequences: message.sequence...last, in: message.chat, of: user, as: change, at: now)
            try retract(changedIn: message.chat, after: revision, by: user, at: now, in: transaction)
            return count
        }
    }

    /// Takes back the newest deletion or edit in a chat that was not taken back yet.
    ///
    /// Deleted messages return to their places, also where others were written since.
    /// - Returns: What was taken back; nil where there is nothing.
    public func undo(in chat: Chat.ID, by user: User.ID) async throws -> ChatChange? {
        let now = context.clock.stamp
        return try await context.store.transaction { transaction in
            let revision = try transaction.chats.require(chat, of: user).revision
            guard let change = try transaction.changes.latest(in: chat, of: user) else { return nil }
            switch change.kind {
            case .deletion:
                _ = try transaction.messages.restore(change.id, in: chat, of: user, at: now)
            case .edit(let id, let alternativeID, let previousText):
                if let message = try transaction.messages.message(id, of: user),
                    var alternative = message.alternatives.first(where: { $0.id == alternativeID })
                {
                    try Self.refuseIfGenerating(alternative)
                    alternative.text = previousText
                    alternative.updatedAt = now
                    _ = try transaction.messages.update(
                        alternative, of: id, of: user, ifGeneratedBy: nil, at: now)
                }
            }
            _ = try transaction.changes.delete(change.id, in: chat, of: user)
            try retract(changedIn: chat, after: revision, by: user, at: now, in: transaction)
            return change
        }
    }

    /// Makes a new chat that has the messages of another one up to and with `message`, all their alternatives included.
    /// The other one stays as it is; lorebooks that are attached to it are attached to the new one too.
    public func fork(_ chat: Chat.ID, at message: Message.ID, by user: User.ID) async throws -> Chat {
        let now = context.clock.stamp
        let fork: Chat.ID = context.identifiers.next()
        let identifiers = context.identifiers
        return try await context.store.transaction { transaction in
            let source = try transaction.chats.require(chat, of: user)
            let message = try transaction.messages.require(message, of: user)
            guard message.chat == chat else {
                throw CompanionError(.invalidInput, "The message to fork at is in another chat.")
            }
            try transaction.chats.insert(
                Chat(
                    id: fork, user: user, character: source.character,
                    characterRevision: source.characterRevision, title: source.title,
                    origin: .init(chat: chat, sequence: message.sequence), createdAt: now))
            for stamp in try transaction.lorebooks.stamps(in: chat, of: user) where !stamp.isEverywhere {
                _ = try transaction.lorebooks.attach(stamp.id, to: fork, of: user)
            }
            // In pages, so that a long chat needs no more memory than a short one.
            var read = 0
            var written = 0
            var copied: [Message.ID: Message] = [:]
            let forgotten = try transaction.memories.forgottenMessages(of: user)
            while read < message.sequence {
                let page = try transaction.messages.messages(in: chat, of: user, after: read, limit: 500)
                    .filter { $0.sequence <= message.sequence }
                guard let last = page.last else { break }
                let copies = page.enumerated().map { index, original in
                    Self.copy(original, to: fork, sequence: written + index + 1, identifiers: identifiers)
                }
                try transaction.messages.append(copies, to: fork, of: user, at: now)
                for (original, copy) in zip(page, copies) where forgotten.contains(original.id) {
                    copied[original.id] = copy
                }
                read = last.sequence
                written += copies.count
            }
            if !copied.isEmpty { try keepForgotten(copied, of: user, at: now, in: transaction) }
            return try transaction.chats.require(fork, of: user)
        }
    }

    private static func copy(
        _ message: Message, to chat: Chat.ID, sequence: Int, identifiers: IdentifierGenerator
    ) -> Message {
        Message(
            id: identifiers.next(), chat: chat, sequence: sequence, author: message.author,
            alternatives: message.alternatives.map { original in
                Alternative(
                    id: identifiers.next(), text: original.text,
                    // A reply that is still being written is copied as far as it has come.
                    status: original.status == .generating ? .interrupted : original.status,
                    finishReason: original.finishReason, model: original.model, usage: original.usage,
                    createdAt: original.createdAt, updatedAt: original.updatedAt)
            },
            selected: message.selected, createdAt: message.createdAt)
    }

    /// What was forgotten is not to be learnt from copies of its messages.
    private func keepForgotten(
        _ copies: [Message.ID: Message], of user: User.ID, at now: Date, in transaction: any StoreTransaction
    ) throws {
        var last: Memory.ID?
        var found: [ForgottenMemory] = []
        while true {
            let page = try transaction.memories.forgotten(of: user, after: last, limit: 500)
            found += page.filter { $0.messages.contains { copies[$0.message] != nil } }
            guard page.count == 500 else { break }
            last = page.last?.id
        }
        for forgotten in found {
            let messages = forgotten.messages.compactMap { source in
                copies[source.message].map {
                    MemorySource.MessageSource(
                        chat: $0.chat, message: $0.id, sequence: $0.sequence, saidAt: $0.createdAt)
                }
            }
            try transaction.memories.insert(
                ForgottenMemory(
                    id: context.identifiers.next(), user: user, messages: messages,
                    fingerprint: forgotten.fingerprint, forgottenAt: now))
        }
    }

    /// What was learnt from messages that changed is no longer known.
    private func retract(
        changedIn chat: Chat.ID, after revision: Int, by user: User.ID, at now: Date,
        in transaction: any StoreTransaction
    ) throws {
        try MemoryRetraction(context: context, user: user, now: now)
            .retract(changedIn: chat, after: revision, in: transaction)
    }

    private static func refuseIfGenerating(_ alternative: Alternative) throws(CompanionError) {
        guard alternative.status != .generating else {
            throw CompanionError(.busy, "The message is being written; wait for the reply to end, or stop it.")
        }
    }

    /// A person's message as it is kept.
    func checkedMessage(_ text: String) throws(CompanionError) -> String {
        guard !text.isBlank else { throw CompanionError(.invalidInput, "The message is empty.") }
        return try Checked.text(text, "The message", maximumBytes: context.configuration.maximumMessageBytes)
    }
}
