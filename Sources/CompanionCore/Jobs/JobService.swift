/// The background work, for those who run the system. Jobs hold identifiers, not people's words.
public struct JobService: Sendable {
    let context: CompanionContext

    /// The jobs of that status (nil: of any) after `id`, at most `limit` (1 to 500), in the order of their making. Those that
    /// are `dead` were given up, and say why.
    public func jobs(
        _ status: Job.Status? = nil, after id: Job.ID? = nil, limit: Int = 100
    ) async throws -> [Job] {
        let limit = try Checked.limit(limit)
        return try await context.store.read { try $0.jobs.jobs(status, after: id, limit: limit) }
    }

    /// The job of that identifier. Throws `notFound`, also where it was done meanwhile.
    public func job(_ id: Job.ID) async throws -> Job {
        try await context.store.read { transaction in
            guard let job = try transaction.jobs.job(id) else { throw Self.noJob(id) }
            return job
        }
    }

    /// Lets a dead job be tried again from now on. Throws `notFound` where there is no dead one, `conflict` where another
    /// one does its work already.
    public func retry(_ id: Job.ID) async throws {
        let now = context.clock.stamp
        try await context.store.transaction { transaction in
            guard try transaction.jobs.job(id)?.status == .dead else { throw Self.noJob(id) }
            guard try transaction.jobs.revive(id, now: now) else {
                throw CompanionError(
                    .conflict, "Another job waits already that does the work of \(id); delete this one.")
            }
        }
    }

    /// Deletes a job that does not run. Throws `notFound`.
    public func delete(_ id: Job.ID) async throws {
        try await context.store.transaction { transaction in
            guard try transaction.jobs.delete(id) else { throw Self.noJob(id) }
        }
    }

    /// Works on all that is due now, one after the other, and on what becomes due by it: for programs that do not keep
    /// ``Companion/run()`` going, and at the end of those that do.
    ///
    /// - Returns: How many jobs were worked on, with success or without.
    @discardableResult
    public func workDue() async throws -> Int {
        let worker = JobWorker(context: context, handlers: context.jobHandlers)
        var count = 0
        while try await worker.workOnNext() { count += 1 }
        return count
    }

    private static func noJob(_ id: Job.ID) -> CompanionError {
        CompanionError(.notFound, "There is no job \(id) that this can be done with.")
    }
}
