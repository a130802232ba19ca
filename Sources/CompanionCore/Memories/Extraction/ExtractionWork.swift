#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Reads a chat's messages for memories, batch by batch.
///
/// The model is asked outside any transaction. What it found is kept, and the messages are covered, in one transaction that
/// holds only where the cursor stands where it stood and no message of the batch has changed: so each message is covered
/// exactly once, whatever dies, and whoever else does the same work.
struct ExtractionWork: Sendable {
    let context: CompanionContext
    let user: User.ID
    let chat: Chat.ID

    private var configuration: MemoryConfiguration { context.configuration.memory }

    /// Covers the next batch.
    ///
    /// - Parameter claim: The job that asked for it; completed in the same transaction.
    /// - Returns: What came of it, and whether there is more to read.
    func coverNext(for claim: JobClaim? = nil) async throws -> (report: ExtractionReport, hasMore: Bool) {
        var limit = max(1, configuration.maximumBatchMessages)
        var conflicts = 0
        while true {
            let reader = ExtractionReader(context: context, user: user, limit: limit)
            let read = try await context.store.read { try reader.read(chat, in: $0) }
            guard let batch = read, !batch.isEmpty else { return (ExtractionReport(), false) }
            do {
                return try await cover(
                    batch, isSingle: limit == 1, isLastTry: claim.map(isLastAttempt) ?? false, for: claim)
            } catch let error as CompanionError where error.code == .conflict && conflicts < 3 {
                conflicts += 1
            } catch let error as CompanionError where Self.canBeSplit(error) && limit > 1 {
                limit = max(1, min(limit, batch.messages.count) / 2)
            }
        }
    }

    private func isLastAttempt(_ claim: JobClaim) -> Bool {
        claim.job.attempts >= context.configuration.jobs.maximumAttempts
    }

    /// What a smaller batch may be spared.
    private static func canBeSplit(_ error: CompanionError) -> Bool {
        [.refused, .limitExceeded, .promptTooLarge].contains(error.code)
    }

    private func cover(
        _ batch: ExtractionBatch, isSingle: Bool, isLastTry: Bool, for claim: JobClaim?
    ) async throws -> (report: ExtractionReport, hasMore: Bool) {
        var extraction = MemoryExtraction(candidates: [])
        var isUnreadable = false
        if batch.hasCitableLines {
            do {
                extraction = try await context.memoryExtractor.extract(from: batch.lines)
            } catch let error as CompanionError
                where Self.canBeSplit(error) && isSingle || isLastTry && error.code == .malformedResponse
            {
                // One message that no model will read must not keep all that follow from being learnt.
                isUnreadable = true
            }
        }
        let now = context.clock.stamp
        let commit = ExtractionCommit(
            context: context, batch: batch, candidates: extraction.candidates, now: now, claim: claim)
        var report = try await uncancelled { [context] in
            try await context.store.transaction { try commit.perform(in: $0) }
        }
        report.usage = extraction.usage
        if isUnreadable { report.refused[.unreadable, default: 0] += 1 }
        context.rejections.count(report.refused)
        return (report, batch.hasMore)
    }
}
