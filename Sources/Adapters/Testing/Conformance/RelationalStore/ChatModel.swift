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
    /// The changes under whose name something was deleted, the first one first.
    private(set) var deletions: [ChatChange.ID] = []

    init(_ chat: Chat) { self.chat = chat }

    var live: [Message] { messages.filter { $0.deletion == nil }.map(\.message) }

    func isLive(_ id: Message.ID) -> Bool { live.contains { $0.id == id } }

    mutating func append(_ new: [Message], at now: Date) {
        messages += new.map { ($0, nil) }
        chat.lastSequence += new.count
        touch(at: now)
    }

    mutating func delete(_ range: ClosedRange<Int>, as change: ChatChange.ID, at now: Date) -> Int {
        let places = messages.indices.filter {
            messages[$0].deletion == nil && range.contains(messages[$0].message.sequence)
        }
        for place in places { messages[place].deletion = change }
        if !places.isEmpty {
            touch(at: now)
            if !deletions.contains(change) { deletions.append(change) }
        }
        return places.count
    }

    mutating func restore(_ change: ChatChange.ID, at now: Date) -> Int {
        let places = messages.indices.filter { messages[$0].deletion == change }
        for place in places { messages[place].deletion = nil }
        if !places.isEmpty { touch(at: now) }
        return places.count
    }

    mutating func change(_ id: Message.ID, at now: Date, _ body: (inout Message) -> Void) {
        for index in messages.indices where messages[index].message.id == id { body(&messages[index].message) }
        touch(at: now)
    }

    private mutating func touch(at now: Date) {
        chat.revision += 1
        chat.updatedAt = now
    }
}
