internal import CompanionCore

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

struct SQLJobs: JobRepository {
    let transaction: SQLStoreTransaction

    // MARK: Doing

    func enqueue(_ job: Job) throws -> Job.ID {
        try transaction.requireWriting()
        if let user = job.user {
            guard try transaction.first(.userExists, [.id(user)], { try $0.integer(0) }) == 1 else {
                throw CompanionError(.notFound, "The job's user does not exist: insert the user first.")
            }
        }
        let inserted = try transaction.run(
            .insertJob,
            [
                .id(job.id), .text(job.kind.name), .text(job.key), .id(job.user), .text(job.payload),
                .timestamp(job.runAt), .timestamp(job.createdAt), .timestamp(job.updatedAt),
            ])
        guard inserted == 0 else { return job.id }
        let moved = try transaction.run(
            .moveWaitingJob,
            [
                .text(job.kind.name), .text(job.key), .id(job.id), .timestamp(job.runAt), .timestamp(job.updatedAt),
            ])
        guard moved == 1,
            let waiting: Job.ID = try transaction.first(
                .selectWaitingJob, [.text(job.kind.name), .text(job.key)], { try $0.id(0) })
        else { throw CompanionError(.conflict, "A job with this identifier exists already.") }
        return waiting
    }

    func claim(kinds: [Job.Kind]?, token: Job.Token, until expiry: Date, now: Date) throws -> Job? {
        try transaction.requireWriting()
        while let due = try next(kinds, toClaim: true), due.at <= now.wholeMilliseconds {
            let claimed = try transaction.run(
                .claimJob, [.id(due.id), .timestamp(due.at), .id(token), .timestamp(expiry), .timestamp(now)])
            // Where another took it meanwhile, there may be a next one.
            if claimed == 1 { return try job(due.id) }
        }
        return nil
    }

    func renew(_ id: Job.ID, token: Job.Token, until expiry: Date) throws -> Bool {
        try transaction.run(.renewJob, [.id(id), .id(token), .timestamp(expiry)]) == 1
    }

    func complete(_ id: Job.ID, token: Job.Token) throws -> Bool {
        try transaction.run(.completeJob, [.id(id), .id(token)]) == 1
    }

    func fail(_ id: Job.ID, token: Job.Token, error: String, retryAt: Date?, now: Date) throws -> Bool {
        guard let retryAt else {
            return try transaction.run(.buryJob, [.id(id), .id(token), .text(error), .timestamp(now)]) == 1
        }
        if try transaction.run(.dropReplacedJob, [.id(id), .id(token)]) == 1 { return true }
        return try transaction.run(
            .retryJob, [.id(id), .id(token), .text(error), .timestamp(now), .timestamp(retryAt)]) == 1
    }

    // MARK: Looking after

    func job(_ id: Job.ID) throws -> Job? {
        try transaction.first(.selectJob, [.id(id)]) { try Job(row: $0) }
    }

    func jobs(_ status: Job.Status?, after id: Job.ID?, limit: Int) throws -> [Job] {
        guard limit > 0 else { return [] }
        let (statement, place): (SQLStatement, [SQLValue]) =
            switch (status, id) {
            case (nil, nil): (.selectFirstJobs, [])
            case (nil, let id?): (.selectJobsAfter, [.id(id)])
            case (let status?, nil): (.selectFirstJobsOfStatus, [.text(status.rawValue)])
            case (let status?, let id?): (.selectJobsOfStatusAfter, [.text(status.rawValue), .id(id)])
            }
        return try transaction.all(statement, place + [.integer(limit)]) { try Job(row: $0) }
    }

    func revive(_ id: Job.ID, now: Date) throws -> Bool {
        try transaction.run(.reviveJob, [.id(id), .timestamp(now)]) == 1
    }

    func delete(_ id: Job.ID) throws -> Bool { try transaction.run(.deleteJob, [.id(id)]) == 1 }

    func nextDue(kinds: [Job.Kind]?) throws -> Date? { try next(kinds)?.at }

    // MARK: What is due

    private typealias Due = (at: Date, id: Job.ID)

    /// One look for each kind, because no index has the jobs of several kinds in order.
    private func next(_ kinds: [Job.Kind]?, toClaim: Bool = false) throws -> Due? {
        func due(_ row: any SQLRow) throws -> Due { (at: try row.timestamp(0), id: try row.id(1)) }
        guard let kinds else { return try transaction.first(toClaim ? .lockNextJob : .selectNextJob, [], due) }
        let statement: SQLStatement = toClaim ? .lockNextJobOfKind : .selectNextJobOfKind
        return try kinds.compactMap { try transaction.first(statement, [.text($0.name)], due) }
            .min { ($0.at, $0.id) < ($1.at, $1.id) }
    }
}

