import CompanionCore
import CompanionInMemory
import CompanionTesting
import Synchronization

/// A turn's fixture with moderation, and what moderation reported.
struct ModerationFixture {
    let moderation: Moderation
    let turn: TurnFixture
    private let log: Log

    private final class Log: Sendable {
        let reports = Mutex<[ModerationRecord]>([])
    }

    init(
        _ replies: ScriptedReply..., terms: [KeywordTerm] = [], model: (any ModerationModel)? = nil,
        admission: (any TurnAdmission)? = nil, recall: (any MemoryRecall)? = nil,
        configuration: Moderation.Configuration = .init()
    ) async throws {
        let log = Log()
        self.log = log
        let clock = ManualClock()
        moderation = try Moderation(terms: terms, model: model, configuration: configuration, clock: clock) { report in
            log.reports.withLock { $0.append(report) }
        }
        turn = try await TurnFixture(
            model: ScriptedLanguageModel(replies: replies), admission: admission, screening: moderation, recall: recall)
        self.clock = clock
    }

    /// Moderation's own.
    let clock: ManualClock

    var reports: [ModerationRecord] { log.reports.withLock { $0 } }

    /// The numbers of all years that the store has.
    var counters: [ModerationCounters.Year] {
        get async throws { try await Array(turn.companion.moderation.counters().years.values) }
    }

    func events(saying text: String) async throws -> [ReplyEvent] { try await turn.events(sayingInATask: text).value }
}

extension [ReplyEvent] {
    var crises: [CrisisReferral] { compactMap { if case .crisis(let referral) = $0 { referral } else { nil } } }
    var disclosures: [Disclosure] { compactMap { if case .disclosure(let told) = $0 { told } else { nil } } }
    var isBlocked: Bool { contains { if case .blocked = $0 { true } else { false } } }
}
