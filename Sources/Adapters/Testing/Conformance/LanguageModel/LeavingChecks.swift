internal import CompanionCore
internal import Synchronization

extension LanguageModelConformance {
    /// An error of a caller's own.
    private struct Refusal: Error {}

    /// How long an abandoned or cancelled call may take to end.
    private static let patience = Duration.seconds(10)

    static let leavingChecks: [Check] = [
        check("Leaving early ends the provider's call", in: .stall(after: ["Once ", "upon "])) { subject in
            let first = try await subject.respond { try await $0.next() }
            try expect(first != nil, "a first event", seen: "none")
            try await subject.expectNoOpenCall(after: "leaving in the middle")
        },
        check("Leaving a reply that goes on ends the provider's call", in: .reply((0..<2_000).map { "\($0) " })) {
            subject in
            for _ in 0..<5 {
                let first = try await subject.respond { try await $0.next() }
                try expect(first != nil, "a first event", seen: "none")
                try await subject.expectNoOpenCall(after: "leaving in the middle")
            }
        },
        check("A body that throws ends the provider's call, and its error is thrown", in: .stall(after: ["Once "])) {
            subject in
            do {
                try await subject.respond { iterator in
                    _ = try await iterator.next()
                    throw Refusal()
                }
            } catch is Refusal {
                return try await subject.expectNoOpenCall(after: "an error of the body")
            }
            throw Disappointment(expectation: "the body's error", seen: "no error")
        },
        check("Cancellation throws CancellationError promptly and ends the call", in: .stall(after: ["Once "])) {
            subject in
            let hasBegun = Gate()
            let task = Task {
                try await subject.respond { iterator in
                    _ = try await iterator.next()
                    hasBegun.open()
                    return try await iterator.rest()
                }
            }
            try await hasBegun.pass()
            // Gives the task the time to wait for the second event; either way the answer is the same.
            for _ in 0..<10 { await Task.yield() }
            task.cancel()
            try await expectCancellation(of: task)
            try await subject.expectNoOpenCall(after: "cancellation")
        },
        check("Cancellation before the first event throws CancellationError", in: .stall(after: [])) { subject in
            let task = Task { try await subject.respond { try await $0.rest() } }
            try await eventually("the call is sent", within: patience) { try await subject.receivedCalls() == 1 }
            task.cancel()
            try await expectCancellation(of: task)
            try await subject.expectNoOpenCall(after: "cancellation")
        },
        check("A task that is cancelled already gets CancellationError", in: .reply(["Hello."])) { subject in
            let task = Task {
                // Waits for the cancellation, in whatever order the two tasks run.
                try? await Task.sleep(for: .seconds(60))
                return try await subject.respond { try await $0.rest() }
            }
            task.cancel()
            try await expectCancellation(of: task)
            try await subject.expectNoOpenCall(after: "cancellation")
        },
    ]

    private static func expectCancellation(of task: Task<[LanguageModelEvent], any Error>) async throws {
        let outcome = Mutex<String?>(nil)
        let watcher = Task {
            let seen =
                switch await task.result {
                case .success(let events): "a response of \(events.count) more events"
                case .failure(is CancellationError): "CancellationError"
                case .failure(let error): String(reflecting: error)
                }
            outcome.withLock { $0 = seen }
        }
        defer { watcher.cancel() }
        do {
            try await eventually("the call ends", within: patience) { outcome.withLock { $0 != nil } }
        } catch is ConditionTimeout {
            throw Disappointment(expectation: "CancellationError", seen: "nothing within \(patience)")
        }
        try expect(outcome.withLock { $0 }, equals: "CancellationError", "what a cancelled call throws")
    }
}
