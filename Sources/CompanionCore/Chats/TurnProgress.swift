internal import Synchronization

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// What the turn has come to, shared between the stream that writes it and the task that keeps it safe meanwhile:
/// renews the lease, and saves the text every now and then.
final class TurnProgress: Sendable {
    private struct State {
        var text: String
        var savedBytes: Int
        var isLost = false
        var saves = 0
    }

    private let state: Mutex<State>
    private let turn: BegunTurn
    private let context: CompanionContext

    init(_ turn: BegunTurn, context: CompanionContext) {
        self.turn = turn
        self.context = context
        state = Mutex(State(text: turn.alternative.text, savedBytes: turn.alternative.text.utf8.count))
    }

    /// Adds a piece, and tells how many bytes there are; nil when the lease was lost.
    func append(_ piece: String) -> Int? {
        state.withLock { state in
            state.text += piece
            return state.isLost ? nil : state.text.utf8.count
        }
    }

    var text: String { state.withLock(\.text) }
    /// How often the text was saved; each time counted the chat's revision up.
    var saves: Int { state.withLock(\.saves) }

    /// Works until the task is cancelled or the lease is lost.
    func keep() async {
        let renewal = context.configuration.leaseDuration / 3
        let interval = min(context.configuration.checkpointInterval, renewal)
        var sinceRenewal = Duration.zero
        while true {
            let pause = pause(of: interval)
            do { try await context.clock.sleep(for: pause) } catch { return }
            sinceRenewal += pause
            let (text, isChanged) = state.withLock { ($0.text, $0.text.utf8.count != $0.savedBytes) }
            guard isChanged || sinceRenewal >= renewal else { continue }
            // A store that fails for a moment costs a save, not the reply; the lease has two more tries.
            guard let holdsLease = try? await save(isChanged ? text : nil) else { continue }
            sinceRenewal = .zero
            guard holdsLease else {
                state.withLock { $0.isLost = true }
                return
            }
            if isChanged {
                state.withLock { state in
                    state.savedBytes = text.utf8.count
                    state.saves += 1
                }
            }
        }
    }

    /// Until the next whole interval of the clock: all replies are saved at the same time, and so together.
    private func pause(of interval: Duration) -> Duration {
        let seconds = interval / .seconds(1)
        let rest = context.clock.now.timeIntervalSinceReferenceDate.truncatingRemainder(dividingBy: seconds)
        return rest > 0 ? .seconds(seconds - rest) : interval
    }

    /// Renews the lease and saves the text; false where the lease is another's.
    private func save(_ text: String?) async throws -> Bool {
        let now = context.clock.stamp
        var lease = turn.lease
        lease.expiresAt = now.advanced(by: context.configuration.leaseDuration)
        var alternative = turn.alternative
        alternative.updatedAt = now
        return try await context.checkpoints.perform { [lease, alternative, turn] transaction in
            guard try transaction.leases.renew(lease) else { return false }
            guard let text else { return true }
            var alternative = alternative
            alternative.text = text
            return try transaction.messages.update(
                alternative, of: turn.reply, of: turn.context.user.id, ifGeneratedBy: turn.context.turn, at: now)
        }
    }
}
