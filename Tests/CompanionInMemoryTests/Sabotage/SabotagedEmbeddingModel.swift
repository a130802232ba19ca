import CompanionCore
import CompanionInMemory
import Synchronization

/// An embedding model that is wrong in one way, so that the checks can show that they see it.
struct SabotagedEmbeddingModel: EmbeddingModel {
    enum Sabotage: Sendable {
        case nothing, isNameless, hasNoDimensions, changesItsSpace, invents, losesOne, isLong, isNotFinite,
            cutsDimensions
        case sorts, depends, isConstant, refusesBlanks, refusesLongTexts, losesBatches, mixesCalls, ignoresCancellation
    }

    private let base = HashedEmbeddingModel()
    private let sabotage: Sabotage
    private let calls = Calls()

    private final class Calls: Sendable {
        let count = Mutex(0)
        let last = Mutex<[[Float]]>([])
    }

    init(_ sabotage: Sabotage) { self.sabotage = sabotage }

    var space: EmbeddingSpace {
        var space = base.space
        switch sabotage {
        case .isNameless: space.model = ""
        case .hasNoDimensions: space.dimensions = 0
        case .changesItsSpace:
            space.model += calls.count.withLock { count in
                count += 1
                return "\(count)"
            }
        default: break
        }
        return space
    }

    func embed(_ texts: [String], as purpose: EmbeddingPurpose) async throws -> [[Float]] {
        switch sabotage {
        case .refusesBlanks where texts.contains { $0.allSatisfy(\.isWhitespace) },
            .refusesLongTexts where texts.contains { $0.utf8.count > 100_000 }:
            throw CompanionError(.invalidInput, "No.")
        case .invents where texts.isEmpty: return [try await base.embed(["a"], as: purpose)[0]]
        case .ignoresCancellation:
            return try await Task { [base] in try await base.embed(texts, as: purpose) }.value
        default: break
        }
        var vectors = try await base.embed(texts, as: purpose)
        guard !vectors.isEmpty else { return [] }
        switch sabotage {
        case .losesOne: vectors.removeLast()
        case .isLong: vectors[0] = vectors[0].map { $0 * 2 }
        case .isNotFinite: vectors[0][0] = .nan
        case .cutsDimensions: vectors[0].removeLast()
        case .sorts:
            let order = texts.indices.sorted { texts[$0] < texts[$1] }
            vectors = order.map { vectors[$0] }
        case .depends:
            // The neighbours shine through.
            for index in vectors.indices.dropFirst() {
                let mixed = zip(vectors[index], vectors[index - 1]).map { $0 + 0.5 * $1 }
                let length = mixed.reduce(0) { $0 + $1 * $1 }.squareRoot()
                vectors[index] = mixed.map { $0 / length }
            }
        case .isConstant:
            let vector = vectors[0].indices.map { $0 == 0 ? Float(1) : 0 }
            vectors = vectors.map { _ in vector }
        case .losesBatches: for index in vectors.indices.dropFirst(2_048) { vectors[index] = vectors[index - 2_048] }
        case .mixesCalls:
            let own = vectors
            vectors = calls.last.withLock { last in
                defer { last = own }
                return last.count == own.count ? last : own
            }
        default: break
        }
        return vectors
    }
}
