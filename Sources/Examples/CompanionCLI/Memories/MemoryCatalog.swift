internal import CompanionCore

/// Finds one person's memories.
struct MemoryCatalog: Sendable {
    let companion: Companion
    let user: User.ID

    /// The memories that the filter means, in the order of their making; at most `limit`.
    func memories(matching filter: MemoryFilter = MemoryFilter(), limit: Int = .max) async throws -> [Memory] {
        var memories: [Memory] = []
        while memories.count < limit {
            let page = try await companion.memories.memories(
                of: user, matching: filter, after: memories.last?.id, limit: min(500, limit - memories.count))
            memories += page
            if page.count < 500 { break }
        }
        return memories
    }

    /// The memory whose identifier ends like that, true or not.
    func memory(meantBy text: String) async throws -> Memory {
        let found = try await memories(matching: MemoryFilter(validity: .always)).filter { $0.id.isMeant(by: text) }
        guard found.count <= 1 else {
            throw CompanionError(.invalidInput, "\(found.count) memories have ids that end like that: give more of it.")
        }
        guard let memory = found.first else {
            throw CompanionError(
                .notFound, "There is no memory with the id \(text); `companion memories list --all` shows them.")
        }
        return memory
    }

    /// Reads what was said in these chats since they were last read.
    func learn(in chats: [Chat]) async throws -> ExtractionReport {
        var all = ExtractionReport()
        for chat in chats {
            let report = try await companion.memories.extractNow(chat.id, by: user)
            all.messages += report.messages
            all.learnt += report.learnt
            all.repetitions += report.repetitions
            all.ended += report.ended
            all.refused.merge(report.refused, uniquingKeysWith: +)
        }
        return all
    }
}
