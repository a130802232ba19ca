#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Recall over what is known about a person and what they and a character said to each other: by words always, by meaning
/// where there is an embedding model, each part allowed to fail alone.
struct RecallService: Sendable {
    let store: any RelationalStore
    let shelves: RecallShelves
    let meaning: MeaningSearch?
    let tokenCounter: any TokenCounter
    let clock: any WallClock
    let configuration: RecallConfiguration
    /// Where the person's day begins, in seconds east of UTC.
    let secondsFromUTC: Int

    /// What is to be found.
    struct Request: Sendable {
        var text: String
        var key: RecallShelf.Key
        var asOf: Date?
        var limit: Int
        var visible: [Chat.ID: Int] = [:]
        /// What has less of the best one's relevance than this share is left out; what is pinned is not.
        var relevantShare = 0.0
    }

    /// Something that was found, with its words.
    struct Known: Sendable {
        var hit: RecallHit
        var result: RecalledItem
    }

    struct Found: Sendable {
        /// The best first.
        var known: [Known]
        /// The parts that were late or failed, in words for people.
        var omissions: [String] = []
    }

    func find(_ request: Request) async throws -> Found {
        let text = request.text.tail(maximumBytes: configuration.maximumQueryBytes)
        var query = RecallQuery(text: text, limit: request.limit, now: clock.now)
        query.asOf = request.asOf
        query.visible = request.visible
        let shelf = shelves.shelf(for: request.key)
        defer { shelves.note(shelf, for: request.key) }
        guard let meaning else {
            return Found(known: try await known(to: query, above: request.relevantShare, on: shelf))
        }
        async let nearest = meaning.nearest(to: text, for: request.key)
        // A person who comes anew is read meanwhile; of others the search itself finds little to read.
        if shelf.isNew { try await shelf.refresh(from: store) }
        var omissions: [String] = []
        switch await nearest {
        case .found(let documents): query.meaning = documents
        case .omitted(let why): omissions.append(why)
        }
        return Found(known: try await known(to: query, above: request.relevantShare, on: shelf), omissions: omissions)
    }

    /// Brings the shelf up to date, searches it, and reads what was found: in one read, unless there is much that is new.
    private func known(
        to query: RecallQuery, above share: Double, on shelf: RecallShelf
    ) async throws -> [Known] {
        let found: [Known]? = try await store.read { transaction in
            try shelf.refresh(in: transaction) ? try known(to: query, above: share, on: shelf, in: transaction) : nil
        }
        if let found { return found }
        try await shelf.refresh(from: store)
        return try await store.read { try self.known(to: query, above: share, on: shelf, in: $0) }
    }

    /// What was found, read from the truth: what is there no more is left out, and so is what a character said in words of
    /// what was forgotten or has been superseded.
    ///
    /// - Parameter share: Of the relevance of the best one: what has no more is left out, unless it is pinned. 0 leaves all in.
    private func known(
        to query: RecallQuery, above share: Double, on shelf: RecallShelf, in transaction: any StoreTransaction
    ) throws -> [Known] {
        let (hits, endedWords) = shelf.hits(for: query)
        let user = shelf.key.user
        let best = hits.lazy.map(\.score.relevance).max() ?? 0
        return try hits.compactMap { hit in
            guard hit.isPinned || share == 0 || hit.score.relevance > best * share else { return nil }
            let content: RecalledItem.Content? =
                switch hit.document {
                case .memory(let id): try transaction.memories.memory(id, of: user).map { .memory($0) }
                case .message(let id):
                    try transaction.messages.message(id, of: user).flatMap { message in
                        let repeats = message.author == .character && endedWords?.occur(in: message.text) ?? false
                        return repeats ? nil : .message(message)
                    }
                }
            return content.map { Known(hit: hit, result: RecalledItem(content: $0, score: hit.score)) }
        }
    }
}

extension String {
    /// Its last bytes, cut between characters.
    fileprivate func tail(maximumBytes: Int) -> String {
        guard utf8.count > maximumBytes else { return self }
        var start = utf8.index(endIndex, offsetBy: -maximumBytes)
        while start < endIndex, start.samePosition(in: self) == nil { start = utf8.index(after: start) }
        return String(self[start...])
    }
}

extension RecallScore {
    /// What it has to do with the query, without what it would have for any.
    fileprivate var relevance: Double { total - recency - importance }
}
