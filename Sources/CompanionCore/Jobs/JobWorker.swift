#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Works on jobs, one at a time. Any number of workers may share a store, in one process or in many.
struct JobWorker: Sendable {
    let context: CompanionContext
    let handlers: [JobHandler]

    private var configuration: JobConfiguration { context.configuration.jobs }
    private var kinds: [Job.Kind] { handlers.map(\.kind) }

    /// Works until the task is cancelled. A store that fails is tried again.
    func run() async throws {
        while true {
            var hasWorked = false
            do {
                hasWorked = try await workOnNext()
            } catch let error as CompanionError where error.retry != .never {}
            if !hasWorked { try await context.clock.sleep(for: configuration.pollInterval) }
            try Task.checkCancellation()
        }
    }

    /// Takes the next due job and works on it to its end; false where none is due.
    func workOnNext() async throws -> Bool {
        try Task.checkCancellation()
        let now = context.clock.stamp
        let token: Job.Token = context.identifiers.next()
        let expiry = now.advanced(by: configuration.leaseDuration)
        // A cancellation in the middle must not leave a job that nobody knows to hold.
        let claimed = try await uncancelled { [context, kinds] in
            try await context.store.transaction {
                try $0.jobs.claim(kinds: kinds, token: token, until: expiry, now: now)
            }
        }
        guard let job = claimed else { return false }
        // What goes wrong is the job's, and noted with it.
        try? await context.observing(
            ObservedWork(.job, user: job.user, job: (job.kind, job.attempts))
        ) { await work(on: JobClaim(job: job, token: token), $0) }
        return true
    }

    private func work(on claim: JobClaim, _ notes: WorkNotes?) async {
        guard claim.job.attempts <= configuration.maximumAttempts else {
            // It was begun that often and neither done nor given back: it takes its process with it.
            notes?.note { $0.outcome = "dead" }
            await giveBack(claim, "The process died in each of \(claim.job.attempts - 1) attempts.", retryAt: nil)
            return
        }
        do {
            try await perform(claim)
            try await uncancelled { [context] in
                try await context.store.transaction { _ = try $0.jobs.complete(claim.job.id, token: claim.token) }
            }
            notes?.note { $0.outcome = "completed" }
        } catch is CancellationError where Task.isCancelled {
            notes?.note { $0.outcome = "stopped" }
            await giveBack(claim, "The worker was stopped.", retryAt: context.clock.stamp)
        } catch let error as CompanionError where error.code == .leaseLost {
            notes?.note { ($0.outcome, $0.error) = ("lost", error.code) }
        } catch {
            let advice = (error as? CompanionError)?.retry ?? .backOff
            let isLast = advice == .never || claim.job.attempts >= configuration.maximumAttempts
            notes?.note { ($0.outcome, $0.error) = (isLast ? "dead" : "retried", (error as? CompanionError)?.code) }
            let wait = configuration.wait(
                afterAttempts: claim.job.attempts, advice: advice, random: context.random)
            await giveBack(
                claim, Self.safeText(of: error), retryAt: isLast ? nil : context.clock.stamp.advanced(by: wait))
        }
    }

    /// The handler's work, with the lease renewed beside it; cancelled where the lease is lost.
    private func perform(_ claim: JobClaim) async throws {
        guard let handler = handlers.first(where: { $0.kind == claim.job.kind }) else { return }
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await handler.perform(claim)
                return true
            }
            group.addTask {
                try await keepLease(of: claim)
                return false
            }
            defer { group.cancelAll() }
            guard try await group.next() == true else {
                throw CompanionError(.leaseLost, "The lease of the job '\(claim.job.kind)' was lost.", retry: .never)
            }
        }
    }

    /// Returns when the lease is lost.
    private func keepLease(of claim: JobClaim) async throws {
        while true {
            try await context.clock.sleep(for: configuration.leaseDuration / 3)
            let expiry = context.clock.stamp.advanced(by: configuration.leaseDuration)
            // A store that fails for a moment costs one renewal of three.
            let isHeld = try? await context.store.transaction {
                try $0.jobs.renew(claim.job.id, token: claim.token, until: expiry)
            }
            if isHeld == false { return }
        }
    }

    private func giveBack(_ claim: JobClaim, _ reason: String, retryAt: Date?) async {
        // Where this fails too, the lease expires, and somebody takes the job again.
        _ = try? await uncancelled { [context] in
            let now = context.clock.stamp
            return try await context.store.transaction { transaction in
                let isKept = try transaction.jobs.fail(
                    claim.job.id, token: claim.token, error: reason, retryAt: retryAt, now: now)
                if isKept, retryAt == nil { try Self.replaceEarlierDead(claim.job, in: transaction) }
            }
        }
    }

    /// Work that comes again and again, and fails for good each time, leaves one dead job, not one of each time.
    private static func replaceEarlierDead(_ job: Job, in transaction: any StoreTransaction) throws {
        for dead in try transaction.jobs.jobs(.dead, after: nil, limit: 500)
        where dead.kind == job.kind && dead.key == job.key && dead.id != job.id {
            _ = try transaction.jobs.delete(dead.id)
        }
    }

    /// What may be logged of an error; at most 1,024 bytes.
    static func safeText(of error: any Error) -> String {
        let text = (error as? CompanionError)?.description ?? "An error of the type \(type(of: error))."
        return text.cut(to: 1_024)
    }
}
