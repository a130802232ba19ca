import CompanionCore
import Synchronization

/// Says a sentence at once, and remembers what it was shown.
final class ListeningModel: LanguageModel {
    let name = "listening"
    let capabilities = LanguageModelCapabilities(contextWindow: 65_536)
    private let state = Mutex((messages: [PromptMessage](), count: 0))

    /// The messages of the last request for a reply.
    var heard: [PromptMessage] { state.withLock { $0.messages } }

    func withResponse<Result>(
        to request: LanguageModelRequest, isolation: isolated (any Actor)?,
        _ body: (LanguageModelStream) async throws -> Result
    ) async throws -> Result {
        let count = state.withLock { state in
            state.messages = request.messages
            state.count += 1
            return state.count
        }
        return try await body(LanguageModelStream(Events([.text(Books.sentence(count * 17)), .finish(.stop)])))
    }

    private struct Events: AsyncSequence, AsyncIteratorProtocol {
        typealias Element = LanguageModelEvent
        typealias Failure = any Error
        private var rest: [LanguageModelEvent]

        init(_ events: [LanguageModelEvent]) { rest = events.reversed() }

        func makeAsyncIterator() -> Self { self }
        mutating func next(isolation actor: isolated (any Actor)?) async throws -> LanguageModelEvent? {
            rest.popLast()
        }
        mutating func next() async throws -> LanguageModelEvent? { rest.popLast() }
    }
}
