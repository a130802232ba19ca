import CompanionCore
import CompanionInMemory
import CompanionTesting
import Synchronization

/// A language model that is wrong in one way, so that the checks can show that they see it.
struct SabotagedLanguageModel: LanguageModel {
    enum Sabotage: Sendable {
        case nothing, isNameless, asksAtOnce, losesPieces, addsEmptyPieces, finishesTwice, neverFinishes, goesOnAfterEnd
        case repeatsUsage, servesOneAtATime, keepsCalls, hidesCancellation, wrapsCancellation
        case hidesBreaks, confusesCodes
    }

    let base: any LanguageModel
    let sabotage: Sabotage
    private let load = Load()

    init(_ base: any LanguageModel, _ sabotage: Sabotage) {
        self.base = base
        self.sabotage = sabotage
    }

    private final class Load: Sendable {
        let active = Mutex(0)
    }

    var name: String { sabotage == .isNameless ? "" : base.name }
    var capabilities: LanguageModelCapabilities { base.capabilities }

    func withResponse<Result>(
        to request: LanguageModelRequest, isolation: isolated (any Actor)?,
        _ body: (LanguageModelStream) async throws -> Result
    ) async throws -> Result {
        let active = load.active.withLock { active in
            active += 1
            return active
        }
        defer { load.active.withLock { $0 -= 1 } }
        let isRefused = sabotage == .servesOneAtATime && active > 1
        if sabotage == .asksAtOnce {
            _ = try await base.withResponse(to: request, isolation: isolation) { stream in
                for try await event in stream { return event as LanguageModelEvent? }
                return nil
            }
        }
        return try await base.withResponse(to: request, isolation: isolation) { stream in
            let spoiled = Spoiled(base: stream.makeAsyncIterator(), sabotage: sabotage, isRefused: isRefused)
            return try await body(LanguageModelStream(spoiled))
        }
    }

    /// A sequence that is its own iterator.
    private struct Spoiled: AsyncSequence, AsyncIteratorProtocol {
        typealias Element = LanguageModelEvent
        typealias Failure = any Error

        var base: LanguageModelStream.AsyncIterator
        let sabotage: Sabotage
        var queue: [LanguageModelEvent] = []
        var isRefused: Bool
        var count = 0
        var hasEnded = false

        func makeAsyncIterator() -> Spoiled { self }

        mutating func next() async throws -> LanguageModelEvent? { try await next(isolation: nil) }

        mutating func next(isolation: isolated (any Actor)?) async throws -> LanguageModelEvent? {
            if isRefused { return nil }
            if !queue.isEmpty { return queue.removeFirst() }
            do {
                return try await spoiled(base.next(isolation: isolation), isolation)
            } catch is CancellationError where sabotage == .hidesCancellation {
                return nil
            } catch is CancellationError where sabotage == .wrapsCancellation {
                throw CompanionError(.unavailable, "Cancelled.")
            } catch is CompanionError where sabotage == .hidesBreaks {
                return .finish(.stop)
            } catch is CompanionError where sabotage == .confusesCodes {
                throw CompanionError(.invalidInput, "Confused.")
            }
        }

        private mutating func spoiled(
            _ event: LanguageModelEvent?, _ isolation: isolated (any Actor)?
        ) async throws -> LanguageModelEvent? {
            count += 1
            switch (sabotage, event) {
            case (.losesPieces, .text) where count.isMultiple(of: 7): return try await next(isolation: isolation)
            case (.addsEmptyPieces, .text): queue.append(.text(""))
            case (.finishesTwice, .finish?): queue.append(.finish(.stop))
            case (.neverFinishes, .finish): return try await next(isolation: isolation)
            case (.goesOnAfterEnd, nil) where hasEnded: return .text("And another thing.")
            case (.repeatsUsage, .usage(let usage)): queue.append(.usage(usage))
            case (_, nil): hasEnded = true
            default: break
            }
            return event
        }
    }
}
