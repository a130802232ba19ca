internal import CompanionCore

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

struct SQLCatalog: CatalogRepository {
    let transaction: SQLStoreTransaction

    func put(_ entry: CatalogEntry, terms: Set<String>) throws {
        try transaction.requireWriting()
        guard try transaction.users.user(entry.author) != nil else { throw Self.notFound }
        let other = try self.entry(of: entry.character, by: entry.author)
        guard other.map({ $0.id == entry.id }) ?? true else { throw Self.conflict }
        let (published, submission) = (entry.published, entry.submission)
        try transaction.write(
            .putEntry,
            [
                .id(entry.id), .id(entry.author), .id(entry.character), .text(entry.visibility.rawValue),
                .text(entry.isListed ? "listed" : "hidden"), .integer(entry.rating.level),
                published.map { .json($0.card.storedJSON) } ?? .null, .integer(published?.revision),
                .timestamp(published?.at), submission.map { .json($0.version.card.storedJSON) } ?? .null,
                .integer(submission?.version.revision), .timestamp(submission?.version.at),
                submission.map { .text($0.status.rawValue) } ?? .null,
                .json(try Self.json(submission?.reasons ?? [])),
                .integer(CatalogQuery.Order.newest.key(of: entry)),
                .integer(CatalogEntry.scoreOfNone), .timestamp(entry.createdAt), .timestamp(entry.updatedAt),
            ]
        ) { Self.conflict }
        try transaction.write(.deleteTerms, [.id(entry.id)])
        for term in terms { try transaction.write(.insertTerm, [.text(term), .id(entry.id)]) }
    }

    func entry(_ id: CatalogEntry.ID) throws -> CatalogEntry? {
        try transaction.first(.selectEntry, [.id(id)]) { try CatalogEntry(row: $0) }
    }

    func entry(of character: CompanionCharacter.ID, by author: User.ID) throws -> CatalogEntry? {
        try transaction.first(.selectEntryOfCharacter, [.id(character), .id(author)]) { try CatalogEntry(row: $0) }
    }

    func delete(_ id: CatalogEntry.ID, by author: User.ID) throws -> Bool {
        try transaction.run(.deleteEntry, [.id(id), .id(author)]) == 1
    }

    func find(_ query: CatalogQuery, after cursor: CatalogCursor?, limit: Int) throws -> [CatalogEntry] {
        guard limit > 0 else { return [] }
        let parameters: [SQLValue] = [.integer(query.highestRating.level), .integer(limit)]
        let place: [SQLValue] = cursor.map { [.integer($0.key), .id($0.id)] } ?? []
        let terms = query.terms.prefix(CatalogSearch.mostTerms)
        let search = CatalogSearch(order: query.order, terms: terms.count, isFirst: cursor == nil)
        guard let statement = SQLStatement.searches[search] else { return [] }
        return try transaction.all(statement, parameters + place + terms.map { .text($0) }) {
            try CatalogEntry(row: $0)
        }
    }

    func entries(of author: User.ID, after id: CatalogEntry.ID?, limit: Int) throws -> [CatalogEntry] {
        guard limit > 0 else { return [] }
        guard let id else {
            return try transaction.all(.selectFirstEntriesOfAuthor, [.id(author), .integer(limit)]) {
                try CatalogEntry(row: $0)
            }
        }
        return try transaction.all(.selectEntriesOfAuthor, [.id(author), .id(id), .integer(limit)]) {
            try CatalogEntry(row: $0)
        }
    }

    func pending(after id: CatalogEntry.ID?, limit: Int) throws -> [CatalogEntry] {
        guard limit > 0 else { return [] }
        guard let id else {
            return try transaction.all(.selectFirstPending, [.integer(limit)]) { try CatalogEntry(row: $0) }
        }
        return try transaction.all(.selectPending, [.id(id), .integer(limit)]) { try CatalogEntry(row: $0) }
    }

    func rate(_ id: CatalogEntry.ID, _ stars: Int?, by user: User.ID) throws {
        try transaction.requireWriting()
        guard let entry = try entry(id), try transaction.users.user(user) != nil else { throw Self.notFound }
        let old = try self.stars(of: id, by: user)
        if let stars {
            try transaction.write(.putRating, [.id(user), .id(id), .integer(stars)])
        } else {
            try transaction.write(.deleteRating, [.id(user), .id(id)])
        }
        var changed = entry
        changed.stars += (stars ?? 0) - (old ?? 0)
        changed.ratingCount += (stars == nil ? 0 : 1) - (old == nil ? 0 : 1)
        try transaction.write(
            .updateStars,
            [.id(id), .integer(changed.stars), .integer(changed.ratingCount), .integer(changed.score)])
    }

