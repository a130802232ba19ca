extension ChatService {
    /// Runs one turn, in the order that Documentation/Architecture.md gives.
    func runTurn<Result>(
        _ request: TurnRequest, in chat: Chat.ID, by user: User.ID, whenLeft: LeavePolicy,
        isolation: isolated (any Actor)?, _ body: nonisolated(nonsending) (Reply) async throws -> Result
    ) async throws -> Result {
        let turn: Turn.ID = context.identifiers.next()
        return try await context.observing(
            ObservedWork(.turn, user: user, chat: chat, turn: turn), isolation: isolation
        ) { notes in
            try await runTurn(
                turn, request, in: chat, by: user, whenLeft: whenLeft, notes: notes, isolation: isolation, body)
        }
    }

    private func runTurn<Result>(
        _ turn: Turn.ID, _ request: TurnRequest, in chat: Chat.ID, by user: User.ID, whenLeft: LeavePolicy,
        notes: WorkNotes?, isolation: isolated (any Actor)?,
        _ body: nonisolated(nonsending) (Reply) async throws -> Result
    ) async throws -> Result {
        do {
            try await context.quotas?.admit(user, in: context)
            try await context.admission?.admit(user: user, chat: chat, turn: turn)
        } catch let error where !(error is CancellationError) {
            return try await refuse(request, in: chat, by: user, for: error, isolation: isolation, body)
        }
        let beginning: TurnBeginning
        do {
            beginning = try await record(request, in: chat, by: user, turn: turn)
        } catch {
            try? await context.admission?.release(user: user, turn: turn)
            guard let refusal = error as? QuotaRefusal else { throw error }
            return try await refuse(request, in: chat, by: user, for: refusal.error, isolation: isolation, body)
        }
        switch beginning {
        case .replay(let first, let message, let reply):
            notes?.note { $0.outcome = "replayed" }
            try await context.admission?.release(user: user, turn: turn)
            return try await body(Reply(session: TurnSession(replaying: message, reply: reply, turn: first)))
        case .begun(var begun):
            begun.notes = notes
            return try await run(begun, whenLeft: whenLeft, isolation: isolation, body)
        }
    }

    /// Throws the error; before it comes help, where the message shows signs of a crisis.
    private func refuse<Result>(
        _ request: TurnRequest, in chat: Chat.ID, by user: User.ID, for error: any Error,
        isolation: isolated (any Actor)?, _ body: nonisolated(nonsending) (Reply) async throws -> Result
    ) async throws -> Result {
        guard let referral = await referral(for: request, in: chat, by: user) else { throw error }
        return try await body(Reply(session: TurnSession(refusing: error, referral: referral)))
    }

    /// Help for somebody whose turn is not admitted and whose message shows signs of a crisis. A store that fails keeps
    /// nobody from it.
    private func referral(
        for request: TurnRequest, in chat: Chat.ID, by user: User.ID
    ) async -> CrisisReferral? {
        guard let screening = context.screening, let text = request.text else { return nil }
        let known = try? await context.store.read { transaction in
            (try transaction.users.user(user), try transaction.moderation.state(of: user))
        }
        guard let person = known?.0, var state = known?.1 else { return nil }
        guard let help = screening.help(for: text, in: chat, by: person, state: &state) else { return nil }
        var counters = ModerationCounters()
        if help.referral != nil { counters.count(\.crisisReferrals, at: help.record.createdAt) }
        _ = try? await context.store.transaction { [state, counters] transaction in
            try transaction.moderation.put(state, of: user)
            try transaction.moderation.append(help.record)
            try transaction.moderation.add(counters)
        }
        return help.referral
    }

    private func record(
        _ request: TurnRequest, in chat: Chat.ID, by user: User.ID, turn: Turn.ID
    ) async throws -> TurnBeginning {
        let now = context.clock.stamp
        let holder = context.leaseHolder
        let lease = Lease(
            name: Lease.name(ofTurnsIn: chat), token: context.identifiers.next(), holder: holder.name,
            expiresAt: now.advanced(by: context.configuration.leaseDuration))
        let recorder = TurnRecorder(
            request: request, chat: chat, user: user, turn: turn, lease: lease, holder: holder, now: now,
            context: context)
        try Task.checkCancellation()
        // A cancellation in the middle must not leave a turn that nobody knows to be recorded.
        return try await uncancelled { try await context.store.transaction { try recorder.record(in: $0) } }
    }

    private func run<Result>(
        _ turn: BegunTurn, whenLeft: LeavePolicy, isolation: isolated (any Actor)?,
        _ body: nonisolated(nonsending) (Reply) async throws -> Result
    ) async throws -> Result {
        let progress = TurnProgress(turn, context: context)
        let session = TurnSession(turn, progress: progress, context: context)
        return try await withThrowingTaskGroup(of: Void.self, returning: Result.self, isolation: isolation) { group in
            group.addTask { await progress.keep() }
            defer { group.cancelAll() }
            do {
                guard let request = try await session.prepare() else {
                    return try await body(Reply(session: session))
                }
                return try await turn.grant.model.withResponse(to: request, isolation: isolation) { stream in
                    session.attach(stream)
                    let result: Result
                    do {
                        result = try await body(Reply(session: session))
                    } catch {
                        try? await session.leave(whenLeft, isolation: isolation)
                        throw error
                    }
                    try await session.leave(whenLeft, isolation: isolation)
                    return result
                }
            } catch {
                await session.fail(error)
                throw error
            }
        }
    }

    /// Marks the replies that dead processes left unfinished as interrupted; their text so far is kept.
    ///
    /// Done by ``Companion/run()`` at its start and now and then, and for a single chat by its next turn.
    /// - Returns: How many replies were marked.
    @discardableResult
    public func repair() async throws -> Int {
        let now = context.clock.stamp
        let holder = context.leaseHolder
        return try await context.store.transaction { transaction in
            var count = 0
            for left in try transaction.messages.generating(limit: 1_000) {
                if let lease = try transaction.leases.lease(named: "chat/\(left.chat)"), lease.expiresAt > now {
                    // Only the reply that the lease was taken for is being written.
                    guard holder.isGone(lease.holder) else { continue }
                    try transaction.leases.release(lease)
                }
                var alternative = left.alternative
                alternative.status = .interrupted
                alternative.updatedAt = now
                let isRepaired = try transaction.messages.update(
                    alternative, of: left.message, of: left.user, ifGeneratedBy: nil, at: now)
                guard isRepaired else { continue }
                count += 1
                try MemoryTriggers(context: context).afterChange(
                    in: left.chat, of: left.user, at: now, transaction: transaction)
            }
            return count
        }
    }
}
