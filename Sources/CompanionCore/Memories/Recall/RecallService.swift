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
    }

    struct Found: Sendable {
        /// The best first.
        var hits: [RecallHit]
        var omissions: [String]
    }

    func find(_ request: Request) async throws -> Found {
        var request = request
        request.text = request.text.tail(maximumBytes: configuration.maximumQueryBytes)
        let shelf = shelves.shelf(for: request.key)
        async let nearest = meaning?.nearest(to: request.text, for: request.key)
        try await shelf.refresh(from: store)
        shelves.note(shelf, for: request.key)
        var query = RecallQuery(text: request.text, limit: request.limit, now: clock.now)
        query.asOf = request.asOf
        query.visible = request.visible
        var omissions: [String] = []
        switch await nearest {
        case .found(let documents): query.meaning = documents
        case .omitted(let why): omissions.append(why)
        case nil: break
        }
        return Found(hits: shelf.hits(for: query), omissions: omissions)
    }

    /// Something that was found, with its words.
    struct Known: Sendable {
        var hit: RecallHit
        var result: RecalledItem
    }

    /// What was found, read from the truth: what is there no more is left out.
    func read(_ found: Found, of user: User.ID) async throws -> [Known] {
        try await store.read { transaction in
            try found.hits.compactMap { hit in
                let content: RecalledItem.Content? =
                    switch hit.document {
                    case .memory(let id): try transaction.memories.memory(id, of: user).map { .memory($0) }
                    case .message(let id): try transaction.messages.message(id, of: user).map { .message($0) }
                    }
                return content.map { Known(hit: hit, result: RecalledItem(content: $0, score: hit.score)) }
            }
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