    func stars(of id: CatalogEntry.ID, by user: User.ID) throws -> Int? {
        try transaction.first(.selectRating, [.id(user), .id(id)]) { try $0.integer(0) }
    }

    func ratings(by user: User.ID, after id: CatalogEntry.ID?, limit: Int) throws -> [CatalogRating] {
        guard limit > 0 else { return [] }
        let (statement, place): (SQLStatement, [SQLValue]) =
            if let id { (.selectRatings, [.id(id)]) } else { (.selectFirstRatings, []) }
        return try transaction.all(statement, [.id(user), .integer(limit)] + place) {
            CatalogRating(entry: try $0.id(0), stars: try $0.integer(1))
        }
    }

    func countUse(of id: CatalogEntry.ID) throws { try transaction.write(.countUse, [.id(id)]) }

    private static func json(_ reasons: [String]) throws -> String {
        String(decoding: try JSONEncoder().encode(reasons), as: UTF8.self)
    }

    private static var notFound: CompanionError {
        CompanionError(.notFound, "There is no such entry, or no such person.")
    }
    private static var conflict: CompanionError {
        CompanionError(.conflict, "The entry is another author's, or its character has one already.")
    }
}

extension CharacterRating {
    /// Its place among all, from 0.
    fileprivate var level: Int { CharacterRating.all.firstIndex(of: self) ?? 0 }
}

extension CatalogEntry {
    /// The score of an entry that nobody has rated.
    fileprivate static let scoreOfNone = 3_000

    fileprivate init(row: some SQLRow) throws {
        let level = try row.integer(4)
        guard let visibility = Visibility(rawValue: try row.text(3)), CharacterRating.all.indices.contains(level) else {
            throw SQLFailure(.corrupt)
        }
        self.init(
            id: try row.id(0), author: try row.id(1), character: try row.id(2), visibility: visibility,
            rating: CharacterRating.all[level], published: try Self.version(row, from: 5),
            submission: try Self.submission(row), stars: try row.integer(13), ratingCount: try row.integer(14),
            uses: try row.integer(15), createdAt: try row.timestamp(16), updatedAt: try row.timestamp(17))
    }

    private static func version(_ row: some SQLRow, from column: Int) throws -> Version? {
        guard !row.isNull(column) else { return nil }
        return Version(
            card: try CharacterCard(storedJSON: row.json(column)), revision: try row.integer(column + 1),
            at: try row.timestamp(column + 2))
    }

    private static func submission(_ row: some SQLRow) throws -> Submission? {
        guard let version = try version(row, from: 8) else { return nil }
        guard let status = Submission.Status(rawValue: try row.text(11)),
            let reasons = try? JSONDecoder().decode([String].self, from: Data(row.json(12).utf8))
        else { throw SQLFailure(.corrupt) }
        return Submission(version: version, status: status, reasons: reasons)
    }
}

extension SQLStatement {
    private static let entryColumns = """
        id, author_id, character_id, visibility, rating, published_card, published_revision, published_at,
            submitted_card, submitted_revision, submitted_at, submission_status, submission_reasons, stars,
            rating_count, uses, created_at, updated_at
        """
    private static let selectEntries = "SELECT \(entryColumns) FROM catalog_entries"

