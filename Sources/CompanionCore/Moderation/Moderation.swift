internal import Synchronization

/// Moderation as steps of a turn: keywords and, where there is one, a model find; a policy decides; crises lead to help,
/// and people are told that they talk to an AI.
///
/// ```swift
/// let moderation = try Moderation(terms: KeywordList.terms(in: list), model: model)
/// let companion = Companion(languageModel: writer, relationalStore: store, screening: moderation)
/// ```
///
/// A message is screened beside recording and recall, and the model is not asked about one that keywords block already.
/// What was decided goes to `report`, with categories and scores and never the text.
public final class Moderation: TurnScreening {
    private let matcher: KeywordMatcher
    private let model: (any ModerationModel)?
    private let configuration: Configuration
    private let clock: any WallClock
    private let report: @Sendable (Report) -> Void
    private let state: Mutex<State>

    private struct State {
        var episodes: CrisisEpisodes
        var disclosures = DisclosureClocks()
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
        clock: any WallClock = SystemClock(), report: @escaping @Sendable (Report) -> Void = { _ in }
    ) throws(CompanionError) {
        matcher = try KeywordMatcher(terms + configuration.crisisPhrases)
        self.model = model
        self.configuration = configuration
        self.clock = clock
        self.report = report
        state = Mutex(State(episodes: CrisisEpisodes(quiet: configuration.crisisQuiet)))
    }

    /// What happened so far in this process, by year.
    public var counters: ModerationCounters { state.withLock(\.counters) }

    /// Forgets what is remembered about a person: when they were here, and whether they were in a crisis.
    public func forget(_ user: User.ID) {
        state.withLock { state in
            state.episodes.forget(user)
            state.disclosures.forget(user)
        }
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
        return verdict(on: decision, .message, of: context.user, in: context)
    }

    public func replyScreen(in context: TurnContext) -> any ReplyScreen {
        let (age, rating) = (configuration.ageBand(context.user), configuration.rating(context.character))
        let judge = ModeratedReplyScreen.Judge(
            judge: { try await self.modelDecision(about: $0, age: age, rating: rating) },
            verdict: { self.verdict(on: $0, .reply, of: context.user, in: context) },
            isStrict: configuration.replies == .strict)
        return ModeratedReplyScreen(
            HoldBackScreen(matcher, policy: configuration.policy, age: age, rating: rating),
            window: model == nil
                ? nil : JudgementWindow(least: configuration.shortestPart, most: configuration.longestPart),
            judge: judge)
    }

    public func disclosure(in context: TurnContext) -> Disclosure? {
        guard let profile = configuration.disclosure(context.user) else { return nil }
        let rule = profile.rule(for: configuration.ageBand(context.user))
        let now = clock.now
        return state.withLock { state in
            let disclosure = state.disclosures.activity(of: context.user.id, at: now, rule: rule)
            if disclosure != nil { state.counters.count(\.disclosures, at: now) }
            return disclosure
        }
    }

    public func referral(for message: String, by user: User) -> CrisisReferral? {
        let decision = keywordDecision(about: message, age: configuration.ageBand(user), rating: .general)
        return decision.isCrisis ? referral(.message, of: user) : nil
    }

    /// Reports a decision, counts it, and makes of it what the turn is to do.
    private func verdict(
        on decision: ModerationDecision, _ origin: CrisisReferral.Origin, of user: User, in context: TurnContext
    ) -> ScreeningVerdict {
        guard decision.action != .allow || decision.isWithoutModel else { return .allow }
        report(Report(origin: origin, turn: context.turn, user: user.id, chat: context.chat, decision: decision))
        if decision.blocks {
            let now = clock.now
            let what: WritableKeyPath<ModerationCounters.Year, Int> =
                origin == .message ? \.blockedMessages : \.blockedReplies
            state.withLock { $0.counters.count(what, at: now) }
        }
        let reason = decision.blocks ? decision.reasonForPerson : nil
        if decision.isCrisis, let referral = referral(origin, of: user) {
            return .refer(referral, blockedReason: reason)
        }
        return reason.map { .block(reason: $0) } ?? .allow
    }

    /// Nil within an episode, where the person was referred already.
    private func referral(_ origin: CrisisReferral.Origin, of user: User) -> CrisisReferral? {
        let now = clock.now
        let isFirst = state.withLock { state in
            let isFirst = state.episodes.sign(of: user.id, at: now)
            if isFirst { state.counters.count(\.crisisReferrals, at: now) }
            return isFirst
        }
        guard isFirst else { return nil }
        return CrisisReferral(
            message: configuration.directory.message,
            resources: configuration.directory.entry(for: configuration.country(user)).resources, origin: origin,
            endsTurn: configuration.crisisEndsTurn)
    }
}
