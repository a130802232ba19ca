internal import CompanionCore

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

extension RelationalStoreConformance {
    static let memoryChecks: [Check] = [
        check("A memory is kept as it is, with its sources in their order, and is nil where there is none") { probe in
            let scene = try await probe.scene()
            let memories = (0..<30).map { _ in probe.anyMemory(of: scene.user.id) }
            for memory in memories { try await probe.insert(memory) }
            for memory in memories {
                try await expect(probe.memory(memory.id, of: scene.user.id), equals: memory, "the memory")
            }
            try await expect(probe.memory(probe.id(), of: scene.user.id), equals: nil, "a memory that there is not")
        },
        check("Inserting a memory throws conflict where its identifier exists or existed, notFound without its person")
        {
            probe in
            let scene = try await probe.scene()
            let memory = probe.memory(of: scene.user.id)
            try await probe.insert(memory)
            try await expectError(.conflict, "the second insertion") { try await probe.insert(memory) }
            try await expect(
                probe.write { try $0.memories.delete(memory.id, of: scene.user.id) }, equals: true, "the deletion")
            try await expectError(.conflict, "the insertion after the deletion") { try await probe.insert(memory) }
            let strange = probe.memory(of: probe.id())
            try await expectError(.notFound, "an insertion without person") { try await probe.insert(strange) }
            try await expect(probe.memory(memory.id, of: scene.user.id), equals: nil, "the deleted memory")
        },
        check("Updating a memory replaces all but identifier, person and createdAt; without one it throws notFound") {
            probe in
            let user = try await probe.scene().user.id
            let memory = probe.anyMemory(of: user)
            try await probe.insert(memory)
            for _ in 0..<30 {
                let update = probe.anyMemory(memory.id, of: user)
                let expected = update.created(memory.createdAt)
                try await probe.write { try $0.memories.update(update) }
                try await expect(probe.memory(memory.id, of: user), equals: expected, "the memory")
            }
            let nothing = probe.memory(of: user)
            try await expectError(.notFound, "an update of what there is not") {
                try await probe.write { try $0.memories.update(nothing) }
            }
            try await probe.write { _ = try $0.memories.delete(memory.id, of: user) }
            try await expectError(.notFound, "an update of what was deleted") {
                try await probe.write { try $0.memories.update(memory) }
            }
        },
        check("A memory is deleted once, with its sources, and nothing else") { probe in
            let user = try await probe.scene().user.id
            let message: Message.ID = probe.id()
            let (doomed, kept) = (
                probe.memory(of: user, from: probe.source(message)), probe.memory(of: user, from: probe.source(message))
            )
            try await probe.insert(doomed, kept)
            let delete: @Sendable (any StoreTransaction) throws -> Bool = {
                try $0.memories.delete(doomed.id, of: user)
            }
            try await expect(probe.write(delete), equals: true, "the deletion")
            try await expect(probe.write(delete), equals: false, "the deletion of what is gone")
            try await expect(probe.memory(doomed.id, of: user), equals: nil, "the memory")
            let rest = try await probe.read { transaction in
                try (
                    transaction.memories.memories(of: user, after: nil, limit: 9),
                    transaction.memories.memories(from: message, of: user)
                )
            }
            try expect(rest.0, equals: [kept], "the other memories")
            try expect(rest.1, equals: [kept], "the memories from the same message")
        },
        check("A person's memories are paged in the order of their identifiers, those true no more included") { probe in
            let (ada, bob) = try await (probe.scene("Ada").user.id, probe.scene("Bob").user.id)
            let memories = (0..<25).map { _ in probe.anyMemory(of: ada) }
            var random = probe.random
            for memory in memories.shuffled(using: &random) {
                try await probe.insert(memory, probe.memory(of: bob))
            }
            let all = memories.sorted { $0.id < $1.id }
            for _ in 0..<40 {
                let place = probe.below(all.count + 1)
                let after = place == 0 ? nil : all[place - 1].id
                let limit = probe.below(12) - 1
                let page = try await probe.read { try $0.memories.memories(of: ada, after: after, limit: limit) }
                try expect(
                    page, equals: Array(all[place...].prefix(max(0, limit))), "\(limit) memories after number \(place)")
            }
        },
        check("Memories are found by the messages that they come from, and by what took their place") { probe in
            let user = try await probe.scene().user.id
            let messages: [Message.ID] = (0..<4).map { _ in probe.id() }
            let successors: [Memory.ID] = (0..<3).map { _ in probe.id() }
            var known: [Memory.ID: Memory] = [:]
            func compare(_ when: String) async throws {
                let all = known.values.sorted { $0.id < $1.id }
                for message in messages {
                    let seen = try await probe.read { try $0.memories.memories(from: message, of: user) }
                    let expected = all.filter { $0.sources.contains { $0.message?.message == message } }
                    try expect(seen, equals: expected, "the memories from a message \(when)")
                }
                for successor in successors {
                    let seen = try await probe.read { try $0.memories.memories(supersededBy: successor, of: user) }
                    try expect(
                        seen, equals: all.filter { $0.supersededBy == successor }, "the superseded memories \(when)")
                }
            }
            func changed(_ memory: Memory) -> Memory {
                var memory = memory
                memory.sources = (0...probe.below(4)).map {
                    probe.source(messages[probe.below(messages.count)], at: $0 + 1)
                }
                memory.supersededBy = probe.below(2) == 0 ? nil : successors[probe.below(successors.count)]
                return memory
            }
            for _ in 0..<12 {
                let memory = changed(probe.memory(of: user))
                try await probe.insert(memory)
                known[memory.id] = memory
            }
            try await compare("after the insertions")
            for (index, memory) in known.values.sorted(by: { $0.id < $1.id }).enumerated() {
                if index.isMultiple(of: 3) {
                    try await probe.write { _ = try $0.memories.delete(memory.id, of: user) }
                    known[memory.id] = nil
                } else {
                    let update = changed(memory)
                    try await probe.write { try $0.memories.update(update) }
                    known[memory.id] = update
                }
            }
            try await compare("after updates and deletions")
        },
        check("What was forgotten is kept as it is and paged in the order of its identifiers") { probe in
            let (ada, bob) = try await (probe.scene("Ada").user.id, probe.scene("Bob").user.id)
            let all = (0..<12).map { _ in probe.forgotten(probe.anyMemory(of: ada)) }
            var random = probe.random
            for forgotten in all.shuffled(using: &random) {
                let strange = probe.forgotten(probe.memory(of: bob))
                try await probe.write { transaction in
                    try transaction.memories.insert(forgotten)
                    try transaction.memories.insert(strange)
                }
            }
            for place in 0...all.count {
                let after = place == 0 ? nil : all[place - 1].id
                let limit = probe.below(9) - 1
                let page = try await probe.read { try $0.memories.forgotten(of: ada, after: after, limit: limit) }
                try expect(
                    page, equals: Array(all[place...].prefix(max(0, limit))), "\(limit) forgotten after number \(place)"
                )
            }
        },
        check("Forgetting the same twice throws conflict, and notFound without its person") { probe in
            let user = try await probe.scene().user.id
            let memory = probe.memory(of: user)
            let forgotten = probe.forgotten(memory)
            try await probe.insert(memory)
            // Under the identifier of a memory, deleted or not.
            try await probe.write { transaction in
                _ = try transaction.memories.delete(memory.id, of: user)
                try transaction.memories.insert(forgotten)
            }
            try await expectError(.conflict, "the second insertion") {
                try await probe.write { try $0.memories.insert(forgotten) }
            }
            let strange = probe.forgotten(probe.memory(of: probe.id()))
            try await expectError(.notFound, "an insertion without person") {
                try await probe.write { try $0.memories.insert(strange) }
            }
            let seen = try await probe.read { try $0.memories.forgotten(of: user, after: nil, limit: 9) }
            try expect(seen, equals: [forgotten], "what was forgotten")
        },
    ]
}

extension Memory {
    /// The same, made at another time.
    func created(_ createdAt: Date) -> Memory {
        Memory(
            id: id, user: user, scope: scope, kind: kind, text: text, importance: importance, strength: strength,
            isPinned: isPinned, sources: sources, validAt: validAt, invalidAt: invalidAt, supersededBy: supersededBy,
            createdAt: createdAt, updatedAt: updatedAt)
    }
}