    /// The stars, the score and the uses are the store's own.
    fileprivate static let putEntry = SQLStatement(
        """
        INSERT INTO catalog_entries (id, author_id, character_id, visibility, listing, rating, published_card,
            published_revision, published_at, submitted_card, submitted_revision, submitted_at, submission_status,
            submission_reasons, stars, rating_count, newest_key, best_key, uses, created_at, updated_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 0, 0, $15, $16, 0, $17, $18)
        ON CONFLICT (id) DO UPDATE SET visibility = excluded.visibility, listing = excluded.listing,
            rating = excluded.rating, published_card = excluded.published_card,
            published_revision = excluded.published_revision, published_at = excluded.published_at,
            submitted_card = excluded.submitted_card, submitted_revision = excluded.submitted_revision,
            submitted_at = excluded.submitted_at, submission_status = excluded.submission_status,
            submission_reasons = excluded.submission_reasons, newest_key = excluded.newest_key,
            updated_at = excluded.updated_at
        WHERE catalog_entries.author_id = $2
        """)
    fileprivate static let selectEntry = SQLStatement("\(selectEntries) WHERE id = $1")
    fileprivate static let selectEntryOfCharacter = SQLStatement(
        "\(selectEntries) WHERE character_id = $1 AND author_id = $2")
    fileprivate static let deleteEntry = SQLStatement("DELETE FROM catalog_entries WHERE id = $1 AND author_id = $2")
    fileprivate static let selectFirstEntriesOfAuthor = SQLStatement(
        "\(selectEntries) WHERE author_id = $1 ORDER BY id LIMIT $2")
    fileprivate static let selectEntriesOfAuthor = SQLStatement(
        "\(selectEntries) WHERE author_id = $1 AND id > $2 ORDER BY id LIMIT $3")
    fileprivate static let selectFirstPending = SQLStatement(
        "\(selectEntries) WHERE submission_status = 'pending' ORDER BY id LIMIT $1")
    fileprivate static let selectPending = SQLStatement(
        "\(selectEntries) WHERE submission_status = 'pending' AND id > $1 ORDER BY id LIMIT $2")
    fileprivate static let deleteTerms = SQLStatement("DELETE FROM catalog_terms WHERE entry_id = $1")
    fileprivate static let insertTerm = SQLStatement("INSERT INTO catalog_terms (term, entry_id) VALUES ($1, $2)")
    fileprivate static let putRating = SQLStatement(
        """
        INSERT INTO catalog_ratings (user_id, entry_id, stars) VALUES ($1, $2, $3)
        ON CONFLICT (user_id, entry_id) DO UPDATE SET stars = excluded.stars
        """)
    fileprivate static let deleteRating = SQLStatement(
        "DELETE FROM catalog_ratings WHERE user_id = $1 AND entry_id = $2")
    fileprivate static let selectRating = SQLStatement(
        "SELECT stars FROM catalog_ratings WHERE user_id = $1 AND entry_id = $2")
    fileprivate static let selectFirstRatings = SQLStatement(
        "SELECT entry_id, stars FROM catalog_ratings WHERE user_id = $1 ORDER BY entry_id LIMIT $2")
    fileprivate static let selectRatings = SQLStatement(
        """
        SELECT entry_id, stars FROM catalog_ratings WHERE user_id = $1 AND entry_id > $3 ORDER BY entry_id LIMIT $2
        """)
    fileprivate static let updateStars = SQLStatement(
        "UPDATE catalog_entries SET stars = $2, rating_count = $3, best_key = $4 WHERE id = $1")
    fileprivate static let countUse = SQLStatement("UPDATE catalog_entries SET uses = uses + 1 WHERE id = $1")

    /// All of them, made once: a connection keeps each that it has met.
    fileprivate static let searches = Dictionary(
        uniqueKeysWithValues: CatalogSearch.all.map { ($0, SQLStatement("\(selectEntries) \($0.condition)")) })
}

/// What a statement that searches depends on.
private struct CatalogSearch: Hashable {
    /// As ``CatalogQuery/terms`` has it.
    static let mostTerms = 8

    var order: CatalogQuery.Order
    var terms: Int
    var isFirst: Bool

    static var all: [CatalogSearch] {
        CatalogQuery.Order.allCases.flatMap { order in
            (0...mostTerms).flatMap { terms in
                [true, false].map { CatalogSearch(order: order, terms: terms, isFirst: $0) }
            }
        }
    }

    /// Along the index of the order; what has a term is looked up in that term's entries.
    var condition: String {
        let key =
            switch order {
            case .newest: "newest_key"
            case .best: "best_key"
            case .mostUsed: "uses"
            }
        let firstTerm = isFirst ? 3 : 5
        let conditions = (0..<terms).map {
            "AND id IN (SELECT entry_id FROM catalog_terms WHERE term = $\(firstTerm + $0))"
        }
        let place = isFirst ? "" : "AND (\(key), id) < ($3, $4)"
        return """
            WHERE listing = 'listed' AND rating <= $1 \(place) \(conditions.joined(separator: " "))
            ORDER BY \(key) DESC, id DESC LIMIT $2
            """
    }
}
