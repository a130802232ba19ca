internal import Synchronization

/// Remembers the vectors of texts, so that another model is asked only for those that it has not been asked for lately.
///
/// A call asks the other model once, for all texts that are not remembered. A text that another call is asking for at the
/// same time is waited for, not asked for again; where that call fails, this one fails with the same error, and where it
/// was cancelled, this one asks itself. Texts and vectors are kept in memory until others need their room.
public final class CachingEmbeddingModel: EmbeddingModel {
    /// What a text is remembered by: its bytes, as `String` takes canonically equivalent texts for the same.
    private struct Key: Hashable, Sendable {
        var space: EmbeddingSpace
        var purpose: EmbeddingPurpose
        var text: [UInt8]
    }

    private struct State {
        var known: RecentlyUsed<Key, [Float]>
        /// Who is asking for what.
        var asking: [Key: Flight] = [:]
    }

    private typealias Flight = SharedResult<[Key: [Float]]>

    private let base: any EmbeddingModel
    private let state: Mutex<State>

    /// - Parameter maximumBytes: For texts and vectors together, by default 32 MiB: some five thousand of 1,536
    ///   dimensions.
    public init(_ base: any EmbeddingModel, maximumBytes: Int = 32 << 20) {
        self.base = base
        state = Mutex(State(known: RecentlyUsed(bound: maximumBytes)))
    }

    public var space: EmbeddingSpace { base.space }

    public func embed(_ texts: [String], as purpose: EmbeddingPurpose) async throws -> [[Float]] {
        let space = base.space
        let keys = texts.map { Key(space: space, purpose: purpose, text: Array($0.utf8)) }
        var found: [Key: [Float]] = [:]
        while true {
            try Task.checkCancellation()
            let plan = plan(keys.filter { found[$0] == nil }, &found)
            if let flight = plan.flight { found.merge(try await ask(plan.missing, on: flight)) { first, _ in first } }
            for (key, flight) in plan.others {
                guard let vectors = try await flight.value() else { continue }
                found[key] = vectors[key]
            }
            let vectors = keys.compactMap { found[$0] }
            if vectors.count == keys.count { return vectors }
        }
    }

    private struct Plan {
        /// Each once, in their order.
        var missing: [Key] = []
        /// Nil where nothing is missing.
        var flight: Flight?
        /// What others are asking for.
        var others: [(Key, Flight)] = []
    }

    /// Takes what is known, and announces what this call will ask for.
    private func plan(_ keys: [Key], _ found: inout [Key: [Float]]) -> Plan {
        let (plan, known) = state.withLock { state in
            var plan = Plan()
            var known: [Key: [Float]] = [:]
            let flight = Flight()
            for key in keys where known[key] == nil {
                if let vector = state.known.value(for: key) {
                    known[key] = vector
                } else if let other = state.asking[key] {
                    if other !== flight { plan.others.append((key, other)) }
                } else {
                    state.asking[key] = flight
                    plan.missing.append(key)
                    plan.flight = flight
                }
            }
            return (plan, known)
        }
        found.merge(known) { first, _ in first }
        return plan
    }

    private func ask(_ keys: [Key], on flight: Flight) async throws -> [Key: [Float]] {
        guard let first = keys.first else { return [:] }
        do {
            let texts = keys.map { String(decoding: $0.text, as: UTF8.self) }
            let vectors = try await base.embed(texts, as: first.purpose)
            guard vectors.count == keys.count else {
                throw CompanionError(
                    .malformedResponse,
                    "The embedding model gave \(vectors.count) vectors for \(keys.count) texts.")
            }
            let result = Dictionary(zip(keys, vectors)) { first, _ in first }
            state.withLock { state in
                for (key, vector) in result {
                    state.asking[key] = nil
                    state.known.insert(vector, for: key, cost: Self.cost(of: key, vector))
                }
            }
            flight.end(with: .success(result))
            return result
        } catch {
            state.withLock { state in
                for key in keys { state.asking[key] = nil }
            }
            flight.end(with: .failure(error))
            throw error
        }
    }

    /// The bytes, and what the structures around them take.
    private static func cost(of key: Key, _ vector: [Float]) -> Int { key.text.count + vector.count * 4 + 256 }
}
