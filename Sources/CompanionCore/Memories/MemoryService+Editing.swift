#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

extension MemoryService {
    /// Keeps what the person wrote down. What is known already is strengthened instead; what it contradicts is true no more.
    ///
    /// - Parameters:
    ///   - text: One line of 1 to 1,024 bytes, in the third person.
    ///   - importance: 0 to 1.
    ///   - scope: With whom it is shared.
    /// - Throws: `limitExceeded` where the person's tier allows no more.
    public func add(
        _ text: String, kind: Memory.Kind = .fact, importance: Double = 0.8, scope: Memory.Scope = .everyCharacter,
        by user: User.ID
    ) async throws -> Memory {
        let text = try Self.checked(text)
        guard (0...1).contains(importance) else {
            throw CompanionError(.invalidInput, "The importance must be between 0 and 1.")
        }
        let now = context.clock.stamp
        let id: Memory.ID = context.identifiers.next()
        return try await context.store.transaction { transaction in
            let person = try transaction.users.require(user)
            if case .character(let character) = scope {
                _ = try transaction.characters.require(character, of: user)
            }
            let known = try KnownFacts(of: user, person: person.name, in: transaction.memories)
            let source = MemorySource.person(at: now)
            let decision = Consolidation(known: known).decide(
                ComparedFact(text, person: person.name), saidAt: now, scope: scope, sources: [source], replaced: [])
            let writer = MemoryWriter(user: user, now: now)
            var ending: [Memory] = []
            if case .insert(let ids, _) = decision { ending = ids.compactMap { known.memories[$0] } }
            if case .nothing(let id) = decision, let memory = known.memories[id], memory.invalidAt == nil {
                return memory
            }
            if case .strengthen(let id) = decision, let memory = known.memories[id], memory.invalidAt == nil {
                return try writer.strengthen(memory, with: [source], importance: importance, in: transaction)
            }
            try context.quotas?.requireRoom(
                for: .memories, keeping: { known.standing - ending.count }, of: user, in: transaction, at: now)
            let memory = Memory(
                id: id, user: user, scope: scope, kind: kind, text: text, importance: importance, sources: [source],
                validAt: now, createdAt: now)
            let written = try writer.insert(memory, ending: ending, endedBy: nil, in: transaction)
            try MemoryTriggers(context: context).index(of: user, at: now, transaction: transaction)
            return written.memory
        }
    }

    /// Corrects a memory. The old one is not overwritten: from now on it is true no more, and the new one, which the person
    /// wrote, has its place. Throws `notFound`; `conflict` where something has taken its place already.
    public func edit(_ id: Memory.ID, to text: String, by user: User.ID) async throws -> Memory {
        let text = try Self.checked(text)
        let now = context.clock.stamp
        let new: Memory.ID = context.identifiers.next()
        return try await context.store.transaction { transaction in
            let old = try transaction.memories.require(id, of: user)
            guard old.invalidAt == nil else {
                throw CompanionError(.conflict, "Something took the place of the memory \(id) already; correct that.")
            }
            guard old.text != text else { return old }
            let memory = Memory(
                id: new, user: user, scope: old.scope, kind: old.kind, text: text, importance: old.importance,
                strength: old.strength, isPinned: old.isPinned, sources: [.person(at: now)], validAt: now,
                createdAt: now)
            let written = try MemoryWriter(user: user, now: now)
                .insert(memory, ending: [old], endedBy: nil, in: transaction)
            try MemoryTriggers(context: context).index(of: user, at: now, transaction: transaction)
            return written.memory
        }
    }

    /// Pins a memory, so that it is always recalled, or lets it loose. Throws `notFound`.
    public func pin(_ id: Memory.ID, _ isPinned: Bool = true, by user: User.ID) async throws -> Memory {
        let now = context.clock.stamp
        return try await context.store.transaction { transaction in
            var memory = try transaction.memories.require(id, of: user)
            guard memory.isPinned != isPinned else { return memory }
            memory.isPinned = isPinned
            memory.updatedAt = now
            try transaction.memories.update(memory)
            return memory
        }
    }

    /// Forgets a memory for good: its words are deleted, it is not learnt again from the same messages, and those are
    /// recalled no more. What the person had corrected into it goes with it. Throws `notFound`.
    public func forget(_ id: Memory.ID, by user: User.ID) async throws {
        let now = context.clock.stamp
        try await context.store.transaction { transaction in
            let person = try transaction.users.require(user)
            var open = [try transaction.memories.require(id, of: user)]
            while let memory = open.popLast() {
                let isCorrection = memory.sources.allSatisfy { $0.message == nil }
                for var older in try transaction.memories.memories(supersededBy: memory.id, of: user) {
                    if isCorrection {
                        open.append(older)
                    } else {
                        // It was true before, and is so no more; by what, is forgotten.
                        older.supersededBy = nil
                        older.updatedAt = now
                        try transaction.memories.update(older)
                    }
                }
                try forget(memory, person: person, at: now, in: transaction)
            }
            try MemoryTriggers(context: context).index(of: user, at: now, transaction: transaction)
        }
    }

    private func forget(
        _ memory: Memory, person: User, at now: Date, in transaction: any StoreTransaction
    ) throws {
        guard try transaction.memories.delete(memory.id, of: person.id) else { return }
        let messages = memory.sources.compactMap(\.message)
        try transaction.memories.insert(
            ForgottenMemory(
                id: memory.id, user: person.id, messages: messages,
                fingerprint: MemoryFingerprint(user: person.id).hashes(of: memory, person: person.name),
                forgottenAt: now))
        // A summary may tell it too: it is made again without those messages.
        let ends = Dictionary(grouping: messages, by: \.chat).mapValues { $0.map(\.sequence).min() ?? 0 }
        for (chat, first) in ends {
            guard let summary = try transaction.summaries.summary(of: chat, of: person.id),
                first <= summary.throughSequence
            else { continue }
            _ = try transaction.summaries.delete(of: chat, of: person.id)
        }
    }

    private static func checked(_ text: String) throws -> String {
        let text = try Checked.line(text, "A memory", 1...WriteGate.maximumTextBytes)
        return try Checked.text(text, "A memory", maximumBytes: WriteGate.maximumTextBytes)
    }
}
