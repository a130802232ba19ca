/// The characters that people show to each other: published, searched, copied, rated.
///
/// ```swift
/// let entry = try await companion.catalog.publish(luna.id, by: ada)
/// let found = try await companion.catalog.search("#astronomy calm", for: bob)
/// let copy = try await companion.catalog.adopt(found[0].id, by: bob)
/// let chat = try await companion.chats.start(with: copy.id, by: bob)
/// ```
public struct CatalogService: Sendable {
    let context: CompanionContext

    // MARK: For authors

    /// Shows a character to others as it is now. Each new version is screened before it is shown; until then others see the one
    /// before. Chats that others have keep their copies.
    ///
    /// - Parameter rating: For whom it is made; a moderator may raise it.
    /// - Returns: The entry; its `submission` says what waits or was refused, and why.
    /// - Throws: `notFound`; `invalidInput` where the card is not fit to be shown (the error names the field), or the character
    ///   is itself a copy from the catalog.
    public func publish(
        _ character: CompanionCharacter.ID, as visibility: CatalogEntry.Visibility = .listed,
        rating: CharacterRating = .general, by user: User.ID
    ) async throws -> CatalogEntry {
        let own = try await context.store.read { try $0.characters.require(character, of: user) }
        guard own.origin == nil else {
            throw CompanionError(.invalidInput, "A copy from the catalog can't be published: it is somebody else's.")
        }
        let card = try Self.checked(own.card)
        let verdict = try await context.screening?.judge(submitted: Self.text(of: card)) ?? .allow
        let now = context.clock.stamp
        let version = CatalogEntry.Version(card: card, revision: own.revision, at: now)
        let review = context.configuration.catalog.review
        let id: CatalogEntry.ID = context.identifiers.next()
        return try await write { transaction in
            var entry =
                try transaction.catalog.entry(of: character, by: user)
                ?? CatalogEntry(
                    id: id, author: user, character: character, visibility: visibility, rating: rating, createdAt: now)
            entry.visibility = visibility
            entry.rating = max(entry.rating, rating)
            entry.updatedAt = now
            switch verdict {
            case .allow where review == .automatic: (entry.published, entry.submission) = (version, nil)
            case .allow: entry.submission = .init(version: version, status: .pending, reasons: [])
            case .review(let reasons): entry.submission = .init(version: version, status: .pending, reasons: reasons)
            case .refuse(let reasons): entry.submission = .init(version: version, status: .refused, reasons: reasons)
            }
            try transaction.catalog.put(entry)
            return entry
        }
    }

    /// Makes a character private again: its entry is deleted, with its stars. Copies that others have stay theirs. Throws
    /// `notFound`.
    public func withdraw(_ id: CatalogEntry.ID, by user: User.ID) async throws {
        try await write { transaction in
            guard try transaction.catalog.delete(id, by: user) else { throw Self.noEntry(id) }
        }
    }

    /// The author's own entries, whatever their state, after `id`; at most `limit` (1 to 500).
    public func entries(
        by user: User.ID, after id: CatalogEntry.ID? = nil, limit: Int = 100
    ) async throws -> [CatalogEntry] {
        let limit = try Checked.limit(limit)
        return try await context.store.read { try $0.catalog.entries(of: user, after: id, limit: limit) }
    }

    // MARK: For everybody

    /// Listed entries that have all words of a text, and no higher rating than the person wants and may see.
    ///
    /// - Parameters:
    ///   - text: Words, `#tags`, and traits such as `temperament:calm`; the first 8 count. Empty is everything.
    ///   - cursor: The place behind the last page's last entry.
    ///   - limit: 1 to 100.
    public func search(
        _ text: String = "", order: CatalogQuery.Order = .newest, for user: User.ID, after cursor: CatalogCursor? = nil,
        limit: Int = 30
    ) async throws -> [CatalogEntry] {
        guard (1...100).contains(limit) else {
            throw CompanionError(.invalidInput, "A page of the catalog has 1 to 100 entries, not \(limit).")
        }
        let text = try Checked.text(text, "The text to search for", maximumBytes: 1_024)
        let person = try await context.store.read { try $0.users.require(user) }
        let query = CatalogQuery(
            terms: CatalogTerms.terms(in: text), order: order, highestRating: Self.highestRating(for: person))
        let store = context.store
        guard cursor == nil else {
            return try await store.read { try $0.catalog.find(query, after: cursor, limit: limit) }
        }
        return try await cached(.page(query, limit: limit)) {
            try await store.read { try $0.catalog.find(query, after: nil, limit: limit) }
        }
    }

