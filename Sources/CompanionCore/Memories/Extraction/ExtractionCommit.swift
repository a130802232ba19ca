#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// The one transaction in which a batch's memories are written and its messages covered.
struct ExtractionCommit: Sendable {
    let context: CompanionContext
    let batch: ExtractionBatch
    let candidates: [MemoryCandidate]
    let now: Date
    let claim: JobClaim?

    private var user: User.ID { batch.chat.user }

    /// Throws `conflict` where the batch is not what it was when it was read.
    func perform(in transaction: any StoreTransaction) throws -> ExtractionReport {
        try cover(in: transaction)
        var known = batch.known
        try known.refresh(of: user, in: transaction.memories)
        var report = ExtractionReport()
        report.messages = batch.messages.values.count {
            $0.sequence > batch.oldCursor || batch.reopened.contains($0.sequence)
        }
        // Somebody may have turned memory off while the messages were read.
        if try transaction.users.require(user).preferences.isMemoryEnabled {
            let limit = try context.quotas?.entitlements(of: user, in: transaction, at: now).limits.memories
            for fact in try judged(in: transaction, counting: &report) {
                try write(fact, into: &known, limit: limit, counting: &report, in: transaction)
            }
        }
        let triggers = MemoryTriggers(context: context)
        try triggers.index(of: user, at: now, transaction: transaction)
        try claim?.complete(in: transaction)
        if claim != nil, batch.hasMore {
            try triggers.extract(batch.chat.id, of: user, at: now, now, transaction)
        }
        return report
    }

    private func cover(in transaction: any StoreTransaction) throws {
        let chat = batch.chat
        guard try transaction.chats.chat(chat.id, of: user) != nil else { throw Self.changed }
        let changes = try transaction.messages.changes(in: chat.id, of: user, after: chat.revision, limit: .max)
        if changes.contains(where: { batch.dependsOn($0.message.sequence) }) { throw Self.changed }
        if batch.newCursor > batch.oldCursor {
            guard
                try transaction.coverage.advance(chat.id, of: user, from: batch.oldCursor, to: batch.newCursor)
            else { throw Self.changed }
        }
        if !batch.reopened.isEmpty {
            guard try transaction.coverage.close(batch.reopened, in: chat.id, of: user) == batch.reopened.count else {
                throw Self.changed
            }
        }
    }

    private static var changed: CompanionError {
        CompanionError(.conflict, "The messages were changed, or read by somebody else, meanwhile.", retry: .backOff)
    }

    // MARK: The gate

    /// What passes the gate, in the order in which it was said.
    private func judged(
        in transaction: any StoreTransaction, counting report: inout ExtractionReport
    ) throws -> [WriteGate.Fact] {
        guard !candidates.isEmpty else { return [] }
        let gate = WriteGate(
            batch: batch.lines, forgotten: try forgotten(in: transaction),
            resolver: DateResolver(secondsFromUTC: context.configuration.memory.secondsFromUTC),
            fingerprint: MemoryFingerprint(user: user))
        let most = max(0, context.configuration.memory.candidatesPerBatch)
        var facts: [WriteGate.Fact] = []
        for candidate in candidates.prefix(most) {
            switch gate.judge(candidate) {
            case .accepted(let fact): facts.append(fact)
            case .refused(let reason): report.refused[reason, default: 0] += 1
            }
        }
        if candidates.count > most { report.refused[.tooMany, default: 0] += candidates.count - most }
        return facts.enumerated()
            .sorted { ($0.element.saidLast, $0.offset) < ($1.element.saidLast, $1.offset) }
            .map(\.element)
    }

    private func forgotten(in transaction: any StoreTransaction) throws -> [WriteGate.Forgotten] {
        let numbers = Dictionary(uniqueKeysWithValues: batch.messages.map { ($1.id, $0) })
        var found: [WriteGate.Forgotten] = []
        var last: Memory.ID?
        while true {
            let page = try transaction.memories.forgotten(of: user, after: last, limit: 500)
            for forgotten in page {
                let lines = Set(forgotten.messages.compactMap { numbers[$0.message] })
                if !lines.isEmpty { found.append(.init(lines: lines, fingerprint: forgotten.fingerprint)) }
            }
            guard page.count == 500 else { return found }
            last = page.last?.id
        }
    }

    // MARK: Writing

    private func write(
        _ fact: WriteGate.Fact, into known: inout KnownFacts, limit: Int?, counting report: inout ExtractionReport,
        in transaction: any StoreTransaction
    ) throws {
        let sources = fact.lines.compactMap { batch.messages[$0] }.map { message in
            MemorySource.message(
                .init(
                    chat: message.chat, message: message.id, sequence: message.sequence, saidAt: message.createdAt))
        }
        let scope: Memory.Scope = fact.isForThisCharacterOnly ? .character(batch.chat.character) : .everyCharacter
        let decision = Consolidation(known: known).decide(
            fact, scope: scope, sources: sources, replaced: fact.replaces.compactMap { batch.knownIDs[$0] })
        let writer = MemoryWriter(user: user, now: now)
        switch decision {
        case .nothing: report.refused[.duplicate, default: 0] += 1
        case .strengthen(let id):
            guard let memory = known.memories[id] else { return }
            known.put(try writer.strengthen(memory, with: sources, importance: fact.importance, in: transaction))
            report.repetitions += 1
        case .insert(let ending, _) where limit.map { known.standing - ending.count >= $0 } ?? false:
            report.refused[.limit, default: 0] += 1
        case .insert(let ending, let later):
            let memory = Memory(
                id: context.identifiers.next(), user: user, scope: scope, kind: fact.kind, text: fact.text,
                importance: fact.importance, sources: Array(sources.prefix(MemoryWriter.maximumSources)),
                validAt: fact.validAt.wholeMilliseconds, createdAt: now)
            let written = try writer.insert(
                memory, ending: ending.compactMap { known.memories[$0] }, endedBy: later.flatMap { known.memories[$0] },
                in: transaction)
            for memory in written.ended { known.put(memory) }
            known.put(written.memory)
            report.learnt.append(written.memory)
            report.ended += written.ended.count
        }
    }
}
