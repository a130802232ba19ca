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
        do {
            let recollection = try await withDeadline(context.configuration.recallDeadline, on: context.clock) {
                try await recall.recall(for: message, in: turn)
            }
            guard let recollection else {
                return Result(notice: "Recall took too long; the reply is made without memories.")
            }
            let omitted = recollection.omissions
            return Result(
                recollection: recollection,
                notice: omitted.isEmpty ? nil : "Recall went without: \(omitted.joined(separator: ", ")).")
        } catch {
            return Result(notice: "Recall failed; the reply is made without memories.")
        }
    }
}
