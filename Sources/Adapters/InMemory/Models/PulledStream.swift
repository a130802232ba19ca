internal import CompanionCore

/// Where the events of one response come from; asked by one consumer at a time.
protocol EventSource: AnyObject {
    /// The next event; nil once the response has ended.
    func next(isolation: isolated (any Actor)?) async throws -> LanguageModelEvent?
}

/// The events of a source, as the sequence that a `LanguageModelStream` wraps.
struct PulledStream: AsyncSequence {
    typealias Element = LanguageModelEvent
    typealias Failure = any Error

    let source: any EventSource

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(source: source) }

    struct AsyncIterator: AsyncIteratorProtocol {
        let source: any EventSource

        func next(isolation: isolated (any Actor)?) async throws -> LanguageModelEvent? {
            try await source.next(isolation: isolation)
        }

        func next() async throws -> LanguageModelEvent? { try await next(isolation: nil) }
    }
}
