internal import CompanionCore

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

extension RelationalStoreConformance {
    static let jobChecks: [Check] = [
        check("A job begins waiting, with nothing behind it, is kept as it is, and is nil where there is none") {
            probe in
            let user = try await probe.scene().user.id
            for owner in [user, nil] {
                let job = probe.job("learn.chat_2-x", "chat 1", of: owner, at: 7, payload: "{\"chat\": 1}")
                let used = Job(
                    id: job.id, kind: job.kind, key: job.key, user: owner, payload: job.payload, status: .running,
                    runAt: job.runAt, attempts: 3, token: probe.id(), leaseExpiresAt: probe.time(9),
                    lastError: "Failed.", createdAt: job.createdAt, updatedAt: probe.time(2))
                var expected = job
                expected.updatedAt = probe.time(2)
                try await expect(probe.enqueue(used), equals: job.id, "the job that waits")
                try await expect(probe.job(job.id), equals: expected, "the job")
                try await probe.write { _ = try $0.jobs.delete(job.id) }
            }
            try await expect(probe.job(probe.id()), equals: nil, "a job that there is not")
        },
        check("Where a job of its kind and key waits, enqueueing moves only that one's runAt and updatedAt") { probe in
            let first = probe.job("learn", "chat 1", at: 9, payload: "first")
            try await probe.enqueue(first)
            for (seconds, key) in [(20.0, "chat 1"), (3, "chat 1")] {
                var again = probe.job("learn", key, at: seconds, payload: "again")
                again.updatedAt = probe.time(seconds)
                var expected = first
                expected.runAt = probe.time(seconds)
                expected.updatedAt = probe.time(seconds)
                try await expect(probe.enqueue(again), equals: first.id, "the job that waits")
                try await expect(probe.job(first.id), equals: expected, "the job")
                try await expect(probe.job(again.id), equals: nil, "the second job")
                let due = try await probe.read { try $0.jobs.nextDue(kinds: nil) }
                try expect(due, equals: probe.time(seconds), "when it is due")
            }
            for other in [probe.job("learn", "chat 2"), probe.job("index", "chat 1"), probe.job("learn", "CHAT 1")] {
                try await expect(probe.enqueue(other), equals: other.id, "the waiting job of another kind or key")
            }
        },
        check("A job that runs or is dead does not keep another of its kind and key from waiting") { probe in
            let (running, dead, waiting) = (
                probe.job("learn", "chat 1"), probe.job("learn", "chat 1"), probe.job("learn", "chat 1")
            )
            let token: Job.Token = probe.id()
            try await probe.enqueue(dead)
            _ = try await probe.claim(token: token)
            try await expect(probe.fail(dead.id, token: token, retryAt: nil), equals: true, "giving up")
            try await expect(probe.enqueue(running), equals: running.id, "the waiting job beside a dead one")
            _ = try await probe.claim(token: token)
            try await expect(probe.enqueue(waiting), equals: waiting.id, "the waiting job beside one that runs")
            for (job, status) in [(dead, Job.Status.dead), (running, .running), (waiting, .waiting)] {
                try await expect(probe.job(job.id)?.status, equals: status, "what became of a job")
            }
        },
        check("Enqueueing throws conflict for an identifier that exists, notFound for a person that does not") {
            probe in
            let user = try await probe.scene().user.id
            let job = probe.job("learn", "chat 1", of: user)
            try await probe.enqueue(job)
            let before = try await probe.dump()
            let other = Job(
                id: job.id, kind: job.kind, key: "chat 2", user: user, runAt: probe.time(5), createdAt: probe.start)
            for again in [job, other] {
                try await expectError(.conflict, "the second job of an identifier") { try await probe.enqueue(again) }
            }
            let strange = probe.job("learn", "chat 1", of: probe.id())
            try await expectError(.notFound, "a job of nobody's") { try await probe.enqueue(strange) }
            try await expect(probe.dump(), equals: before, "the store")
        },
        check("The job that has been due for longest is claimed, of equal ones the smaller identifier") { probe in
            var jobs = (0..<30).map { _ in
                probe.job(
                    ["learn", "index"][probe.below(2)], at: Double(probe.below(8)) + probe.random.nextFraction() / 2_000
                )
            }
            var random = probe.random
            for job in jobs.shuffled(using: &random) { try await probe.enqueue(job) }
            jobs.sort { ($0.runAt.millisecondsSince1970, $0.id) < ($1.runAt.millisecondsSince1970, $1.id) }
            for kinds in [["index"], nil] as [[String]?] {
                let expected = jobs.filter { kinds?.contains($0.kind.name) ?? true }
                for job in expected {
                    try await expect(probe.claim(kinds, at: 9)?.id, equals: job.id, "the job claimed")
                }
                try await expect(probe.claim(kinds, at: 9), equals: nil, "a job when all run")
                jobs.removeAll { kinds?.contains($0.kind.name) ?? true }
            }
        },
        check("A job is claimed from its runAt on, and only by those who can do its kind") { probe in
            let job = probe.job("learn", at: 5)
            try await probe.enqueue(job)
            try await expect(probe.claim(at: 4.999), equals: nil, "a job before its time")
            for kinds in [[], ["index"], ["lear", "learn.more"]] {
                try await expect(probe.claim(kinds, at: 5), equals: nil, "a job of \(kinds)")
                let due = try await probe.read { try $0.jobs.nextDue(kinds: kinds.map(Job.Kind.init)) }
                try expect(due, equals: nil, "what is due of \(kinds)")
            }
            try await expect(probe.claim(["index", "learn"], at: 5)?.id, equals: job.id, "the job at its time")
        },
        check("A claimed job runs under its token, its attempts counted, until the lease expires") { probe in
            let job = probe.job()
            let tokens: [Job.Token] = [probe.id(), probe.id()]
            try await probe.enqueue(job)
            var expected = job
            for (index, token) in tokens.enumerated() {
                let now = Double(index) * 30
                expected.status = .running
                expected.attempts = index + 1
                expected.token = token
                expected.leaseExpiresAt = probe.time(now + 30)
                expected.updatedAt = probe.time(now)
                try await expect(probe.claim(at: now, token: token), equals: expected, "the job claimed")
                try await expect(probe.job(job.id), equals: expected, "the job that runs")
                try await expect(probe.claim(at: now + 29.999), equals: nil, "another's claim of it")
            }
        },
        check("Only the token that holds a job renews, completes or fails it") { probe in
            let job = probe.job()
            let (lost, mine): (Job.Token, Job.Token) = (probe.id(), probe.id())
            try await probe.enqueue(job)
            let attempts: [(String, @Sendable (any StoreTransaction, Job.Token) throws -> Bool)] = [
                ("renewing", { try $0.jobs.renew(job.id, token: $1, until: probe.time(99)) }),
                ("completing", { try $0.jobs.complete(job.id, token: $1) }),
                (
                    "failing",
                    { try $0.jobs.fail(job.id, token: $1, error: "E", retryAt: probe.time(9), now: probe.start) }
                ),
                ("giving up", { try $0.jobs.fail(job.id, token: $1, error: "E", retryAt: nil, now: probe.start) }),
            ]
            func expectRefusal(of token: Job.Token, _ when: String) async throws {
                let before = try await probe.jobs()
                for (name, body) in attempts {
                    try await expect(probe.write { try body($0, token) }, equals: false, "\(name) \(when)")
                    try await expect(probe.jobs(), equals: before, "the jobs after \(name) \(when)")
                }
            }
            try await expectRefusal(of: mine, "a job that waits")
            _ = try await probe.claim(token: lost)
            try await expectRefusal(of: mine, "another's job")
            // Expired, and nobody's yet.
            try await expect(
                probe.write { try $0.jobs.renew(job.id, token: lost, until: probe.time(40)) }, equals: true, "renewing")
            try await expect(probe.job(job.id)?.leaseExpiresAt, equals: probe.time(40), "the end of the lease")
            try await expect(probe.claim(at: 39.999, token: mine), equals: nil, "claiming before the lease's new end")
            try await expect(probe.claim(at: 40, token: mine)?.id, equals: job.id, "claiming at the lease's new end")
            try await expectRefusal(of: lost, "a job that was lost")
            try await expect(
                probe.write { try $0.jobs.complete(job.id, token: mine) }, equals: true, "completing one's own job")
            try await expect(probe.job(job.id), equals: nil, "the job that is done")
            try await expectRefusal(of: mine, "a job that is done")
        },
        check("A job that failed waits for its next attempt, or is dead, and says why") { probe in
            let job = probe.job(at: 1)
            try await probe.enqueue(job)
            var expected = job
            let token: Job.Token = probe.id()
            _ = try await probe.claim(at: 2, token: token)
            try await expect(probe.fail(job.id, token: token, retryAt: 60, at: 3), equals: true, "failing")
            expected.runAt = probe.time(60)
            expected.attempts = 1
            expected.lastError = "Failed."
            expected.updatedAt = probe.time(3)
            try await expect(probe.job(job.id), equals: expected, "the job that waits again")
            try await expect(probe.claim(at: 59), equals: nil, "claiming it too early")
            _ = try await probe.claim(at: 60, token: token)
            try await expect(probe.fail(job.id, token: token, retryAt: nil, at: 61), equals: true, "giving up")
            expected.status = .dead
            expected.attempts = 2
            expected.updatedAt = probe.time(61)
            try await expect(probe.job(job.id), equals: expected, "the dead job")
            try await expect(probe.claim(at: 9_999), equals: nil, "claiming a dead job")
        },
        check("A job that failed is deleted where another of its kind and key waits, and kept where it is given up") {
            probe in
            let (first, second, third) = (
                probe.job("learn", "chat 1", at: 1), probe.job("learn", "chat 1", at: 9),
                probe.job("learn", "chat 1", at: 20)
            )
            let token: Job.Token = probe.id()
            try await probe.enqueue(first)
            _ = try await probe.claim(at: 1, token: token)
            try await probe.enqueue(second)
            try await expect(probe.fail(first.id, token: token, retryAt: 5), equals: true, "failing")
            try await expect(probe.jobs(), equals: [second], "the jobs")
            _ = try await probe.claim(at: 9, token: token)
            try await probe.enqueue(third)
            try await expect(probe.fail(second.id, token: token, retryAt: nil), equals: true, "giving up")
            try await expect(probe.jobs().map(\.status), equals: [.dead, .waiting], "the jobs then")
        },
        check("A dead job is revived once, as though never begun, unless another of its kind and key waits") { probe in
            let (job, another) = (probe.job("learn", "chat 1"), probe.job("learn", "chat 1", at: 1))
            let token: Job.Token = probe.id()
            func revive(_ id: Job.ID, at seconds: Double) async throws -> Bool {
                try await probe.write { try $0.jobs.revive(id, now: probe.time(seconds)) }
            }
            try await expect(revive(job.id, at: 5), equals: false, "reviving what there is not")
            try await probe.enqueue(job)
            try await expect(revive(job.id, at: 5), equals: false, "reviving what waits")
            _ = try await probe.claim(token: token)
            try await expect(revive(job.id, at: 5), equals: false, "reviving what runs")
            _ = try await probe.fail(job.id, token: token, retryAt: nil)
            try await probe.enqueue(another)
            try await expect(revive(job.id, at: 5), equals: false, "reviving beside one that waits")
            try await probe.write { _ = try $0.jobs.delete(another.id) }
            try await expect(revive(job.id, at: 5), equals: true, "reviving")
            var expected = job
            expected.runAt = probe.time(5)
            expected.updatedAt = probe.time(5)
            expected.lastError = "Failed."
            try await expect(probe.job(job.id), equals: expected, "the job")
            try await expect(revive(job.id, at: 6), equals: false, "reviving it again")
            try await expect(probe.claim(at: 5)?.attempts, equals: 1, "the attempts when it was claimed")
        },
        check("A job is deleted once, and not while it runs") { probe in
            let job = probe.job()
            func delete() async throws -> Bool { try await probe.write { try $0.jobs.delete(job.id) } }
            try await probe.enqueue(job)
            _ = try await probe.claim()
            try await expect(delete(), equals: false, "deleting what runs")
            let token = try await probe.job(job.id)?.token ?? probe.id()
            _ = try await probe.fail(job.id, token: token, retryAt: nil)
            try await expect(delete(), equals: true, "deleting what is dead")
            try await expect(delete(), equals: false, "deleting it again")
            try await probe.enqueue(job)
            try await expect(delete(), equals: true, "deleting what waits")
            try await expect(probe.jobs(), equals: [], "the jobs")
            try await expect(probe.read { try $0.jobs.nextDue(kinds: nil) }, equals: nil, "what is due")
        },
        check("Jobs are paged by status, in the order of their identifiers") { probe in
            var random = probe.random
            for job in (0..<24).map({ _ in probe.job() }).shuffled(using: &random) { try await probe.enqueue(job) }
            for round in 0..<16 {
                let token: Job.Token = probe.id()
                guard let job = try await probe.claim(token: token), round.isMultiple(of: 2) else { continue }
                _ = try await probe.fail(job.id, token: token, retryAt: nil)
            }
            let all = try await probe.jobs()
            try expect(all.map(\.id), equals: all.map(\.id).sorted(), "the jobs in order")
            for status in Job.Status.allCases + [nil] {
                let some = all.filter { status == nil || $0.status == status }
                try expect(some.count, equals: status == nil ? 24 : 8, "how many of them there are")
                for place in 0...some.count {
                    let after = place == 0 ? nil : some[place - 1].id
                    let limit = probe.below(9) - 1
                    let page = try await probe.read { try $0.jobs.jobs(status, after: after, limit: limit) }
                    try expect(
                        page, equals: Array(some[place...].prefix(max(0, limit))), "\(limit) jobs after number \(place)"
                    )
                }
            }
        },
        check("What is due next is the least runAt of those that wait and end of lease of those that run") { probe in
            func due(_ kinds: [String]? = nil) async throws -> Double? {
                try await probe.read { try $0.jobs.nextDue(kinds: kinds?.map(Job.Kind.init)) }
                    .map { $0.timeIntervalSince(probe.start) }
            }
            try await expect(due(), equals: nil, "when nothing waits")
            try await probe.enqueue(probe.job("learn", at: 50))
            try await expect(due(), equals: 50, "with one that waits")
            try await probe.enqueue(probe.job("index", at: 10))
            try await expect(due(), equals: 10, "with two")
            try await expect(due(["learn"]), equals: 50, "of one kind")
            let token: Job.Token = probe.id()
            let job = try await probe.claim(at: 10, token: token)
            try await expect(due(), equals: 40, "with one that runs")
            try await expect(due(["index", "learn"]), equals: 40, "of both kinds")
            if let job { _ = try await probe.fail(job.id, token: token, retryAt: nil) }
            try await expect(due(), equals: 50, "with one that is dead")
            try await expect(due(["index"]), equals: nil, "of the dead one's kind")
        },
        check("Of concurrent claimers no two get the same job, and every job goes to one") { probe in
            let jobs = (0..<40).map { _ in probe.job(at: Double(probe.below(3))) }
            for job in jobs { try await probe.enqueue(job) }
            let claimed = try await withThrowingTaskGroup(of: [Job.ID].self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        var mine: [Job.ID] = []
                        while mine.count <= jobs.count, let job = try await probe.claim(at: 9) { mine.append(job.id) }
                        return mine
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            try expect(claimed.sorted(), equals: jobs.map(\.id).sorted(), "the jobs claimed by 8 at once")
        },
    ]
}
