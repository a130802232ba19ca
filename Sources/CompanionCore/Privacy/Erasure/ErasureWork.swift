#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Erases a person step by step. Each step can be done twice, and says what it did in the transaction that did it where
/// there is one; so whoever takes the job up after a crash goes on where the other was.
struct ErasureWork: Sendable {
    let context: CompanionContext

    /// How many records one transaction deletes at most.
    private static let batch = 500

    /// Marks the person as leaving, and orders the work. Orders it again where it goes on already.
    func begin(_ user: User.ID) async throws -> Erasure {
        let now = context.clock.stamp
        return try await context.store.transaction { [context] transaction in
            let erasure = try transaction.erasures.begin(
                Erasure(id: context.identifiers.next(), user: user, requestedAt: now, settlesAt: now))
            try enqueue(erasure, at: now, in: transaction)
            return erasure
        }
    }

    func perform(for claim: JobClaim) async throws {
        guard let id = Erasure.ID(claim.job.key) else {
            throw CompanionError(.corrupted, "The job \(claim.job.id) names no erasure.")
        }
        guard let erasure = try await context.store.read({ try $0.erasures.erasure(id) }), let user = erasure.user
        else {
            return
        }
        try await endWork(of: user, id)
        repeat {
            // The parts first: they may have to look into the store for what is the person's.
            try await eraseParts(user, id)
            try await eraseStore(user, id)
            // What came meanwhile goes in another round.
        } while try await !scanBesidesPerson(user).isEmpty
        try await settle(user, id, for: claim)
    }

    /// What is found about a person in every part.
    func scan(for user: User.ID) async throws -> PersonalDataScan {
        var found = try await context.store.read { try $0.erasures.remains(of: user) }
        for part in context.personalDataParts {
            let count = try await part.remains(of: user)
            if count > 0 { found[part.name, default: 0] += count }
        }
        return PersonalDataScan(found: found)
    }

    private func scanBesidesPerson(_ user: User.ID) async throws -> PersonalDataScan {
        var scan = try await scan(for: user)
        scan.found[ErasedKind.person] = nil
        scan.found[ErasedKind.erasure] = nil
        return scan
    }

    /// Takes the leases of running turns away, and the jobs too with what follows. What had begun notices it at its next
    /// renewal; until then it may write into the parts that know of no transaction.
    private func endWork(of user: User.ID, _ id: Erasure.ID) async throws {
        let now = context.clock.stamp
        var cursor: ChatCursor?
        while true {
            let page = try await context.store.transaction { [context, cursor] transaction in
                let page = try transaction.chats.chats(of: user, after: cursor, limit: Self.batch)
                for chat in page {
                    let name = Lease.name(ofTurnsIn: chat.id)
                    guard let held = try transaction.leases.lease(named: name) else { continue }
                    if held.expiresAt > now {
                        try postpone(
                            id, to: now.advanced(by: context.configuration.leaseDuration), in: transaction)
                    }
                    try transaction.leases.release(held)
                }
                return page
            }
            guard page.count == Self.batch, let last = page.last else { break }
            cursor = ChatCursor(last)
        }
        try await context.store.transaction { [context] transaction in
            var last: Job.ID?
            while true {
                let page = try transaction.jobs.jobs(.running, after: last, limit: Self.batch)
                if page.contains(where: { $0.user == user && $0.leaseExpiresAt.map { $0 > now } ?? false }) {
                    try postpone(
                        id, to: now.advanced(by: context.configuration.jobs.leaseDuration), in: transaction)
                    return
                }
                guard page.count == Self.batch else { return }
                last = page.last?.id
            }
        }
    }

    private func postpone(_ id: Erasure.ID, to instant: Date, in transaction: any StoreTransaction) throws {
        guard var erasure = try transaction.erasures.erasure(id), erasure.settlesAt < instant else { return }
        erasure.settlesAt = instant
        try transaction.erasures.update(erasure)
    }

    private func eraseStore(_ user: User.ID, _ id: Erasure.ID) async throws {
        var isDone = false
        while !isDone {
            try Task.checkCancellation()
            isDone = try await context.store.transaction { transaction in
                let counts = try transaction.erasures.eraseSome(of: user, limit: Self.batch)
                try note(counts, id, in: transaction)
                return counts.isEmpty
            }
        }
    }

    private func eraseParts(_ user: User.ID, _ id: Erasure.ID) async throws {
        for part in context.personalDataParts {
            while true {
                let count = try await part.eraseSome(of: user)
                guard count > 0 else { break }
                try await context.store.transaction { try note([part.name: count], id, in: $0) }
            }
        }
    }

    private func note(_ counts: [String: Int], _ id: Erasure.ID, in transaction: any StoreTransaction) throws {
        guard !counts.isEmpty, var erasure = try transaction.erasures.erasure(id) else { return }
        erasure.count(counts)
        try transaction.erasures.update(erasure)
    }

    /// Ends the erasure, or orders another round for when nothing that had begun before can write any more.
    private func settle(_ user: User.ID, _ id: Erasure.ID, for claim: JobClaim) async throws {
        let now = context.clock.stamp
        try await context.store.transaction { transaction in
            try claim.complete(in: transaction)
            guard let erasure = try transaction.erasures.erasure(id) else { return }
            if erasure.settlesAt > now {
                try enqueue(erasure, at: erasure.settlesAt, in: transaction)
            } else {
                try transaction.erasures.finish(id, at: now)
            }
        }
    }

    /// The job names the erasure and nobody: one that named the person would go with them.
    private func enqueue(_ erasure: Erasure, at instant: Date, in transaction: any StoreTransaction) throws {
        let now = context.clock.stamp
        _ = try transaction.jobs.enqueue(
            Job(
                id: context.identifiers.next(), kind: .erasure, key: "\(erasure.id)", user: nil, runAt: instant,
                createdAt: now))
    }
}

/// Kinds of records that every store has.
public enum ErasedKind {
    /// The person's own record.
    public static let person = "people"
    /// The mark that a person is leaving.
    public static let erasure = "erasures"
}

extension Job.Kind {
    /// Erases a person; the key is the erasure.
    static let erasure = Job.Kind("privacy.erase")
}

extension Lease {
    static func name(ofTurnsIn chat: Chat.ID) -> String { "chat/\(chat)" }
}
