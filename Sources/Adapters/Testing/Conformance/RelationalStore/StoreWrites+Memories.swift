internal import CompanionCore

extension StoreProbe {
    /// Fills a scene, whose chat has messages, with memories and what belongs to them; returns one call of each method
    /// that writes them.
    func memoryWrites(_ scene: Scene) async throws -> [StoreWrite] {
        let (user, chat) = (scene.user.id, scene.chat.id)
        let (known, doomed, new) = (memory(of: user), memory(of: user), memory(of: user))
        var update = known
        update.text = "Ada moved to Genoa."
        let forgotten = [forgotten(memory(of: user)), forgotten(memory(of: user))]
        let (summary, later) = (summary(of: scene), summary(of: scene, "They talked about Genoa.", through: 2))
        try await write { transaction in
            try transaction.memories.insert(known)
            try transaction.memories.insert(doomed)
            try transaction.memories.insert(forgotten[0])
            _ = try transaction.coverage.advance(chat, of: user, from: 0, to: 3)
            try transaction.coverage.reopen([1], in: chat, of: user)
            try transaction.summaries.put(summary)
        }
        return [
            StoreWrite("memories.insert") { try $0.memories.insert(new) },
            StoreWrite("memories.update") { [update] in try $0.memories.update(update) },
            StoreWrite("memories.delete") { _ = try $0.memories.delete(doomed.id, of: user) },
            StoreWrite("memories.insert(forgotten)") { try $0.memories.insert(forgotten[1]) },
            StoreWrite("memories.deleteForgotten") { _ = try $0.memories.deleteForgotten(forgotten[0].id, of: user) },
            StoreWrite("coverage.advance") { _ = try $0.coverage.advance(chat, of: user, from: 3, to: 4) },
            StoreWrite("coverage.reopen") { try $0.coverage.reopen([2], in: chat, of: user) },
            StoreWrite("coverage.close") { _ = try $0.coverage.close([1], in: chat, of: user) },
            StoreWrite("summaries.put") { try $0.summaries.put(later) },
            StoreWrite("summaries.delete") { _ = try $0.summaries.delete(of: chat, of: user) },
        ]
    }

    /// Fills the store with jobs of every status; returns one call of each method that writes them.
    func jobWrites(of user: User.ID) async throws -> [StoreWrite] {
        let (dead, waiting, new) = (job(of: user), job(of: user, at: 5), job(of: user))
        let running = (0..<3).map { _ in job(of: user) }
        let token: Job.Token = id()
        try await enqueue(dead)
        _ = try await claim(token: token)
        _ = try await fail(dead.id, token: token, retryAt: nil)
        for job in running {
            try await enqueue(job)
            _ = try await claim(token: token)
        }
        try await enqueue(waiting)
        return [
            StoreWrite("jobs.enqueue") { _ = try $0.jobs.enqueue(new) },
            StoreWrite("jobs.claim") {
                _ = try $0.jobs.claim(kinds: nil, token: token, until: time(30), now: time(5))
            },
            StoreWrite("jobs.renew") { _ = try $0.jobs.renew(running[0].id, token: token, until: time(90)) },
            StoreWrite("jobs.complete") { _ = try $0.jobs.complete(running[1].id, token: token) },
            StoreWrite("jobs.fail") {
                _ = try $0.jobs.fail(running[2].id, token: token, error: "Failed.", retryAt: time(9), now: time(6))
            },
            StoreWrite("jobs.revive") { _ = try $0.jobs.revive(dead.id, now: time(6)) },
            StoreWrite("jobs.delete") { _ = try $0.jobs.delete(waiting.id) },
        ]
    }
}
