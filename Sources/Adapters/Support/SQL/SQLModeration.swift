internal import CompanionCore

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

struct SQLModeration: ModerationRepository {
    let transaction: SQLStoreTransaction

    func state(of user: User.ID) throws -> ModerationState? {
        try transaction.first(.selectModerationState, [.id(user)]) { row in
            ModerationState(
                disclosure: DisclosureClock(
                    lastActivity: try row.timestampIfAny(0), lastTold: try row.timestampIfAny(1)),
                lastCrisisSign: try row.timestampIfAny(2))
        }
    }

    func put(_ state: ModerationState, of user: User.ID) throws {
        try transaction.write(
            .putModerationState,
            [
                .id(user), .timestamp(state.disclosure.lastActivity), .timestamp(state.disclosure.lastTold),
                .timestamp(state.lastCrisisSign),
            ]
        ) { Self.noUser }
    }

    func append(_ record: ModerationRecord) throws {
        try transaction.requireWriting()
        guard try transaction.users.user(record.user) != nil else { throw Self.noUser }
        try transaction.write(
            .insertModerationRecord,
            [
                .id(record.id), .id(record.user), .id(record.chat), .id(record.turn), .text(record.origin.rawValue),
                .text("\(record.decision.action)"), .json(try ModerationReasons.json(record.decision.reasons)),
                .boolean(record.decision.isWithoutModel), .timestamp(record.createdAt),
            ]
        ) { CompanionError(.conflict, "A moderation record with this identifier exists already.") }
    }

    func records(of user: User.ID, after id: ModerationRecord.ID?, limit: Int) throws -> [ModerationRecord] {
        guard limit > 0 else { return [] }
        guard let id else { return try all(.selectFirstModerationRecords, [.id(user), .integer(limit)]) }
        return try all(.selectModerationRecordsAfter, [.id(user), .id(id), .integer(limit)])
    }

    func records(
        _ action: ModerationAction?, before id: ModerationRecord.ID?, limit: Int
    ) throws -> [ModerationRecord] {
        guard limit > 0 else { return [] }
        return switch (action, id) {
        case (let action?, let id?):
            try all(.selectModerationRecordsOfActionBefore, [.integer(limit), .text("\(action)"), .id(id)])
        case (let action?, nil): try all(.selectModerationRecordsOfAction, [.integer(limit), .text("\(action)")])
        case (nil, let id?): try all(.selectModerationRecordsBefore, [.integer(limit), .id(id)])
        case (nil, nil): try all(.selectModerationRecords, [.integer(limit)])
        }
    }

    func deleteRecords(before instant: Date, limit: Int) throws -> Int {
        try transaction.requireWriting()
        guard limit > 0 else { return 0 }
        return try transaction.run(.deleteModerationRecords, [.timestamp(instant), .integer(limit)])
    }

    func add(_ counters: ModerationCounters) throws {
        try transaction.requireWriting()
        for (year, counts) in counters.years.sorted(by: { $0.key < $1.key }) {
            try transaction.write(
                .addModerationCounts,
                [
                    .integer(year), .integer(counts.crisisReferrals), .integer(counts.disclosures),
                    .integer(counts.blockedMessages), .integer(counts.blockedReplies),
                ])
        }
    }

    func counters() throws -> ModerationCounters {
        let years = try transaction.all(.selectModerationCounts, []) { row in
            (
                try row.integer(0),
                ModerationCounters.Year(
                    crisisReferrals: try row.integer(1), disclosures: try row.integer(2),
                    blockedMessages: try row.integer(3), blockedReplies: try row.integer(4))
            )
        }
        return ModerationCounters(years: Dictionary(uniqueKeysWithValues: years))
    }

    private func all(_ statement: SQLStatement, _ parameters: [SQLValue]) throws -> [ModerationRecord] {
        try transaction.all(statement, parameters) { try ModerationRecord(row: $0) }
    }

    private static var noUser: CompanionError { CompanionError(.notFound, "There is no such user.") }
}

extension ModerationRecord {
    fileprivate init(row: some SQLRow) throws {
        guard let origin = CrisisReferral.Origin(rawValue: try row.text(4)),
            let action = ModerationAction(try row.text(5)), let reasons = ModerationReasons.reasons(try row.json(6))
        else { throw SQLFailure(.corrupt) }
        self.init(
            id: try row.id(0), user: try row.id(1), chat: try row.id(2), turn: try row.idIfAny(3), origin: origin,
            decision: ModerationDecision(action: action, reasons: reasons, isWithoutModel: try row.boolean(7)),
            createdAt: try row.timestamp(8))
    }
}

