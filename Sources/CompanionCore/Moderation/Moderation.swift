internal import Synchronization

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Moderation as steps of a turn: keywords and, where there is one, a model find; a policy decides; crises lead to help,
/// and people are told that they talk to an AI.
///
/// ```swift
/// let moderation = try Moderation(terms: KeywordList.terms(in: list), model: model)
/// let companion = Companion(languageModel: writer, relationalStore: store, screening: moderation)
/// ```
///
/// A message is screened beside recording and recall, and the model is not asked about one that keywords block already.
/// What was decided goes to `report` at once and into the store with the reply, with categories and scores and never the
/// text.
public final class Moderation: TurnScreening {
    private let matcher: KeywordMatcher
    private let model: (any ModerationModel)?
    private let configuration: Configuration
    private let clock: any WallClock
    private let identifiers: IdentifierGenerator
    private let report: @Sendable (ModerationRecord) -> Void
    /// For whom the policy blocks some of the terms.
    private let blocking: Set<Audience>
    private let turns = Mutex<[Turn.ID: Progress]>([:])

    private struct Audience: Hashable {
        var isCautious: Bool
        var isMature: Bool

        init(_ age: AgeBand, _ rating: CharacterRating) {
            isCautious = age.isCautious
            isMature = rating == .mature
        }
    }

    /// What came of a turn so far, to be kept with its reply.
    private struct Progress {
        var state: ModerationState
        var records: [ModerationRecord] = []
        var counters = ModerationCounters()
    }

    /// - Parameters:
    ///   - terms: The host's words. The crisis phrases are added by the configuration.
    ///   - model: Nil screens by keywords alone.
    ///   - clock: Counts the intervals of disclosure and the episodes of crises; the one that the companion has.
    ///   - report: Called for each decision that is more than to allow, on the turn's own task: be quick.
    /// - Throws: `invalidInput` for a term without letters, or with too many.
    public init(
        terms: [KeywordTerm] = [], model: (any ModerationModel)? = nil, configuration: Configuration = .init(),
        clock: any WallClock = SystemClock(), random: any RandomSource = SystemRandomSource(),
        report: @escaping @Sendable (ModerationRecord) -> Void = { _ in }
    ) throws(CompanionError) {
        let matcher = try KeywordMatcher(terms + configuration.crisisPhrases)
        self.matcher = matcher
        self.model = model
        self.configuration = configuration
        self.clock = clock
        identifiers = IdentifierGenerator(clock: clock, random: random)
        self.report = report
        let audiences: [(AgeBand, CharacterRating)] = [(.unknown, .general), (.adult, .general), (.adult, .mature)]
        blocking = Set(
            audiences.filter { matcher.canBlock(under: configuration.policy, age: $0.0, rating: $0.1) }
                .map { Audience($0.0, $0.1) })
    }

    /// Judges any text, such as that of a character which somebody submits.
    public func decide(
        about text: String, age: AgeBand = .unknown, rating: CharacterRating = .general
    ) async throws -> ModerationDecision {
        var decision = keywordDecision(about: text, age: age, rating: rating)
        // What is blocked anyway need not be judged, but a crisis must not be missed for it.
        if decision.blocks, decision.isCrisis { return decision }
        decision.add(try await modelDecision(about: text, age: age, rating: rating))
        return decision
    }

    /// What anybody may read is judged as for everybody: what is blocked is refused, what is flagged waits for a moderator.
    public func judge(submitted text: String) async throws -> SubmissionVerdict {
        let decision = try await decide(about: text)
        let reasons = Set(decision.reasons.map { "\($0.finding.category)" }).sorted()
        if decision.blocks { return .refuse(reasons: reasons) }
        return decision.action == .allow ? .allow : .review(reasons: reasons)
    }

    private func keywordDecision(about text: String, age: AgeBand, rating: CharacterRating) -> ModerationDecision {
        let findings = matcher.matches(in: text).map { matcher.terms[$0.term].finding(at: $0.term) }
        return configuration.policy.decide(findings, age: age, rating: rating)
    }

    private func modelDecision(
        about text: String, age: AgeBand, rating: CharacterRating
    ) async throws -> ModerationDecision {
        guard let model else { return ModerationDecision() }
        do {
            let judgement = try await model.judge(text)
            let findings = judgement.scores.sorted { $0.key.description < $1.key.description }.map {
                ModerationFinding(category: $0.key, score: $0.value, source: .model(model.name))
            }
            return configuration.policy.decide(findings, age: age, rating: rating)
        } catch let error as CompanionError where configuration.policy.modelFailure == .keywordsOnly {
            _ = error
            return ModerationDecision(isWithoutModel: true)
        }
    }
}

// MARK: In a turn

extension Moderation {
    public func screen(_ message: String, in context: TurnContext) async throws -> ScreeningVerdict {
        let (age, rating) = (configuration.ageBand(context.user), configuration.rating(context.character))
        let decision = try await decide(about: message, age: age, rating: rating)
        return verdict(on: decision, .message, in: context)
    }