    /// An entry that is shown, by its identifier, or one of the person's own. Throws `notFound` for all others.
    public func entry(_ id: CatalogEntry.ID, for user: User.ID) async throws -> CatalogEntry {
        let store = context.store
        let found = try await cached(.entry(id)) {
            try await store.read { try $0.catalog.entry(id).map { [$0] } ?? [] }
        }
        let person = try await store.read { try $0.users.require(user) }
        guard let entry = found.first, Self.isVisible(entry, to: person) else { throw Self.noEntry(id) }
        return entry.author == user ? entry : entry.seenByOthers
    }

    /// Keeps a copy of an entry as the person's own character, to talk to; the copy that they have already, where there is one.
    ///
    /// - Throws: `notFound` where it is not shown to them; `limitExceeded` where their tier allows no more characters.
    public func adopt(_ id: CatalogEntry.ID, by user: User.ID) async throws -> CompanionCharacter {
        let now = context.clock.stamp
        let copy: CompanionCharacter.ID = context.identifiers.next()
        return try await write { [context] transaction in
            let person = try transaction.users.require(user)
            if let known = try transaction.characters.character(adoptedFrom: id, by: user) { return known }
            guard let entry = try transaction.catalog.entry(id), Self.isVisible(entry, to: person),
                let published = entry.published
            else { throw Self.noEntry(id) }
            try context.quotas?.requireRoom(
                for: .characters, keeping: { try transaction.characters.count(of: user) }, of: user, in: transaction,
                at: now)
            let character = CompanionCharacter(
                id: copy, owner: user, card: published.card, origin: .init(entry: id, revision: published.revision),
                createdAt: now)
            try transaction.characters.insert(character)
            try transaction.catalog.countUse(of: id)
            return character
        }
    }

    /// Brings a copy to the newest version that its author shows. Chats keep the version that they have, until
    /// ``ChatService/moveToNewestVersion(_:by:)``. Throws `notFound` where it is no copy, or not shown any more.
    public func refresh(_ character: CompanionCharacter.ID, by user: User.ID) async throws -> CompanionCharacter {
        let now = context.clock.stamp
        return try await write { transaction in
            let person = try transaction.users.require(user)
            var copy = try transaction.characters.require(character, of: user)
            guard let origin = copy.origin, let entry = try transaction.catalog.entry(origin.entry),
                Self.isVisible(entry, to: person), let published = entry.published
            else { throw CompanionError(.notFound, "The character \(character) is no copy of one that is shown.") }
            guard origin.revision != published.revision else { return copy }
            copy.card = published.card
            copy.origin = .init(entry: origin.entry, revision: published.revision)
            copy.updatedAt = now
            try transaction.characters.update(copy, of: user)
            return try transaction.characters.require(character, of: user)
        }
    }

    /// Gives an entry 1 to 5 stars, in place of those that the person gave it before; nil takes them back.
    ///
    /// - Throws: `notFound` where it is not shown to them, `forbidden` for one's own.
    public func rate(_ id: CatalogEntry.ID, _ stars: Int?, by user: User.ID) async throws {
        guard stars.map({ (1...5).contains($0) }) ?? true else {
            throw CompanionError(.invalidInput, "A character has 1 to 5 stars.")
        }
        try await write { transaction in
            let person = try transaction.users.require(user)
            guard let entry = try transaction.catalog.entry(id), Self.isVisible(entry, to: person) else {
                throw Self.noEntry(id)
            }
            guard entry.author != user else { throw CompanionError(.forbidden, "Nobody rates their own characters.") }
            try transaction.catalog.rate(id, stars, by: user)
        }
    }

    /// How many stars the person gave an entry; nil for none.
    public func stars(of id: CatalogEntry.ID, by user: User.ID) async throws -> Int? {
        try await context.store.read { try $0.catalog.stars(of: id, by: user) }
    }

    // MARK: For moderators

    /// What waits for a moderator, after `id`; at most `limit` (1 to 500). Throws `forbidden` for who is none.
    public func queue(
        by moderator: User.ID, after id: CatalogEntry.ID? = nil, limit: Int = 100
    ) async throws -> [CatalogEntry] {
        let limit = try Checked.limit(limit)
        return try await context.store.read { transaction in
            try transaction.users.require(moderator).require(.moderator)
            return try transaction.catalog.pending(after: id, limit: limit)
        }
    }

    /// Shows what waits.
    ///
    /// - Parameters:
    ///   - revision: Of the submission that was looked at; `conflict` where the author has submitted another one since.
    ///   - rating: A higher rating than the author's; nil leaves that.
    public func approve(
        _ id: CatalogEntry.ID, revision: Int, rating: CharacterRating? = nil, by moderator: User.ID
    ) async throws -> CatalogEntry {
        try await decide(id, by: moderator) { entry in
            guard let submission = entry.submission, submission.version.revision == revision else {
                throw CompanionError(.conflict, "Something else waits by now: look at it first.")
            }
            (entry.published, entry.submission) = (submission.version, nil)
            if let rating { entry.rating = max(entry.rating, rating) }
        }
    }

