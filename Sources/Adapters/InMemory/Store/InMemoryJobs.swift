internal import CompanionCore

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

struct InMemoryJobs: JobRepository {
    let transaction: InMemoryTransaction
    private var tables: Tables { transaction.tables }

    init(transaction: InMemoryTransaction) { self.transaction = transaction }

    // MARK: Doing

    func enqueue(_ job: Job) throws -> Job.ID {
        try transaction.requireWriting()
        guard tables.jobs[job.id] == nil else {
            throw CompanionError(.conflict, "A job with this identifier exists already.")
        }
        if let user = job.user, tables.users[user] == nil {
            throw CompanionError(.notFound, "The job's user does not exist: insert the user first.")
        }
        let new = job.asEnqueued
        guard let waiting = tables.waitingJobs[.init(new)].flatMap({ tables.jobs[$0] }) else {
            tables.replace(nil, with: new)
            return new.id
        }
        var moved = waiting
        moved.runAt = new.runAt
        moved.updatedAt = new.updatedAt
        tables.replace(waiting, with: moved)
        return moved.id
    }

    func claim(kinds: [Job.Kind]?, token: Job.Token, until expiry: Date, now: Date) throws -> Job? {
        try transaction.requireWriting()
        guard let due = next(kinds), due.at <= now.wholeMilliseconds, let job = tables.jobs[due.id] else { return nil }
        var claimed = job
        claimed.status = .running
        claimed.attempts += 1
        claimed.token = token
        claimed.leaseExpiresAt = expiry.wholeMilliseconds
        claimed.updatedAt = now.wholeMilliseconds
        tables.replace(job, with: claimed)
        return claimed
    }

    func renew(_ id: Job.ID, token: Job.Token, until expiry: Date) throws -> Bool {
        try transaction.requireWriting()
        guard let job = held(id, by: token) else { return false }
        var renewed = job
        renewed.leaseExpiresAt = expiry.wholeMilliseconds
        tables.replace(job, with: renewed)
        return true
    }

    func complete(_ id: Job.ID, token: Job.Token) throws -> Bool {
        try transaction.requireWriting()
        guard let job = held(id, by: token) else { return false }
        tables.replace(job, with: nil)
        return true
    }

    func fail(_ id: Job.ID, token: Job.Token, error: String, retryAt: Date?, now: Date) throws -> Bool {
        try transaction.requireWriting()
        guard let job = held(id, by: token) else { return false }
        guard retryAt == nil || tables.waitingJobs[.init(job)] == nil else {
            tables.replace(job, with: nil)
            return true
        }
        var failed = job
        failed.status = retryAt == nil ? .dead : .waiting
        failed.runAt = retryAt?.wholeMilliseconds ?? job.runAt
        failed.token = nil
        failed.leaseExpiresAt = nil
        failed.lastError = error
        failed.updatedAt = now.wholeMilliseconds
        tables.replace(job, with: failed)
        return true
    }

    /// The job, where it runs under this token.
    private func held(_ id: Job.ID, by token: Job.Token) -> Job? {
        tables.jobs[id].flatMap { $0.status == .running && $0.token == token ? $0 : nil }
    }

    // MARK: Looking after

    func job(_ id: Job.ID) throws -> Job? { tables.jobs[id] }

    func jobs(_ status: Job.Status?, after id: Job.ID?, limit: Int) throws -> [Job] {
        let list = status.map { Tables.JobList.status($0) } ?? .all
        return tables.jobIDs.first(limit, in: list, after: id).compactMap { tables.jobs[$0] }
    }

    func revive(_ id: Job.ID, now: Date) throws -> Bool {
        try transaction.requireWriting()
        guard let job = tables.jobs[id], job.status == .dead, tables.waitingJobs[.init(job)] == nil else {
            return false
        }
        var revived = job
        revived.status = .waiting
        revived.runAt = now.wholeMilliseconds
        revived.attempts = 0
        revived.updatedAt = now.wholeMilliseconds
        tables.replace(job, with: revived)
        return true
    }

    func delete(_ id: Job.ID) throws -> Bool {
        try transaction.requireWriting()
        guard let job = tables.jobs[id], job.status != .running else { return false }
        tables.replace(job, with: nil)
        return true
    }

    func nextDue(kinds: [Job.Kind]?) throws -> Date? { next(kinds)?.at }

    private func next(_ kinds: [Job.Kind]?) -> Tables.DueJob? {
        let queues = kinds.map { $0.map { Tables.JobQueue.kind($0) } } ?? [.all]
        return queues.compactMap { tables.dueJobs.first(1, in: $0, after: nil).first }.min()
    }
}
