/// A language model whose calls are observed.
struct ObservedLanguageModel: LanguageModel {
    let base: any LanguageModel
    let observer: any CompanionObserver

    var name: String { base.name }
    var capabilities: LanguageModelCapabilities { base.capabilities }

    func withResponse<Result>(
        to request: LanguageModelRequest, isolation: isolated (any Actor)?,
        _ body: (LanguageModelStream) async throws -> Result
    ) async throws -> Result {
        try await observer.observe(ObservedWork(.response, model: name), isolation: isolation) { notes in
            try await base.withResponse(to: request, isolation: isolation) { stream in
                try await body(LanguageModelStream(ObservedStream(base: stream, notes: notes)))
            }
        }
    }
}

/// A stream that notes what passes.
private struct ObservedStream: AsyncSequence {
    typealias Element = LanguageModelEvent
    typealias Failure = any Error

    let base: LanguageModelStream
    let notes: WorkNotes

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(base: base.makeAsyncIterator(), notes: notes) }

    struct AsyncIterator: AsyncIteratorProtocol {
        typealias Failure = any Error

        var base: LanguageModelStream.AsyncIterator
        let notes: WorkNotes
        private let start = ContinuousClock.now
        private var hasText = false

        init(base: LanguageModelStream.AsyncIterator, notes: WorkNotes) {
            self.base = base
            self.notes = notes
        }

        mutating func next(isolation actor: isolated (any Actor)?) async throws -> LanguageModelEvent? {
            let event = try await base.next(isolation: actor)
            switch event {
            case .text, .refusal:
                if !hasText {
                    hasText = true
                    notes.note { $0.firstText = start.duration(to: .now) }
                }
            case .usage(let usage): notes.note { $0.usage = usage }
            case .finish(let reason): notes.note { $0.finishReason = reason }
            case nil: break
            }
            return event
        }

        mutating func next() async throws -> LanguageModelEvent? { try await next(isolation: nil) }
    }
}
