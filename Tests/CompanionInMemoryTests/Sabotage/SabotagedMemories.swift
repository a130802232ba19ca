import CompanionCore
import Foundation

struct SabotagedMemories: MemoryRepository {
    let base: any MemoryRepository
    let sabotage: Sabotage

    func insert(_ memory: Memory) throws {
        var memory = memory
        if sabotage == .dropsSources { memory.sources = [memory.sources[0]] }
        if sabotage == .dropsNul { memory.text = memory.text.replacing("\0", with: "") }
        if sabotage == .swallowsErrors { try? base.insert(memory) } else { try base.insert(memory) }
    }

    func memory(_ id: Memory.ID, of user: User.ID) throws -> Memory? {
        guard var memory = try base.memory(id, of: user) else { return nil }
        if sabotage == .keepsSeconds {
            memory.validAt = Date(timeIntervalSince1970: memory.validAt.timeIntervalSince1970.rounded(.down))
        }
        return memory
    }

    func update(_ memory: Memory) throws {
        var memory = memory
        if sabotage == .keepsOldSources, let old = try base.memory(memory.id, of: memory.user) {
            memory.sources = old.sources
            memory.supersededBy = old.supersededBy
        }
        if sabotage == .swallowsErrors { try? base.update(memory) } else { try base.update(memory) }
    }

    func delete(_ id: Memory.ID, of user: User.ID) throws -> Bool {
        if sabotage == .keepsDeleted { return try base.memory(id, of: user) != nil }
        let isDeleted = try base.delete(id, of: user)
        return isDeleted || sabotage == .deletesAlways
    }

    func count(of user: User.ID) throws -> Int {
        sabotage == .countsEnded
            ? try base.memories(of: user, after: nil, limit: .max).count : try base.count(of: user)
    }

    func memories(of user: User.ID, after id: Memory.ID?, limit: Int) throws -> [Memory] {
        if sabotage == .pagesInclusively, let id, let memory = try base.memory(id, of: user) {
            return try [memory] + base.memories(of: user, after: id, limit: limit - 1)
        }
        let memories = try base.memories(of: user, after: id, limit: limit)
        return sabotage == .hidesInvalidMemories ? memories.filter { $0.invalidAt == nil } : memories
    }

    func memories(from message: Message.ID, of user: User.ID) throws -> [Memory] {
        let memories = try base.memories(from: message, of: user)
        guard sabotage == .findsFirstSourcesOnly else { return memories }
        return memories.filter { $0.sources[0].message?.message == message }
    }

    func memories(supersededBy id: Memory.ID, of user: User.ID) throws -> [Memory] {
        sabotage == .forgetsSuccessors ? [] : try base.memories(supersededBy: id, of: user)
    }

    func revision(of user: User.ID) throws -> Int {
        guard sabotage == .countsMemoriesOnly else { return try base.revision(of: user) }
        return try base.changes(of: user, after: 0, limit: 999).last?.revision ?? 0
    }

    func changes(of user: User.ID, after revision: Int, limit: Int) throws -> [MemoryChange] {
        let after = sabotage == .replaysEverything ? 0 : revision
        let changes = try base.changes(of: user, after: after, limit: limit)
        return sabotage == .forgetsDeletedChanges ? changes.filter { $0.memory != nil } : changes
    }

    func insert(_ forgotten: ForgottenMemory) throws {
        let kept = ForgottenMemory(
            id: forgotten.id, user: forgotten.user, messages: forgotten.messages,
            fingerprint: sabotage == .dropsFingerprints ? [] : forgotten.fingerprint, forgottenAt: forgotten.forgottenAt
        )
        if sabotage == .swallowsErrors { try? base.insert(kept) } else { try base.insert(kept) }
    }

    func deleteForgotten(_ id: Memory.ID, of user: User.ID) throws -> Bool {
        let isDeleted = try base.deleteForgotten(id, of: user)
        return isDeleted || sabotage == .claimsDeletions
    }

    func forgotten(of user: User.ID, after id: Memory.ID?, limit: Int) throws -> [ForgottenMemory] {
        try base.forgotten(of: user, after: id, limit: limit)
    }
}

struct SabotagedCoverage: CoverageRepository {
    let base: any CoverageRepository
    let sabotage: Sabotage
    let memory: SabotageMemory

    func cursor(of chat: Chat.ID, of user: User.ID) throws -> Int { try base.cursor(of: chat, of: user) }

    func advance(_ chat: Chat.ID, of user: User.ID, from old: Int, to new: Int) throws -> Bool {
        let actual = try base.cursor(of: chat, of: user)
        switch sabotage {
        case .movesCursorsAnyway where new > actual:
            return try base.advance(chat, of: user, from: actual, to: new)
        case .swallowsErrors: return (try? base.advance(chat, of: user, from: old, to: new)) ?? false
        default: return try base.advance(chat, of: user, from: old, to: new)
        }
    }

    func reopen(_ sequences: [Int], in chat: Chat.ID, of user: User.ID) throws {
        if sabotage == .opensWhatIsNotCovered { memory.note(opened: sequences, in: chat) }
        try base.reopen(sequences, in: chat, of: user)
    }

    func reopened(in chat: Chat.ID, of user: User.ID, limit: Int) throws -> [Int] {
        let reopened = try base.reopened(in: chat, of: user, limit: limit)
        return Array(Set(reopened + memory.opened(in: chat)).sorted().prefix(max(0, limit)))
    }

    func close(_ sequences: [Int], in chat: Chat.ID, of user: User.ID) throws -> Int {
        let closed = try base.close(sequences, in: chat, of: user)
        return sabotage == .countsWhatWasNotOpen ? sequences.count : closed
    }
}

struct SabotagedSummaries: SummaryRepository {
    let base: any SummaryRepository
    let sabotage: Sabotage
    let memory: SabotageMemory

    func summary(of chat: Chat.ID, of user: User.ID) throws -> ChatSummary? {
        try base.summary(of: chat, of: user) ?? memory.summary(of: chat)
    }

    func put(_ summary: ChatSummary) throws {
        var summary = summary
        switch sabotage {
        case .keepsFirstSummaries: summary = try base.summary(of: summary.chat, of: summary.user) ?? summary
        case .outlivesChats: memory.note(summary)
        case .dropsNul: summary.text = summary.text.replacing("\0", with: "")
        case .keepsSeconds:
            summary.updatedAt = Date(timeIntervalSince1970: summary.updatedAt.timeIntervalSince1970.rounded(.down))
        default: break
        }
        try base.put(summary)
    }

    func delete(of chat: Chat.ID, of user: User.ID) throws -> Bool { try base.delete(of: chat, of: user) }
}
