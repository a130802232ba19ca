/// Screens one reply for ``Moderation``: by keywords as it streams, and by a model part by part.
struct ModeratedReplyScreen: ReplyScreen {
    /// What the screen asks of the service.
    struct Judge: Sendable {
        /// What the model finds in a text; throws where it fails and the policy wants that to fail the turn.
        var judge: @Sendable (String) async throws -> ModerationDecision
        /// Notes a decision, and makes of it what the turn is to do.
        var verdict: @Sendable (ModerationDecision) -> ScreeningVerdict
        var isStrict: Bool
    }

    private var keywords: HoldBackScreen
    /// Nil without a model.
    private var window: JudgementWindow?
    private let judge: Judge
    /// All that passed, for the final check; parts that were judged alone may be worse together.
    private var whole = ""
    private var parts = 0
    private var isFinished = false
    private var isFinallyChecked = false
    private var isBlocked = false

    init(_ keywords: HoldBackScreen, window: JudgementWindow?, judge: Judge) {
        self.keywords = keywords
        self.window = window
        self.judge = judge
    }

    mutating func feed(_ piece: String) -> ScreenedText { pass(keywords.advance(piece)) }

    mutating func finish() -> ScreenedText {
        let passed = pass(keywords.end())
        window?.end()
        isFinished = true
        return passed
    }

    private mutating func pass(_ step: HoldBackScreen.Step) -> ScreenedText {
        let verdict = step.decision.action == .allow ? ScreeningVerdict.allow : judge.verdict(step.decision)
        if step.decision.blocks { isBlocked = true }
        guard window != nil else { return ScreenedText(step.text, verdict: verdict) }
        window?.add(step.text)
        whole += step.text
        return ScreenedText(judge.isStrict ? "" : step.text, verdict: verdict)
    }

    // MARK: Judging

    var needsJudgement: Bool {
        guard let window, !isBlocked else { return false }
        return window.isDue || needsFinalCheck
    }

    private var needsFinalCheck: Bool { isFinished && parts > 1 && !isFinallyChecked }

    /// In strict mode the last part waits for the final check, too.
    nonisolated(nonsending) mutating func judgement() async throws -> ScreenedText {
        guard let part = window?.take() else { return ScreenedText("") }
        var decision = ModerationDecision()
        if !part.isEmpty {
            decision = try await judge.judge(part)
            parts += 1
        }
        if !decision.blocks, needsFinalCheck {
            isFinallyChecked = true
            decision.add(try await judge.judge(whole))
        }
        let verdict = judge.verdict(decision)
        if decision.blocks {
            isBlocked = true
            return ScreenedText("", verdict: verdict)
        }
        return ScreenedText(judge.isStrict ? part : "", verdict: verdict)
    }
}
