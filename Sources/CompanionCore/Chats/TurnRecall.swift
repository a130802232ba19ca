/// Step 4 of a turn: recall under a deadline. Whatever goes wrong costs the memories, never the reply.
struct TurnRecall {
    struct Result: Sendable {
        var recollection: Recollection?
        /// What recall went without, in words for people.
        var notice: String?
    }

    let context: CompanionContext

    func recall(for turn: TurnContext) async -> Result {
        guard let recall = context.recall, let message = turn.message, turn.user.preferences.isMemoryEnabled else {
            return Result()
        }
        let work = ObservedWork(.recall, user: turn.user.id, chat: turn.chat, turn: turn.turn)
        do {
            return try await context.observing(work) { notes in
                await find(message, for: turn, by: recall, notes)
            }
        } catch {
            return Result(notice: "Recall failed; the reply is made without memories.")
        }
    }

    private func find(
        _ message: String, for turn: TurnContext, by recall: any MemoryRecall, _ notes: WorkNotes?
    ) async -> Result {
        do {
            let recollection = try await withDeadline(context.configuration.recallDeadline, on: context.clock) {
                try await recall.recall(for: message, in: turn)
            }
            guard let recollection else {
                notes?.note { $0.outcome = "late" }
                return Result(notice: "Recall took too long; the reply is made without memories.")
            }
            let omitted = recollection.omissions
            notes?.note { ($0.outcome, $0.count) = (omitted.isEmpty ? "complete" : "partial", recollection.count) }
            return Result(
                recollection: recollection,
                notice: omitted.isEmpty ? nil : "Recall went without: \(omitted.joined(separator: ", ")).")
        } catch {
            notes?.note { ($0.outcome, $0.error) = ("failed", (error as? CompanionError)?.code) }
            return Result(notice: "Recall failed; the reply is made without memories.")
        }
    }
}
