internal import CompanionCore

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// What the jobs must be after some operations, in the simplest way that can be right.
struct JobModel {
    private(set) var jobs: [Job] = []

    func due(_ job: Job) -> Date? { job.status == .waiting ? job.runAt : job.leaseExpiresAt }

    /// The places of the jobs that wait or run, those that are due first in front.
    private func queue(_ kinds: [Job.Kind]?) -> [(at: Date, id: Job.ID, index: Int)] {
        jobs.indices.compactMap { index in
            let job = jobs[index]
            guard kinds?.contains(job.kind) ?? true, let at = due(job) else { return nil }
            return (at: at, id: job.id, index: index)
        }.sorted { ($0.at, $0.id) < ($1.at, $1.id) }
    }

    private func waiting(like job: Job) -> Int? {
        jobs.firstIndex { $0.status == .waiting && $0.kind == job.kind && $0.key == job.key }
    }

    private func held(_ id: Job.ID, by token: Job.Token) -> Int? {
        jobs.firstIndex { $0.id == id && $0.status == .running && $0.token == token }
    }

    mutating func enqueue(_ job: Job) -> Job.ID {
        guard let index = waiting(like: job) else {
            jobs.append(job)
            return job.id
        }
        jobs[index].runAt = job.runAt
        jobs[index].updatedAt = job.updatedAt
        return jobs[index].id
    }

    mutating func claim(_ kinds: [Job.Kind]?, token: Job.Token, until expiry: Date, now: Date) -> Job? {
        guard let first = queue(kinds).first, first.at <= now else { return nil }
        jobs[first.index].status = .running
        jobs[first.index].attempts += 1
        jobs[first.index].token = token
        jobs[first.index].leaseExpiresAt = expiry
        jobs[first.index].updatedAt = now
        return jobs[first.index]
    }

    mutating func renew(_ id: Job.ID, token: Job.Token, until expiry: Date) -> Bool {
        guard let index = held(id, by: token) else { return false }
        jobs[index].leaseExpiresAt = expiry
        return true
    }

    mutating func complete(_ id: Job.ID, token: Job.Token) -> Bool {
        guard let index = held(id, by: token) else { return false }
        jobs.remove(at: index)
        return true
    }

    mutating func fail(_ id: Job.ID, token: Job.Token, error: String, retryAt: Date?, now: Date) -> Bool {
        guard let index = held(id, by: token) else { return false }
        if retryAt != nil, waiting(like: jobs[index]) != nil {
            jobs.remove(at: index)
            return true
        }
        jobs[index].status = retryAt == nil ? .dead : .waiting
        jobs[index].runAt = retryAt ?? jobs[index].runAt
        jobs[index].token = nil
        jobs[index].leaseExpiresAt = nil
        jobs[index].lastError = error
        jobs[index].updatedAt = now
        return true
    }

    mutating func revive(_ id: Job.ID, now: Date) -> Bool {
        guard let index = jobs.firstIndex(where: { $0.id == id }), jobs[index].status == .dead,
            waiting(like: jobs[index]) == nil
        else { return false }
        jobs[index].status = .waiting
        jobs[index].runAt = now
        jobs[index].attempts = 0
        jobs[index].updatedAt = now
        return true
    }

    mutating func delete(_ id: Job.ID) -> Bool {
        guard let index = jobs.firstIndex(where: { $0.id == id }), jobs[index].status != .running else { return false }
        jobs.remove(at: index)
        return true
    }

    func nextDue(_ kinds: [Job.Kind]?) -> Date? { queue(kinds).first?.at }
}