    /// Refuses what waits; others go on seeing what was approved before.
    public func refuse(
        _ id: CatalogEntry.ID, because reason: String, by moderator: User.ID
    ) async throws -> CatalogEntry {
        let reason = try Checked.line(reason, "The reason", 1...500)
        return try await decide(id, by: moderator) { entry in
            guard entry.submission != nil else { throw CompanionError(.conflict, "Nothing waits in this entry.") }
            entry.submission?.status = .refused
            entry.submission?.reasons.append(reason)
        }
    }

    /// Shows an entry to nobody any more. Copies that others have stay theirs.
    public func takeDown(
        _ id: CatalogEntry.ID, because reason: String, by moderator: User.ID
    ) async throws -> CatalogEntry {
        let reason = try Checked.line(reason, "The reason", 1...500)
        return try await decide(id, by: moderator) { entry in
            guard let version = entry.published ?? entry.submission?.version else { return }
            entry.published = nil
            entry.submission = .init(version: version, status: .refused, reasons: [reason])
        }
    }

    private func decide(
        _ id: CatalogEntry.ID, by moderator: User.ID, _ change: @Sendable (inout CatalogEntry) throws -> Void
    ) async throws -> CatalogEntry {
        let now = context.clock.stamp
        return try await write { transaction in
            try transaction.users.require(moderator).require(.moderator)
            guard var entry = try transaction.catalog.entry(id) else { throw Self.noEntry(id) }
            try change(&entry)
            entry.updatedAt = now
            try transaction.catalog.put(entry)
            return entry
        }
    }

    // MARK: How

    private func write<Value: Sendable>(
        _ body: @Sendable (any StoreTransaction) throws -> Value
    ) async throws -> Value {
        defer { context.catalogCache.clear() }
        return try await context.store.transaction(body)
    }

    private func cached(
        _ key: CatalogCache.Key, _ read: () async throws -> [CatalogEntry]
    ) async throws -> [CatalogEntry] {
        try await context.catalogCache.entries(
            key, at: context.clock.now, for: context.configuration.catalog.cacheDuration, read)
    }

    private static func noEntry(_ id: CatalogEntry.ID) -> CompanionError {
        CompanionError(.notFound, "The catalog has no entry \(id) that can be shown to this person.")
    }

    /// What the person wants to see, and may.
    private static func highestRating(for person: User) -> CharacterRating {
        let content = person.preferences.content
        return content.ageBand.isCautious
            ? min(content.highestRating, content.ageBand == .teen ? .teen : .general)
            : content.highestRating
    }

    private static func isVisible(_ entry: CatalogEntry, to person: User) -> Bool {
        entry.author == person.id || entry.published != nil && entry.rating <= highestRating(for: person)
    }

    /// A card that is fit to be shown.
    private static func checked(_ card: CharacterCard) throws -> CharacterCard {
        var card = card
        card.name = try Checked.line(card.name, "The name", 1...128)
        card.traits = try card.traits.checked()
        guard card.tags.count <= 32 else {
            throw CompanionError(.invalidInput, "The tags are more than 32; keep those that matter.")
        }
        for tag in card.tags { _ = try Checked.line(tag, "A tag", 1...64) }
        guard !(card.description + card.personality).isBlank || !card.traits.isEmpty else {
            throw CompanionError(.invalidInput, "The description is empty: say who the character is.")
        }
        guard card.json(as: .v3).serialized().utf8.count <= 1 << 20 else {
            throw CompanionError(.limitExceeded, "The card has more than 1 MiB; shorten its lorebook or its texts.")
        }
        return card
    }

    /// All that others could read of it.
    private static func text(of card: CharacterCard) -> String {
        var texts = [
            card.name, card.nickname ?? "", card.description, card.personality, card.scenario, card.firstMessage,
            card.exampleDialogue, card.creatorNotes, card.creator, card.systemPrompt, card.postHistoryInstructions,
            card.traits.text ?? "",
        ]
        texts += card.alternateGreetings + card.groupOnlyGreetings + card.tags
        texts += (card.creatorNotesMultilingual ?? [:]).sorted { $0.key < $1.key }.map(\.value)
        texts += card.book?.entries.flatMap { [$0.content] + $0.keys } ?? []
        return texts.filter { !$0.isBlank }.joined(separator: "\n\n")
    }
}

extension CatalogRepository {
    /// Keeps an entry with the terms by which it is found.
    fileprivate func put(_ entry: CatalogEntry) throws {
        try put(entry, terms: entry.isListed ? entry.published.map { CatalogTerms.terms(of: $0.card) } ?? [] : [])
    }
}

extension CatalogEntry {
    /// Without what waits or was refused.
    fileprivate var seenByOthers: CatalogEntry {
        var entry = self
        entry.submission = nil
        return entry
    }
}