extension Job {
    fileprivate init(row: some SQLRow) throws {
        guard let status = Status(rawValue: try row.text(5)) else { throw SQLFailure(.corrupt) }
        self.init(
            id: try row.id(0), kind: Kind(try row.text(1)), key: try row.text(2), user: try row.idIfAny(3),
            payload: try row.text(4), status: status, runAt: try row.timestamp(6), attempts: try row.integer(7),
            token: try row.idIfAny(8), leaseExpiresAt: row.isNull(9) ? nil : try row.timestamp(9),
            lastError: try row.textIfAny(10), createdAt: try row.timestamp(11), updatedAt: try row.timestamp(12))
    }
}

extension SQLStatement {
    fileprivate static let insertJob = SQLStatement(
        """
        INSERT INTO jobs (id, kind, key, user_id, payload, status, run_at, attempts, created_at, updated_at)
        VALUES ($1, $2, $3, $4, $5, 'waiting', $6, 0, $7, $8)
        ON CONFLICT DO NOTHING
        """)
    fileprivate static let moveWaitingJob = SQLStatement(
        """
        UPDATE jobs SET run_at = $4, updated_at = $5 WHERE kind = $1 AND key = $2 AND status = 'waiting'
        AND NOT EXISTS (SELECT 1 FROM jobs WHERE id = $3)
        """)
    fileprivate static let selectWaitingJob = SQLStatement(
        "SELECT id FROM jobs WHERE kind = $1 AND key = $2 AND status = 'waiting'")

    private static let selectDue = "SELECT due_at, id FROM jobs WHERE due_at IS NOT NULL"
    private static let first = "ORDER BY due_at, id LIMIT 1"
    fileprivate static let selectNextJob = SQLStatement("\(selectDue) \(first)")
    fileprivate static let selectNextJobOfKind = SQLStatement("\(selectDue) AND kind = $1 \(first)")
    fileprivate static let lockNextJob = SQLStatement("\(selectDue) \(first) {skip locked}")
    fileprivate static let lockNextJobOfKind = SQLStatement("\(selectDue) AND kind = $1 \(first) {skip locked}")
    fileprivate static let claimJob = SQLStatement(
        """
        UPDATE jobs SET status = 'running', attempts = attempts + 1, token = $3, lease_expires_at = $4, updated_at = $5
        WHERE id = $1 AND due_at = $2
        """)
    fileprivate static let renewJob = SQLStatement(
        "UPDATE jobs SET lease_expires_at = $3 WHERE id = $1 AND token = $2")
    fileprivate static let completeJob = SQLStatement("DELETE FROM jobs WHERE id = $1 AND token = $2")
    private static let end = "UPDATE jobs SET token = NULL, lease_expires_at = NULL, last_error = $3, updated_at = $4"
    fileprivate static let buryJob = SQLStatement("\(end), status = 'dead' WHERE id = $1 AND token = $2")
    fileprivate static let retryJob = SQLStatement(
        "\(end), status = 'waiting', run_at = $5 WHERE id = $1 AND token = $2")
    private static let anotherWaits = """
        EXISTS (SELECT 1 FROM jobs w WHERE w.kind = jobs.kind AND w.key = jobs.key AND w.status = 'waiting')
        """
    fileprivate static let dropReplacedJob = SQLStatement(
        "DELETE FROM jobs WHERE id = $1 AND token = $2 AND \(anotherWaits)")
    fileprivate static let reviveJob = SQLStatement(
        """
        UPDATE jobs SET status = 'waiting', run_at = $2, attempts = 0, updated_at = $2
        WHERE id = $1 AND status = 'dead' AND NOT \(anotherWaits)
        """)
    fileprivate static let deleteJob = SQLStatement("DELETE FROM jobs WHERE id = $1 AND status <> 'running'")

    private static let selectJobs = """
        SELECT id, kind, key, user_id, payload, status, run_at, attempts, token, lease_expires_at, last_error,
            created_at, updated_at
        FROM jobs
        """
    fileprivate static let selectJob = SQLStatement("\(selectJobs) WHERE id = $1")
    fileprivate static let selectFirstJobs = SQLStatement("\(selectJobs) ORDER BY id LIMIT $1")
    fileprivate static let selectJobsAfter = SQLStatement("\(selectJobs) WHERE id > $1 ORDER BY id LIMIT $2")
    fileprivate static let selectFirstJobsOfStatus = SQLStatement(
        "\(selectJobs) WHERE status = $1 ORDER BY id LIMIT $2")
    fileprivate static let selectJobsOfStatusAfter = SQLStatement(
        "\(selectJobs) WHERE status = $1 AND id > $2 ORDER BY id LIMIT $3")
}