/// Reasons of a decision as JSON.
private enum ModerationReasons {
    private struct Kept: Codable {
        var action: String
        var category: ModerationCategory
        var score: Double
        /// One of the two.
        var term: Int?
        var model: String?
    }

    static func json(_ reasons: [ModerationDecision.Reason]) throws -> String {
        let kept = reasons.map { reason in
            var kept = Kept(
                action: "\(reason.action)", category: reason.finding.category, score: reason.finding.score)
            switch reason.finding.source {
            case .keyword(let term): kept.term = term
            case .model(let model): kept.model = model
            }
            return kept
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        // A model may give anything; what is no number is as bad as can be.
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return String(decoding: try encoder.encode(kept), as: UTF8.self)
    }

    static func reasons(_ json: String) -> [ModerationDecision.Reason]? {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        guard let kept = try? decoder.decode([Kept].self, from: Data(json.utf8)) else { return nil }
        let reasons = kept.compactMap { kept -> ModerationDecision.Reason? in
            guard let action = ModerationAction(kept.action) else { return nil }
            let source = kept.term.map { ModerationFinding.Source.keyword(term: $0) } ?? kept.model.map { .model($0) }
            return source.map {
                .init(finding: .init(category: kept.category, score: kept.score, source: $0), action: action)
            }
        }
        return reasons.count == kept.count ? reasons : nil
    }
}

extension SQLStatement {
    fileprivate static let selectModerationState = SQLStatement(
        """
        SELECT last_activity, last_told, last_crisis_sign
        FROM users LEFT JOIN moderation_states ON user_id = users.id WHERE users.id = $1 AND \(isStaying)
        """)
    fileprivate static let putModerationState = SQLStatement(
        """
        INSERT INTO moderation_states (user_id, last_activity, last_told, last_crisis_sign)
        SELECT id, $2, $3, $4 FROM users WHERE id = $1 AND \(isStaying)
        ON CONFLICT (user_id) DO UPDATE SET last_activity = excluded.last_activity, last_told = excluded.last_told,
            last_crisis_sign = excluded.last_crisis_sign
        """)
    private static let recordColumns =
        "id, user_id, chat_id, turn_id, origin, action, reasons, is_without_model, created_at"
    fileprivate static let insertModerationRecord = SQLStatement(
        """
        INSERT INTO moderation_records (\(recordColumns)) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        ON CONFLICT DO NOTHING
        """)
    private static let selectRecords = "SELECT \(recordColumns) FROM moderation_records"
    fileprivate static let selectFirstModerationRecords = SQLStatement(
        "\(selectRecords) WHERE user_id = $1 ORDER BY id LIMIT $2")
    fileprivate static let selectModerationRecordsAfter = SQLStatement(
        "\(selectRecords) WHERE user_id = $1 AND id > $2 ORDER BY id LIMIT $3")
    fileprivate static let selectModerationRecords = SQLStatement("\(selectRecords) ORDER BY id DESC LIMIT $1")
    fileprivate static let selectModerationRecordsBefore = SQLStatement(
        "\(selectRecords) WHERE id < $2 ORDER BY id DESC LIMIT $1")
    fileprivate static let selectModerationRecordsOfAction = SQLStatement(
        "\(selectRecords) WHERE action = $2 ORDER BY id DESC LIMIT $1")
    fileprivate static let selectModerationRecordsOfActionBefore = SQLStatement(
        "\(selectRecords) WHERE action = $2 AND id < $3 ORDER BY id DESC LIMIT $1")
    fileprivate static let deleteModerationRecords = SQLStatement(
        """
        DELETE FROM moderation_records WHERE id IN (
            SELECT id FROM moderation_records WHERE created_at < $1 ORDER BY created_at, id LIMIT $2)
        """)
    private static let counts = "crisis_referrals, disclosures, blocked_messages, blocked_replies"
    fileprivate static let addModerationCounts = SQLStatement(
        """
        INSERT INTO moderation_counters (year, \(counts)) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (year) DO UPDATE SET crisis_referrals = moderation_counters.crisis_referrals + excluded.crisis_referrals,
            disclosures = moderation_counters.disclosures + excluded.disclosures,
            blocked_messages = moderation_counters.blocked_messages + excluded.blocked_messages,
            blocked_replies = moderation_counters.blocked_replies + excluded.blocked_replies
        """)
    fileprivate static let selectModerationCounts = SQLStatement("SELECT year, \(counts) FROM moderation_counters")
}
