internal import CompanionCore

extension RelationalStoreConformance {
    static let jobModelChecks: [Check] = [
        check("After any sequence of operations the jobs are what a simple model of them says") { probe in
            var model = JobModel()
            var tokens: [Job.Token] = [probe.id()]
            for step in 1...250 {
                let operation = try await perform(on: &model, tokens: &tokens, at: Double(step), probe)
                let sorted = model.jobs.sorted { $0.id < $1.id }
                try await expect(probe.jobs(), equals: sorted, "the jobs after \(operation), step \(step)")
                let kinds = anyKinds(probe)
                try await expect(
                    probe.read { try $0.jobs.nextDue(kinds: kinds) }, equals: model.nextDue(kinds),
                    "what is due next of \(String(describing: kinds)) after \(operation), step \(step)")
            }
        }
    ]

    private static let kinds = ["learn", "index", "summarise"].map(Job.Kind.init)

    private static func anyKinds(_ probe: StoreProbe) -> [Job.Kind]? {
        probe.below(3) == 0 ? nil : Self.kinds.filter { _ in probe.below(2) == 0 }
    }

    /// Does one random operation on the store and on the model, compares what they return, and names it.
    private static func perform(
        on model: inout JobModel, tokens: inout [Job.Token], at seconds: Double, _ probe: StoreProbe
    ) async throws -> String {
        let now = probe.time(seconds)
        let expiry = probe.time(seconds + Double(probe.below(20)))
        let known = model.jobs.isEmpty ? nil : model.jobs[probe.below(model.jobs.count)]
        // Mostly the right one.
        let token = probe.below(3) == 0 ? tokens[probe.below(tokens.count)] : known?.token ?? tokens[0]
        switch (probe.below(12), known) {
        case (0...3, _), (_, nil):
            var job = probe.job(
                kinds[probe.below(kinds.count)].name, "key \(probe.below(4))", at: seconds + Double(probe.below(20)) - 5
            )
            job.updatedAt = now
            let seen = try await probe.write { [job] in try $0.jobs.enqueue(job) }
            try expect(seen, equals: model.enqueue(job), "the job that waits")
            return "enqueueing"
        case (4...6, _):
            let (kinds, token): (_, Job.Token) = (anyKinds(probe), probe.id())
            tokens.append(token)
            let seen = try await probe.write { try $0.jobs.claim(kinds: kinds, token: token, until: expiry, now: now) }
            let expected = model.claim(kinds, token: token, until: expiry, now: now)
            try expect(seen, equals: expected, "the job claimed of \(String(describing: kinds))")
            return "claiming"
        case (7, let job?):
            let seen = try await probe.write { try $0.jobs.renew(job.id, token: token, until: expiry) }
            try expect(seen, equals: model.renew(job.id, token: token, until: expiry), "whether it was renewed")
            return "renewing"
        case (8, let job?):
            let seen = try await probe.write { try $0.jobs.complete(job.id, token: token) }
            try expect(seen, equals: model.complete(job.id, token: token), "whether it was completed")
            return "completing"
        case (9, let job?):
            let retryAt = probe.below(2) == 0 ? nil : expiry
            let seen = try await probe.write {
                try $0.jobs.fail(job.id, token: token, error: "Step \(seconds)", retryAt: retryAt, now: now)
            }
            let expected = model.fail(job.id, token: token, error: "Step \(seconds)", retryAt: retryAt, now: now)
            try expect(seen, equals: expected, "whether it failed")
            return "failing"
        case (10, let job?):
            let seen = try await probe.write { try $0.jobs.revive(job.id, now: now) }
            try expect(seen, equals: model.revive(job.id, now: now), "whether it was revived")
            return "reviving"
        case (_, let job?):
            let seen = try await probe.write { try $0.jobs.delete(job.id) }
            try expect(seen, equals: model.delete(job.id), "whether it was deleted")
            return "deleting"
        }
    }
}
