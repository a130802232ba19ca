internal import CompanionCore

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

extension StoreProbe {
    // MARK: Values

    func source(_ message: Message.ID? = nil, in chat: Chat.ID? = nil, at sequence: Int = 1) -> MemorySource {
        .message(.init(chat: chat ?? id(), message: message ?? id(), sequence: sequence, saidAt: start))
    }

    func memory(of user: User.ID, _ text: String = "Ada moved to Turin.", from sources: MemorySource...) -> Memory {
        Memory(
            id: id(), user: user, scope: .everyCharacter, kind: .fact, text: text,
            sources: sources.isEmpty ? [source()] : sources, validAt: start, createdAt: start)
    }

    /// A memory with something in every field, or nothing where that may be.
    func anyMemory(_ id: Memory.ID? = nil, of user: User.ID, createdAt: Date? = nil) -> Memory {
        Memory(
            id: id ?? self.id(), user: user,
            scope: below(2) == 0 ? .everyCharacter : .character(self.id()),
            kind: Memory.Kind.allCases[below(Memory.Kind.allCases.count)], text: "Memory \(below(1_000_000))",
            importance: random.nextFraction(), strength: 1 + below(9), isPinned: below(2) == 0,
            sources: (0...below(4)).map { index in
                below(4) == 0 ? .person(at: time(Double(below(500)))) : source(at: index + 1)
            },
            validAt: time(-Double(below(500))), invalidAt: below(2) == 0 ? nil : time(Double(below(500))),
            supersededBy: below(2) == 0 ? nil : self.id(), createdAt: createdAt ?? time(Double(below(500))),
            updatedAt: time(500 + Double(below(500))))
    }

    func forgotten(_ memory: Memory) -> ForgottenMemory {
        ForgottenMemory(
            id: memory.id, user: memory.user, messages: memory.sources.compactMap(\.message),
            fingerprint: (0..<below(5)).map { _ in random.next() } + [0, .max], forgottenAt: time(9))
    }

    func summary(of scene: Scene, _ text: String = "They talked about Turin.", through sequence: Int = 1) -> ChatSummary
    {
        ChatSummary(
            chat: scene.chat.id, user: scene.user.id, text: text, throughSequence: sequence, updatedAt: start)
    }

    func job(
        _ kind: String = "index", _ key: String? = nil, of user: User.ID? = nil, at seconds: Double = 0,
        payload: String = ""
    ) -> Job {
        let id: Job.ID = id()
        return Job(
            id: id, kind: .init(kind), key: key ?? "\(id)", user: user, payload: payload, runAt: time(seconds),
            createdAt: start)
    }

    // MARK: Doing

    func insert(_ memories: Memory...) async throws {
        try await write { for memory in memories { try $0.memories.insert(memory) } }
    }

    @discardableResult
    func enqueue(_ job: Job) async throws -> Job.ID { try await write { try $0.jobs.enqueue(job) } }

    /// The lease is for 30 seconds.
    func claim(_ kinds: [String]? = nil, at seconds: Double = 0, token: Job.Token? = nil) async throws -> Job? {
        let token = token ?? id()
        return try await write {
            try $0.jobs.claim(
                kinds: kinds?.map(Job.Kind.init), token: token, until: time(seconds + 30), now: time(seconds))
        }
    }

    func fail(_ id: Job.ID, token: Job.Token, retryAt seconds: Double?, at now: Double = 0) async throws -> Bool {
        try await write {
            try $0.jobs.fail(id, token: token, error: "Failed.", retryAt: seconds.map(time), now: time(now))
        }
    }

    // MARK: Asking

    func memory(_ id: Memory.ID, of user: User.ID) async throws -> Memory? {
        try await read { try $0.memories.memory(id, of: user) }
    }

    func revision(of user: User.ID) async throws -> Int { try await read { try $0.memories.revision(of: user) } }

    func job(_ id: Job.ID) async throws -> Job? { try await read { try $0.jobs.job(id) } }

    func jobs(_ status: Job.Status? = nil) async throws -> [Job] {
        try await read { try $0.jobs.jobs(status, after: nil, limit: 1_000) }
    }
}
