internal import CompanionCore
internal import _CompanionHTTP

/// One reply: the request, sent when the first event is asked for, and the events of its answer.
final class OpenAIReply {
    private enum Phase { case unsent, reading, ended }

    /// The most bytes of a reply that comes in one piece.
    private static let maximumWholeReply = 8 << 20

    private let request: LanguageModelRequest
    private let model: OpenAILanguageModel
    private let call: HTTPCall
    private var phase = Phase.unsent
    private var retries: RetryState?
    private var parser = ServerSentEventParser()
    private var state: ReplyState
    private var hasDelivered = false
    /// What ends the reply, last event first.
    private var ending: [LanguageModelEvent] = []

    init(to request: LanguageModelRequest, of model: OpenAILanguageModel, over call: HTTPCall) {
        self.request = request
        self.model = model
        self.call = call
        state = ReplyState(api: model.api, peer: OpenAI.peer)
    }

    func next(isolation: isolated (any Actor)?) async throws -> LanguageModelEvent? {
        while true {
            do {
                switch phase {
                case .unsent:
                    let policy = model.provider.configuration.retries.policy
                    retries = retries ?? RetryState(policy: policy, now: model.provider.clock.now)
                    try await send()
                case .reading: if let event = try await read() { return event }
                case .ended: return ending.popLast()
                }
            } catch {
                phase = .ended
                try await recover(from: error)
            }
        }
    }

    // MARK: Sending

    /// Sends the request in the strongest form that the server accepts.
    private func send(isolation: isolated (any Actor)? = #isolation) async throws {
        var shape = model.agreement.shape
        while true {
            do {
                try await send(shape)
                break
            } catch let failure as HTTPFailure {
                let details = ErrorDetails(failure.body)
                let error = ErrorMapping.error(failure, details: details, peer: OpenAI.peer)
                guard error.code != .promptTooLarge,
                    let weaker = shape.weakened(by: details, status: failure.status, for: request)
                else { throw error }
                shape = weaker
            }
        }
        model.agreement.shape = shape
    }

    private func send(_ shape: RequestShape, isolation: isolated (any Actor)? = #isolation) async throws {
        let mapping = RequestMapping(
            request: request, model: model.name, api: model.api, shape: shape, extraBody: model.options.extraBody)
        let head = try await call.send(try model.provider.request(.post, mapping.path, body: mapping.body))
        parser = ServerSentEventParser()
        state = ReplyState(api: model.api, peer: OpenAI.peer, stopSequences: mapping.stopSequencesToWatch)
        let type = head.headers["content-type"]?.lowercased() ?? ""
        if type.hasPrefix("application/json") {
            try await readWhole()
        } else {
            phase = .reading
        }
    }

    /// A server that does not stream sends the reply in one piece.
    private func readWhole(isolation: isolated (any Actor)? = #isolation) async throws {
        let (bytes, isWhole) = try await call.collect(Self.maximumWholeReply)
        guard isWhole else {
            throw CompanionError(.limitExceeded, "\(OpenAI.peer) sent more than \(Self.maximumWholeReply) bytes.")
        }
        ending = try state.readReply(bytes).reversed()
        finish()
    }

    // MARK: Reading

    private func read(isolation: isolated (any Actor)? = #isolation) async throws -> LanguageModelEvent? {
        while !state.isOver {
            if let step = try parser.next({ try state.read($0) }) {
                if let event = step { return delivered(event) }
            } else if let bytes = try await call.next() {
                parser.append(bytes)
            } else if let step = try parser.finish({ try state.read($0) }) {
                if let event = step { return delivered(event) }
            } else {
                break
            }
        }
        try end()
        return nil
    }

    private func delivered(_ event: LanguageModelEvent) -> LanguageModelEvent {
        if !hasDelivered {
            hasDelivered = true
            call.markFirst()
        }
        return event
    }

    private func end() throws {
        ending = try state.ending().reversed()
        finish()
    }

    private func finish() {
        phase = .ended
        if !state.isCut { call.markComplete() }
    }

    // MARK: Failing

    /// Ends the reply if it is whole nevertheless, prepares another attempt after a wait, or throws the error.
    private func recover(from error: any Error, isolation: isolated (any Actor)? = #isolation) async throws {
        guard let error = error as? CompanionError, !state.isSettled else {
            if error is CancellationError { throw error }
            return try end()
        }
        let now = model.provider.clock.now
        guard !hasDelivered, var retries,
            case .wait(let duration) = retries.failed(
                with: error, now: now, fraction: model.provider.random.nextFraction())
        else { throw error }
        self.retries = retries
        try await call.pause(for: duration)
        phase = .unsent
    }
}

/// The events of one reply as a sequence, for one consumer.
struct OpenAIReplies: AsyncSequence {
    let reply: OpenAIReply

    struct AsyncIterator: AsyncIteratorProtocol {
        let reply: OpenAIReply

        func next(isolation actor: isolated (any Actor)?) async throws -> LanguageModelEvent? {
            try await reply.next(isolation: actor)
        }

        func next() async throws -> LanguageModelEvent? { try await reply.next(isolation: nil) }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(reply: reply) }
}
