#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// What a ``RecallShelf`` holds, and how far it has read.
struct RecallShelfState: Sendable {
    private(set) var index = RecallIndex()
    /// The number of the last write to the person's memories that was read.
    private(set) var memoryRevision = 0
    private var names: RecallShelf.Survey.Names?
    private var chats: [Chat.ID: Progress] = [:]
    /// Messages of what was forgotten; they are not found.
    private var forgotten: Set<Message.ID> = []
    /// What was learnt from a message, and when it is true.
    private var claims: [Message.ID: [Memory.ID: Validity]] = [:]
    private var sources: [Memory.ID: [Message.ID]] = [:]

    private struct Validity: Sendable {
        var until: Date?
        var isSuperseded: Bool
    }

    private struct Progress: Sendable {
        var cursor = MessageChangeCursor(behind: 0)
        var messages: Set<Message.ID> = []
    }

    /// About how much memory it takes, in bytes.
    var cost: Int {
        let known = chats.values.reduce(0) { $0 + $1.messages.count } + forgotten.count + 4 * sources.count
        return index.cost + known * 2 * MemoryLayout<Message.ID>.stride
    }

    /// The best hits, without messages that tell only what something else has taken the place of.
    func hits(for query: RecallQuery) -> [RecallHit] {
        var query = query
        let limit = query.limit
        if !claims.isEmpty { query.limit += Self.margin }
        let instant = query.asOf ?? query.now
        return Array(index.hits(for: query).lazy.filter { !isOutdated($0, at: instant) }.prefix(limit))
    }

    /// How many more are looked at because outdated ones are left out.
    private static let margin = 32

    private func isOutdated(_ hit: RecallHit, at instant: Date) -> Bool {
        guard case .message(let id) = hit.document, let claims = claims[id]?.values else { return false }
        let isOver = { (claim: Validity) in claim.isSuperseded && claim.until.map { $0 <= instant } ?? false }
        return claims.allSatisfy(isOver)
    }

    /// Drops what is there no more: chats that were deleted, and everything where somebody is called otherwise now.
    mutating func begin(_ survey: RecallShelf.Survey) {
        if names != survey.names {
            self = RecallShelfState()
            names = survey.names
        }
        let live = Set(survey.chats.map(\.id))
        for (chat, progress) in chats where !live.contains(chat) {
            for message in progress.messages { index.remove(message) }
            chats[chat] = nil
        }
    }

    func cursor(of chat: Chat.ID) -> MessageChangeCursor { chats[chat]?.cursor ?? .init(behind: 0) }

    func isBehind(_ chat: Chat) -> Bool { cursor(of: chat.id).revision < chat.revision }

    /// Takes a page of changes, where it follows on what was read before.
    ///
    /// - Parameter isWhole: True where all was read up to the chat's revision.
    mutating func apply(_ page: [MessageChange], in chat: Chat, after start: MessageChangeCursor, isWhole: Bool) {
        guard cursor(of: chat.id) == start else { return }
        var progress = chats.removeValue(forKey: chat.id) ?? Progress()
        for change in page {
            let message = change.message
            guard !change.isDeleted, let turn = turn(of: message), !forgotten.contains(message.id) else {
                if progress.messages.remove(message.id) != nil { index.remove(message.id) }
                continue
            }
            progress.messages.insert(message.id)
            index.insert(turn)
        }
        progress.cursor = page.last.map { .init($0) } ?? start
        if isWhole { progress.cursor = .init(behind: max(progress.cursor.revision, chat.revision)) }
        chats[chat.id] = progress
    }

    /// What is found of a message; nil where nothing may be.
    private func turn(of message: Message) -> RecallTurn? {
        let alternative = message.alternative
        guard let names, alternative.status != .blocked, alternative.status != .generating, !alternative.text.isBlank
        else { return nil }
        let isPerson = message.author == .user
        return RecallTurn(
            id: message.id, chat: message.chat, sequence: message.sequence,
            speaker: isPerson ? names.person : names.character, isPerson: isPerson, text: alternative.text,
            date: message.createdAt)
    }

    mutating func apply(_ page: [ForgottenMemory]) {
        for source in page.flatMap(\.messages) where forgotten.insert(source.message).inserted {
            if chats[source.chat]?.messages.remove(source.message) != nil { index.remove(source.message) }
        }
    }

    /// Takes a page of changes, where it follows on what was read before.
    ///
    /// - Parameter revision: Up to where all was read; nil where there are more pages. What was forgotten counts the
    ///   revision up too, and is no change of a memory.
    mutating func apply(
        _ page: [MemoryChange], for character: CompanionCharacter.ID, after start: Int, wholeTo revision: Int?
    ) {
        guard memoryRevision == start else { return }
        for change in page {
            withdraw(change.id)
            if let memory = change.memory, memory.isKnown(to: character) {
                index.insert(RecallFact(memory))
                claim(memory)
            } else {
                index.remove(change.id)
            }
        }
        memoryRevision = max(page.last?.revision ?? start, revision ?? start)
    }

    private mutating func withdraw(_ memory: Memory.ID) {
        for message in sources.removeValue(forKey: memory) ?? [] {
            claims[message]?[memory] = nil
            if claims[message]?.isEmpty == true { claims[message] = nil }
        }
    }

    private mutating func claim(_ memory: Memory) {
        let messages = memory.sources.compactMap(\.message?.message)
        guard !messages.isEmpty else { return }
        sources[memory.id] = messages
        let validity = Validity(
            until: memory.invalidAt, isSuperseded: memory.supersededBy != nil)
        for message in messages { claims[message, default: [:]][memory.id] = validity }
    }
}

extension RecallFact {
    init(_ memory: Memory) {
        self.init(
            id: memory.id, text: memory.text, sources: memory.sources.compactMap(\.message?.message),
            validAt: memory.validAt, invalidAt: memory.invalidAt, importance: memory.importance,
            isPinned: memory.isPinned)
    }
}
