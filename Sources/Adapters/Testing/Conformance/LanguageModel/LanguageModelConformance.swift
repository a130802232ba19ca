internal import CompanionCore

/// The contract of `LanguageModel` as checks, each of which asks a factory for a model in a certain scenario:
///
/// ```swift
/// @Test(arguments: LanguageModelConformance.checks)
/// func conforms(_ check: LanguageModelConformance.Check) async throws {
///     try await check.run { scenario in try await subject(in: scenario) }
/// }
/// ```
public enum LanguageModelConformance {
    /// Makes a model whose provider does what the scenario says; nil where it can't come into that situation, as a
    /// model without a network can't break off. The check is then left out.
    public typealias Factory = @Sendable (LanguageModelScenario) async throws -> LanguageModelSubject?
    public typealias Check = ConformanceCheck<Factory>

    public static let checks: [Check] = responseChecks + leavingChecks + failureChecks

    /// A check that is put to a model in one scenario.
    static func check(
        _ rule: String, in scenario: LanguageModelScenario,
        _ body: @escaping @Sendable (LanguageModelSubject) async throws -> Void
    ) -> Check {
        Check(rule) { factory, _ in
            if let subject = try await factory(scenario) { try await body(subject) }
        }
    }
}

extension LanguageModelSubject {
    static let request = LanguageModelRequest(messages: [PromptMessage(.user, "Hello, who are you?")])

    /// Asks the model once, and lets `body` pull.
    func respond<Result: Sendable>(
        _ body: @Sendable (inout LanguageModelStream.AsyncIterator) async throws -> Result
    ) async throws -> Result {
        try await model.withResponse(to: Self.request, isolation: nil) { stream in
            var iterator = stream.makeAsyncIterator()
            return try await body(&iterator)
        }
    }

    /// Waits until the provider sees that no call is open.
    func expectNoOpenCall(after what: String) async throws {
        do {
            try await eventually("no call is open", within: .seconds(5)) { try await openCalls() == 0 }
        } catch is ConditionTimeout {
            throw Disappointment(
                expectation: "the provider's call to be closed after \(what)",
                seen: "\(try await openCalls()) open after 5 s")
        }
    }
}

extension LanguageModelStream.AsyncIterator {
    /// All further events.
    mutating func rest() async throws -> [LanguageModelEvent] {
        var events: [LanguageModelEvent] = []
        while let event = try await next() {
            events.append(event)
            try expect(events.count < 100_000, "the response to end", seen: "\(events.count) events")
        }
        return events
    }
}

extension [LanguageModelEvent] {
    var text: String {
        reduce(into: "") { if case .text(let piece) = $1 { $0 += piece } }
    }

    var finishCount: Int {
        count { if case .finish = $0 { true } else { false } }
    }
}
