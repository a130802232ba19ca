internal import CompanionCore

extension LanguageModelConformance {
    static let failureChecks: [Check] =
        [
            check("A response that breaks off gives what came, then throws", in: .breakOff(after: ["Once ", "upon "])) {
                subject in
                try await expectFailure(of: subject, text: "Once upon ") { error in
                    [.unavailable, .timedOut, .malformedResponse].contains(error.code)
                }
            }
        ]
        + [CompanionError.Code.unauthenticated, .rateLimited, .unavailable].map { code in
            check("The stream, not the call, throws \(code) for a request that fails so", in: .failure(code)) {
                subject in
                try await expectFailure(of: subject, text: "") { $0.code == code }
            }
        }

    /// Pulls until the error comes; what the stream throws is caught inside the body, where it has to come.
    private static func expectFailure(
        of subject: LanguageModelSubject, text: String, isExpected: (CompanionError) -> Bool
    ) async throws {
        let (events, error) = try await subject.respond { iterator in
            var events: [LanguageModelEvent] = []
            do {
                while let event = try await iterator.next() { events.append(event) }
                return (events, nil as (any Error)?)
            } catch {
                return (events, error)
            }
        }
        try expect(events.text, isExactly: text, "the text before the error")
        try expect(events.finishCount, equals: 0, "how often it finished")
        guard let error = error as? CompanionError, isExpected(error) else {
            throw Disappointment(
                expectation: "a CompanionError of the right code",
                seen: error.map { String(reflecting: $0) } ?? "the end of the stream")
        }
        try await subject.expectNoOpenCall(after: "an error")
    }
}
