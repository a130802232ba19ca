/// The part of recall that goes by meaning: the query's embedding, and the vectors that lie next to it.
///
/// Under a deadline of its own: a slow embedding model or index costs the reply its meaning, not its memories.
struct MeaningSearch: Sendable {
    let embeddingModel: any EmbeddingModel
    let vectorStore: any VectorStore
    let clock: any WallClock
    let deadline: Duration

    /// How many are looked at.
    private static let breadth = 100

    enum Outcome: Sendable {
        case found([RecallQuery.Meaning])
        /// In words for people.
        case omitted(String)
    }

    /// The nearest memories and messages that this character may know; never throws but by being cancelled.
    func nearest(to text: String, for key: RecallShelf.Key) async -> Outcome {
        guard !text.isBlank else { return .found([]) }
        do {
            let found = try await withDeadline(deadline, on: clock) { try await search(text, for: key) }
            return found.map(Outcome.found) ?? .omitted("meaning (it took too long)")
        } catch {
            return .omitted("meaning (it failed)")
        }
    }

    private func search(_ text: String, for key: RecallShelf.Key) async throws -> [RecallQuery.Meaning] {
        guard let vector = try await embeddingModel.embed([text], as: .query).first else { return [] }
        let matches = try await vectorStore.query(
            vector, in: VectorNamespace(user: key.user, space: embeddingModel.space),
            filter: VectorEntry.filter(for: key.character), limit: Self.breadth)
        return matches.compactMap { match in
            VectorEntry(match.id).map {
                RecallQuery.Meaning(document: $0.document, similarity: Double(match.score))
            }
        }
    }
}
