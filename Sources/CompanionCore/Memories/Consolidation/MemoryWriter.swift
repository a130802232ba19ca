#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Writes what consolidation decided.
struct MemoryWriter: Sendable {
    static let maximumSources = 64

    let user: User.ID
    let now: Date

    /// Adds what is new, and ends what it leaves untrue.
    ///
    /// - Parameter later: What has taken its place already, because it was said after it.
    func insert(
        _ memory: Memory, ending old: [Memory], endedBy later: Memory?, in transaction: any StoreTransaction
    ) throws -> (memory: Memory, ended: [Memory]) {
        var memory = memory
        // What the person pinned stays pinned in its newest form.
        if old.contains(where: \.isPinned) { memory.isPinned = true }
        if let later {
            memory.invalidAt = later.validAt
            memory.supersededBy = later.id
        }
        try transaction.memories.insert(memory)
        var ended: [Memory] = []
        for var old in old {
            old.invalidAt = memory.validAt
            old.supersededBy = memory.id
            old.updatedAt = now
            try transaction.memories.update(old)
            ended.append(old)
        }
        return (memory, ended)
    }

    /// It was said again.
    func strengthen(
        _ memory: Memory, with sources: [MemorySource], importance: Double, in transaction: any StoreTransaction
    ) throws -> Memory {
        var memory = memory
        memory.strength += 1
        memory.importance = max(memory.importance, importance)
        memory.sources += sources.filter { !memory.sources.contains($0) }
        memory.sources = Array(memory.sources.sorted { $0.instant < $1.instant }.prefix(Self.maximumSources))
        memory.updatedAt = now
        try transaction.memories.update(memory)
        return memory
    }
}

extension MemorySource {
    /// When it was said or written down.
    var instant: Date {
        switch self {
        case .message(let message): message.saidAt
        case .person(let date): date
        }
    }
}
