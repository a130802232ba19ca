import CompanionCore

/// Says three words at once.
struct InstantModel: LanguageModel {
    let name = "instant"
    let capabilities = LanguageModelCapabilities(contextWindow: 8_192)

    func withResponse<Result>(
        to request: LanguageModelRequest, isolation: isolated (any Actor)?,
        _ body: (LanguageModelStream) async throws -> Result
    ) async throws -> Result { try await body(LanguageModelStream(Events())) }

    private struct Events: AsyncSequence, AsyncIteratorProtocol {
        typealias Element = LanguageModelEvent
        typealias Failure = any Error
        private var rest: [LanguageModelEvent] = [.finish(.stop), .text("boat."), .text("white "), .text("A ")]

        func makeAsyncIterator() -> Self { self }
        mutating func next(isolation actor: isolated (any Actor)?) async throws -> LanguageModelEvent? {
            rest.popLast()
        }
        mutating func next() async throws -> LanguageModelEvent? { rest.popLast() }
    }
}
