import CompanionCore
import Foundation

struct SabotagedJobs: JobRepository {
    let base: any JobRepository
    let sabotage: Sabotage

    // MARK: Doing

    func enqueue(_ job: Job) throws -> Job.ID {
        let waiting = try base.jobs(.waiting, after: nil, limit: 999).first {
            $0.kind == job.kind && $0.key == job.key
        }
        switch sabotage {
        case .enqueuesTwice: return try base.enqueue(job.with(key: waiting == nil ? job.key : "\(job.id)"))
        case .leavesRunTimes:
            if let waiting { return waiting.id }
            return try base.enqueue(job)
        case .waitsForRunningJobs:
            let same = try base.jobs(nil, after: nil, limit: 999).first { $0.kind == job.kind && $0.key == job.key }
            return try same?.id ?? base.enqueue(job)
        case .swallowsErrors: return (try? base.enqueue(job)) ?? job.id
        case .dropsPayloads: return try base.enqueue(job.with(key: job.key, payload: ""))
        case .dropsNul:
            return try base.enqueue(job.with(key: job.key, payload: job.payload.replacing("\0", with: "")))
        default: return try base.enqueue(job)
        }
    }

    func claim(kinds: [Job.Kind]?, token: Job.Token, until expiry: Date, now: Date) throws -> Job? {
        switch sabotage {
        case .claimsEarly:
            return try base.claim(kinds: kinds, token: token, until: expiry, now: now.addingTimeInterval(1))
        case .expiresLate:
            return try base.claim(kinds: kinds, token: token, until: expiry, now: now.addingTimeInterval(-0.001))
        case .claimsAnyKind: return try base.claim(kinds: nil, token: token, until: expiry, now: now)
        case .sharesJobs: return try base.claim(kinds: kinds, token: token, until: now, now: now)
        case .claimsTheSecond:
            let first = try base.claim(kinds: kinds, token: token, until: expiry, now: now)
            guard let first, let second = try base.claim(kinds: kinds, token: token, until: expiry, now: now) else {
                return first
            }
            _ = try base.fail(first.id, token: token, error: "", retryAt: first.runAt, now: now)
            return second
        default: return try base.claim(kinds: kinds, token: token, until: expiry, now: now)
        }
    }

    func renew(_ id: Job.ID, token: Job.Token, until expiry: Date) throws -> Bool {
        try base.renew(id, token: holder(of: id) ?? token, until: expiry)
    }

    func complete(_ id: Job.ID, token: Job.Token) throws -> Bool {
        try base.complete(id, token: holder(of: id) ?? token)
    }

    private func holder(of id: Job.ID) throws -> Job.Token? {
        sabotage == .ignoresTokens ? try base.job(id)?.token : nil
    }

    func fail(_ id: Job.ID, token: Job.Token, error: String, retryAt: Date?, now: Date) throws -> Bool {
        switch sabotage {
        case .neverGivesUp:
            return try base.fail(id, token: token, error: error, retryAt: retryAt ?? now, now: now)
        case .forgetsFailures:
            return try base.fail(id, token: token, error: "", retryAt: retryAt, now: now)
        case .keepsReplacedJobs where try base.jobs(.waiting, after: nil, limit: 9).count > 0:
            return try base.fail(id, token: token, error: error, retryAt: nil, now: now)
        default: return try base.fail(id, token: token, error: error, retryAt: retryAt, now: now)
        }
    }

    // MARK: Looking after

    func job(_ id: Job.ID) throws -> Job? {
        guard var job = try base.job(id) else { return nil }
        if sabotage == .keepsSeconds {
            job.runAt = Date(timeIntervalSince1970: job.runAt.timeIntervalSince1970.rounded(.down))
        }
        return job
    }

    func jobs(_ status: Job.Status?, after id: Job.ID?, limit: Int) throws -> [Job] {
        if sabotage == .pagesInclusively, let id, let job = try base.job(id) {
            return try [job] + base.jobs(status, after: id, limit: limit - 1)
        }
        return try base.jobs(status, after: id, limit: limit)
    }

    func revive(_ id: Job.ID, now: Date) throws -> Bool {
        sabotage == .revivesNothing ? try base.job(id)?.status == .dead : try base.revive(id, now: now)
    }

    func delete(_ id: Job.ID) throws -> Bool {
        let isDeleted = try base.delete(id)
        return isDeleted || sabotage == .deletesAlways
    }

    func nextDue(kinds: [Job.Kind]?) throws -> Date? {
        guard sabotage == .overlooksRunningJobs else { return try base.nextDue(kinds: kinds) }
        return try base.jobs(.waiting, after: nil, limit: 999).filter { kinds?.contains($0.kind) ?? true }
            .map(\.runAt).min()
    }
}

extension Job {
    fileprivate func with(key: String, payload: String? = nil) -> Job {
        Job(
            id: id, kind: kind, key: key, user: user, payload: payload ?? self.payload, runAt: runAt,
            createdAt: createdAt, updatedAt: updatedAt)
    }
}
