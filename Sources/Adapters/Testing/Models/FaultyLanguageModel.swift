public import CompanionCore
internal import Synchronization

/// A language model that goes wrong on purpose: it passes another model's events on, and injects faults among them.
///
/// ```swift
/// let model = FaultyLanguageModel(base) { call, _ in
///     call == 0 ? [.fail(CompanionError(.unavailable, "Down."), beforeEvent: 3)] : []
/// }
/// ```
public struct FaultyLanguageModel: LanguageModel {
    /// Something that happens instead of, or before, an event of the response. Events are counted from 0.
    public struct Fault: Sendable {
        enum Kind: Sendable {
            case failure(any Error)
            case end
            case wait(@Sendable () async throws -> Void)
        }
        let index: Int
        let kind: Kind

        /// The response breaks off with an error.
        public static func fail(_ error: any Error, beforeEvent index: Int) -> Fault {
            Fault(index: index, kind: .failure(error))
        }

        /// The response ends without having finished: an adapter's defect, which callers must survive.
        public static func end(beforeEvent index: Int) -> Fault { Fault(index: index, kind: .end) }

        /// The event comes late.
        public static func delay(_ duration: Duration, on clock: any WallClock, beforeEvent index: Int) -> Fault {
            Fault(index: index, kind: .wait { try await clock.sleep(for: duration) })
        }

        /// The event comes when the gate is open.
        public static func hold(at gate: Gate, beforeEvent index: Int) -> Fault {
            Fault(index: index, kind: .wait { try await gate.pass() })
        }
    }

    private let base: any LanguageModel
    private let faults: @Sendable (_ call: Int, LanguageModelRequest) -> [Fault]
    private let calls = CallCounter()

    /// - Parameter faults: The faults of a call, given its number (from 0) and what is asked; several of one event
    ///   happen in their order.
    public init(
        _ base: any LanguageModel, faults: @escaping @Sendable (_ call: Int, LanguageModelRequest) -> [Fault]
    ) {
        self.base = base
        self.faults = faults
    }

    /// A model that, with the given probability, breaks a call off before one of its first `events` events.
    public static func failing(
        _ base: any LanguageModel, probability: Double, amongFirst events: Int = 16, with error: any Error,
        random: any RandomSource
    ) -> FaultyLanguageModel {
        precondition(events > 0, "A call can only fail among one event or more.")
        return FaultyLanguageModel(base) { _, _ in
            guard random.nextFraction() < probability else { return [] }
            return [.fail(error, beforeEvent: Int(random.next() % UInt64(events)))]
        }
    }

    public var name: String { base.name }
    public var capabilities: LanguageModelCapabilities { base.capabilities }

    public func withResponse<Result>(
        to request: LanguageModelRequest, isolation: isolated (any Actor)?,
        _ body: (LanguageModelStream) async throws -> Result
    ) async throws -> Result {
        let planned = faults(calls.next(), request)
        return try await base.withResponse(to: request, isolation: isolation) { stream in
            try await body(LanguageModelStream(FaultyStream(base: stream, faults: planned)))
        }
    }
}

private final class CallCounter: Sendable {
    private let count = Mutex(0)

    func next() -> Int {
        count.withLock { count in
            defer { count += 1 }
            return count
        }
    }
}

private struct FaultyStream: AsyncSequence {
    typealias Element = LanguageModelEvent
    typealias Failure = any Error

    let base: LanguageModelStream
    let faults: [FaultyLanguageModel.Fault]

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(base: base.makeAsyncIterator(), faults: faults) }

    struct AsyncIterator: AsyncIteratorProtocol {
        var base: LanguageModelStream.AsyncIterator
        let faults: [FaultyLanguageModel.Fault]
        var index = 0
        var hasEnded = false

        mutating func next(isolation: isolated (any Actor)?) async throws -> LanguageModelEvent? {
            guard !hasEnded else { return nil }
            for fault in faults where fault.index == index {
                switch fault.kind {
                case .failure(let error):
                    hasEnded = true
                    throw error
                case .end:
                    hasEnded = true
                    return nil
                case .wait(let wait): try await wait()
                }
            }
            index += 1
            return try await base.next(isolation: isolation)
        }

        mutating func next() async throws -> LanguageModelEvent? { try await next(isolation: nil) }
    }
}
