public import CompanionCore
internal import Synchronization

/// A model for tests: it says what it is told to, and remembers what it was asked.
///
/// ```swift
/// let outage = CompanionError(.unavailable, "The server is down.")
/// let model = ScriptedLanguageModel(replies: ["Hello, Ada.", .text("How ", "are you?"), .failure(outage, after: ["I "])])
/// ```
public final class ScriptedLanguageModel: LanguageModel {
    public let name: String
    public let capabilities: LanguageModelCapabilities

    private let answer: @Sendable (LanguageModelRequest, Int) async throws -> ScriptedReply?
    private let record = Mutex<[Call]>([])

    /// A model that answers the first call with the first reply, and so on.
    ///
    /// A call for which no reply is left throws `unsupported`.
    public init(
        name: String = "scripted", capabilities: LanguageModelCapabilities = .scripted, replies: [ScriptedReply]
    ) {
        self.name = name
        self.capabilities = capabilities
        answer = { _, index in index < replies.count ? replies[index] : nil }
    }

    /// A model that answers by a function of the request.
    public init(
        name: String = "scripted", capabilities: LanguageModelCapabilities = .scripted,
        answering answer: @escaping @Sendable (LanguageModelRequest) async throws -> ScriptedReply
    ) {
        self.name = name
        self.capabilities = capabilities
        self.answer = { request, _ in try await answer(request) }
    }

    /// The calls so far, in the order of their first events. A stream that nobody asked for an event made no call.
    public var calls: [Call] { record.withLock { $0 } }

    /// What was asked so far.
    public var requests: [LanguageModelRequest] { calls.map(\.request) }

    public func withResponse<Result>(
        to request: LanguageModelRequest, isolation: isolated (any Actor)?,
        _ body: (LanguageModelStream) async throws -> Result
    ) async throws -> Result {
        let source = ScriptedSource(request: request, model: self)
        defer { source.close() }
        return try await body(LanguageModelStream(PulledStream(source: source)))
    }

    /// One call and how far it got.
    public struct Call: Sendable {
        public enum State: Sendable, Hashable {
            /// Its consumer is not yet done with it.
            case open
            /// Its consumer saw it finish.
            case whole
            /// It threw: by the script, or because its task was cancelled.
            case failed
            /// Its consumer left before the end.
            case abandoned
        }

        public let request: LanguageModelRequest
        /// How many events were handed out.
        public fileprivate(set) var eventCount = 0
        public fileprivate(set) var state = State.open
    }

    fileprivate func begin(_ request: LanguageModelRequest) async throws -> (index: Int, reply: ScriptedReply) {
        let index = record.withLock { calls in
            calls.append(Call(request: request))
            return calls.count - 1
        }
        do {
            guard let reply = try await answer(request, index) else {
                throw CompanionError(.unsupported, "The script has no reply left: call \(index + 1) has none.")
            }
            return (index, reply)
        } catch {
            note(index) { $0.state = .failed }
            throw error
        }
    }

    fileprivate func note(_ index: Int, _ change: (inout Call) -> Void) {
        record.withLock { change(&$0[index]) }
    }
}

/// Walks through one reply of a script.
private final class ScriptedSource: EventSource {
    private enum Progress {
        case unasked(LanguageModelRequest)
        case under(way: Int, rest: ArraySlice<ScriptedReply.Step>)
        case ended
    }

    private let model: ScriptedLanguageModel
    private var progress: Progress
    private var hasFinished = false

    init(request: LanguageModelRequest, model: ScriptedLanguageModel) {
        self.model = model
        progress = .unasked(request)
    }

    func next(isolation: isolated (any Actor)?) async throws -> LanguageModelEvent? {
        do {
            try Task.checkCancellation()
            if case .unasked(let request) = progress {
                let (index, reply) = try await model.begin(request)
                progress = .under(way: index, rest: reply.steps[...])
            }
            while case .under(let index, var rest) = progress {
                guard let step = rest.popFirst() else {
                    end(.whole)
                    break
                }
                progress = .under(way: index, rest: rest)
                switch step {
                case .event(let event):
                    if case .finish = event { hasFinished = true }
                    model.note(index) { $0.eventCount += 1 }
                    return event
                case .failure(let error): throw error
                case .wait(let wait): try await wait()
                }
            }
            return nil
        } catch {
            end(.failed)
            throw error
        }
    }

    func close() { end(hasFinished ? .whole : .abandoned) }

    private func end(_ state: ScriptedLanguageModel.Call.State) {
        if case .under(let index, _) = progress { model.note(index) { $0.state = state } }
        progress = .ended
    }
}

extension LanguageModelCapabilities {
    /// Those of a ``ScriptedLanguageModel`` by default: a window of 128,000 tokens, schemas, marked as simulated.
    public static var scripted: LanguageModelCapabilities {
        LanguageModelCapabilities(contextWindow: 128_000, structuredOutput: .jsonSchema, isSimulated: true)
    }
}
