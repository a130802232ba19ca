/// What is known about people, for them to see and to correct.
///
/// Every call names the person, and finds nothing of anybody else's. Changes are in `MemoryService+Editing.swift`.
public struct MemoryService: Sendable {
    let context: CompanionContext

    /// The person's memories after `id` that the filter means, at most `limit` (1 to 500), in the order of their making.
    public func memories(
        of user: User.ID, matching filter: MemoryFilter = MemoryFilter(), after id: Memory.ID? = nil, limit: Int = 100
    ) async throws -> [Memory] {
        let limit = try Checked.limit(limit)
        let now = context.clock.stamp
        return try await context.store.read { transaction in
            var found: [Memory] = []
            var last = id
            while true {
                let page = try transaction.memories.memories(of: user, after: last, limit: 500)
                found += page.lazy.filter { filter.matches($0, now: now) }.prefix(limit - found.count)
                guard page.count == 500, found.count < limit else { return found }
                last = page.last?.id
            }
        }
    }

    /// The person's memory of that identifier, true or not. Throws `notFound`.
    public func memory(_ id: Memory.ID, by user: User.ID) async throws -> Memory {
        try await context.store.read { try $0.memories.require(id, of: user) }
    }

    /// What became of a memory: whose place it took, itself, and what took its place, in the order of their making.
    /// Throws `notFound`.
    public func history(of id: Memory.ID, by user: User.ID) async throws -> [Memory] {
        try await context.store.read { transaction in
            var found: [Memory.ID: Memory] = [:]
            var open = [try transaction.memories.require(id, of: user)]
            while let memory = open.popLast() {
                guard found.updateValue(memory, forKey: memory.id) == nil else { continue }
                open += try transaction.memories.memories(supersededBy: memory.id, of: user)
                if let next = try memory.supersededBy.flatMap({ try transaction.memories.memory($0, of: user) }) {
                    open.append(next)
                }
            }
            return found.values.sorted { $0.id < $1.id }
        }
    }

    /// The messages that a memory comes from, oldest first. Throws `notFound`.
    public func sources(of id: Memory.ID, by user: User.ID) async throws -> [Message] {
        try await context.store.read { transaction in
            try transaction.memories.require(id, of: user).sources
                .compactMap(\.message)
                .compactMap { try transaction.messages.message($0.message, of: user) }
        }
    }

    /// Reads what was said in a chat since it was last read, now. What is being answered waits for its turn's end.
    ///
    /// - Throws: `notFound`; the extractor's errors: then nothing more is covered, and a later call goes on there.
    public func extractNow(_ chat: Chat.ID, by user: User.ID) async throws -> ExtractionReport {
        _ = try await context.store.read { try $0.chats.require(chat, of: user) }
        let work = ExtractionWork(context: context, user: user, chat: chat)
        var report = ExtractionReport()
        while true {
            let next = try await work.coverNext()
            report = report + next.report
            guard next.hasMore else { return report }
        }
    }

    /// How often candidates were refused since this companion was made, by reason.
    public var refusals: [MemoryRejection: Int] { context.rejections.all }
}

extension MemoryRepository {
    func require(_ id: Memory.ID, of user: User.ID) throws -> Memory {
        guard let memory = try memory(id, of: user) else {
            throw CompanionError(.notFound, "There is no memory \(id), or it is somebody else's.")
        }
        return memory
    }
}
