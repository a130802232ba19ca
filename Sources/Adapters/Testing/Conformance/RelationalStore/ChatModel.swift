internal import CompanionCore

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// What a chat's messages must be after some operations, in the simplest way that can be right.
struct ChatModel {
    private(set) var chat: Chat
    private(set) var messages: [(message: Message, deletion: ChatChange.ID?)] = []
    /// Of each message, the revision of its last change.
    private var revisions: [Message.ID: Int] = [:]
    /// The changes under whose name something was deleted, the first one first.
    private(set) var deletions: [ChatChange.ID] = []

    init(_ chat: Chat) { self.chat = chat }

    var live: [Message] { messages.filter { $0.deletion == nil }.map(\.message) }

    func isLive(_ id: Message.ID) -> Bool { live.contains { $0.id == id } }

    mutating func append(_ new: [Message], at now: Date) {
        messages += new.map { ($0, nil) }
        chat.lastSequence += new.count
        touch(new.map(\.id), at: now)
    }

    mutating func delete(_ range: ClosedRange<Int>, as change: ChatChange.ID, at now: Date) -> Int {
        let places = messages.indices.filter {
            messages[$0].deletion == nil && range.contains(messages[$0].message.sequence)
        }
        for place in places { messages[place].deletion = change }
        if !places.isEmpty {
            touch(places.map { messages[$0].message.id }, at: now)
            if !deletions.contains(change) { deletions.append(change) }
        }
        return places.count
    }

    mutating func restore(_ change: ChatChange.ID, at now: Date) -> Int {
        let places = messages.indices.filter { messages[$0].deletion == change }
        for place in places { messages[place].deletion = nil }
        if !places.isEmpty { touch(places.map { messages[$0].message.id }, at: now) }
        return places.count
    }

    mutating func change(_ id: Message.ID, at now: Date, _ body: (inout Message) -> Void) {
        for index in messages.indices where messages[index].message.id == id { body(&messages[index].message) }
        touch([id], at: now)
    }

    /// All changes after a place, in their order.
    func changes(after cursor: MessageChangeCursor) -> [MessageChange] {
        messages.map { message, deletion in
            MessageChange(message: message, isDeleted: deletion != nil, revision: revisions[message.id] ?? 0)
        }.filter {
            ($0.revision, $0.message.sequence) > (cursor.revision, cursor.sequence)
        }.sorted {
            ($0.revision, $0.message.sequence) < ($1.revision, $1.message.sequence)
        }
    }

    private mutating func touch(_ ids: [Message.ID], at now: Date) {
        chat.revision += 1
        chat.updatedAt = now
        for id in ids { revisions[id] = chat.revision }
    }
}
