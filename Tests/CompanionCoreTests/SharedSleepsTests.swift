import TestRandomness
import Testing

@testable import CompanionCore

@Suite struct SharedSleepsTests {
    @Test("Nobody wakes early, and who is cancelled wakes at once")
    func keepsTime() async throws {
        var random = SeededGenerator.announced()
        let sleeps = SharedSleeps(interval: .milliseconds(5))
        let durations = (0..<200).map { _ in Duration.microseconds(Int.random(in: 0..<40_000, using: &random)) }
        let fates = durations.map { _ in Bool.random(using: &random) }
        await withTaskGroup(of: Void.self) { group in
            for (duration, isCancelled) in zip(durations, fates) {
                group.addTask {
                    let start = ContinuousClock.now
                    // Far beyond the time that a test may take.
                    let task = Task { try await sleeps.sleep(for: isCancelled ? .seconds(86_400) : duration) }
                    if isCancelled {
                        task.cancel()
                        await #expect(throws: CancellationError.self) { try await task.value }
                    } else {
                        await #expect(throws: Never.self) { try await task.value }
                        #expect(ContinuousClock.now - start >= duration)
                    }
                }
            }
        }
    }

    @Test("A task that was cancelled before does not sleep")
    func refusesTheCancelled() async throws {
        let sleeps = SharedSleeps(interval: .milliseconds(5))
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await sleeps.sleep(for: .seconds(86_400))
        }
        await #expect(throws: CancellationError.self) { try await task.value }
    }
}