    public func replyScreen(in context: TurnContext) -> any ReplyScreen {
        let (age, rating) = (configuration.ageBand(context.user), configuration.rating(context.character))
        let judge = ModeratedReplyScreen.Judge(
            judge: { try await self.modelDecision(about: $0, age: age, rating: rating) },
            verdict: { self.verdict(on: $0, .reply, in: context) },
            isStrict: configuration.replies == .strict)
        return ModeratedReplyScreen(
            HoldBackScreen(
                matcher, policy: configuration.policy, age: age, rating: rating,
                holdsBack: blocking.contains(Audience(age, rating))),
            window: model == nil
                ? nil : JudgementWindow(least: configuration.shortestPart, most: configuration.longestPart),
            judge: judge)
    }

    public func disclosure(in context: TurnContext) -> Disclosure? {
        guard let profile = configuration.disclosure(context.user) else { return nil }
        let rule = profile.rule(for: configuration.ageBand(context.user))
        let now = clock.stamp
        return note(in: context) { progress in
            let disclosure = progress.state.disclosure.activity(at: now, rule: rule)
            if disclosure != nil { progress.counters.count(\.disclosures, at: now) }
            return disclosure
        }
    }

    public func help(
        for message: String, in chat: Chat.ID, by user: User, state: inout ModerationState
    ) -> CrisisHelp? {
        let decision = keywordDecision(about: message, age: configuration.ageBand(user), rating: .general)
        guard decision.isCrisis else { return nil }
        let record = record(decision, .message, of: user.id, chat: chat, turn: nil)
        report(record)
        let isFirst = state.noteCrisis(at: record.createdAt, quiet: configuration.crisisQuiet)
        return CrisisHelp(referral: isFirst ? referral(.message, of: user) : nil, record: record)
    }

    public func settle(_ turn: TurnContext, in transaction: any StoreTransaction) throws {
        let user = turn.user.id
        guard let progress = turns.withLock({ $0[turn.turn] }),
            // Nothing is kept of somebody who is leaving.
            var state = try transaction.moderation.state(of: user)
        else { return }
        // What another chat's turn has kept meanwhile stays, but for what this one has seen.
        let before = turn.moderation
        if progress.state.disclosure != before.disclosure { state.disclosure = progress.state.disclosure }
        if progress.state.lastCrisisSign != before.lastCrisisSign {
            state.lastCrisisSign = progress.state.lastCrisisSign
        }
        try transaction.moderation.put(state, of: user)
        for record in progress.records { try transaction.moderation.append(record) }
        if !progress.counters.years.isEmpty { try transaction.moderation.add(progress.counters) }
    }

    public func end(_ turn: Turn.ID) { turns.withLock { $0[turn] = nil } }

    /// Reports a decision, counts it, and makes of it what the turn is to do.
    private func verdict(
        on decision: ModerationDecision, _ origin: CrisisReferral.Origin, in context: TurnContext
    ) -> ScreeningVerdict {
        guard decision.action != .allow || decision.isWithoutModel else { return .allow }
        let record = record(decision, origin, of: context.user.id, chat: context.chat, turn: context.turn)
        report(record)
        let isFirst = note(in: context) { progress in
            progress.records.append(record)
            if decision.blocks {
                progress.counters.count(
                    origin == .message ? \.blockedMessages : \.blockedReplies, at: record.createdAt)
            }
            guard decision.isCrisis else { return false }
            let isFirst = progress.state.noteCrisis(at: record.createdAt, quiet: configuration.crisisQuiet)
            if isFirst { progress.counters.count(\.crisisReferrals, at: record.createdAt) }
            return isFirst
        }
        let reason = decision.blocks ? decision.reasonForPerson : nil
        if isFirst { return .refer(referral(origin, of: context.user), blockedReason: reason) }
        return reason.map { .block(reason: $0) } ?? .allow
    }

    private func note<Result>(in turn: TurnContext, _ body: (inout Progress) -> Result) -> Result {
        turns.withLock { body(&$0[turn.turn, default: Progress(state: turn.moderation)]) }
    }

    private func record(
        _ decision: ModerationDecision, _ origin: CrisisReferral.Origin, of user: User.ID, chat: Chat.ID,
        turn: Turn.ID?
    ) -> ModerationRecord {
        ModerationRecord(
            id: identifiers.next(), user: user, chat: chat, turn: turn, origin: origin, decision: decision,
            createdAt: clock.stamp)
    }

    private func referral(_ origin: CrisisReferral.Origin, of user: User) -> CrisisReferral {
        CrisisReferral(
            message: configuration.directory.message,
            resources: configuration.directory.entry(for: configuration.country(user)).resources, origin: origin,
            endsTurn: configuration.crisisEndsTurn)
    }
}
