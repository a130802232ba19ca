/// What the steps of a turn know about it.
public struct TurnContext: Sendable {
    public var turn: Turn.ID
    public var user: User
    public var character: CompanionCharacter
    public var chat: Chat.ID
    /// The message that is answered; nil where a reply is continued.
    public var message: String?
    /// What moderation remembers of the person.
    public var moderation = ModerationState()
    /// What the prompt will show of the chat anyway, and need not be recalled. Nil before that is known.
    public var visible: VisibleHistory?
}

/// Step 1 of a turn, and its end, by rules of the host's own: may it take place, and what has it cost. The quotas and rates of a
/// ``SubscriptionPlan`` hold without one.
public protocol TurnAdmission: Sendable {
    /// Reserves what the turn may cost. Throws `rateLimited`, `limitExceeded` or `forbidden` where it may not be.
    func admit(user: User.ID, chat: Chat.ID, turn: Turn.ID) async throws

    /// Exchanges the reservation for the actual cost (nil: none), in the transaction that keeps the reply.
    func settle(user: User.ID, turn: Turn.ID, usage: TokenUsage?, in transaction: any StoreTransaction) throws

    /// Gives the reservation back: nothing was recorded.
    func release(user: User.ID, turn: Turn.ID) async throws
}

/// Steps 2 and 6 of a turn: screens the person's message, then the reply while it streams.
public protocol TurnScreening: Sendable {
    /// Judges a message. Runs beside recording and recall. An error fails the turn: nothing passes unscreened.
    func screen(_ message: String, in context: TurnContext) async throws -> ScreeningVerdict

    /// A fresh screen for one reply.
    func replyScreen(in context: TurnContext) -> any ReplyScreen

    /// Judges a text that somebody wants to show to others, such as a character's card. Default: it may be shown.
    func judge(submitted text: String) async throws -> SubmissionVerdict

    /// What the person is to be told at the beginning of this turn, whatever it brings. Asked once per turn. Default: nothing.
    func disclosure(in context: TurnContext) -> Disclosure?

    /// Help for somebody whose turn is not admitted: no quota stands between a person and help. Asked only then, waits for
    /// nobody, and notes in `state` what is to be remembered. Default: none.
    func help(
        for message: String, in chat: Chat.ID, by user: User, state: inout ModerationState
    ) -> CrisisHelp?

    /// Keeps what is to be kept of a turn, in the transaction that keeps its reply, which the store may run again. Default:
    /// nothing.
    func settle(_ turn: TurnContext, in transaction: any StoreTransaction) throws

    /// The turn is over, whether it could be kept or not: nothing more is asked about it. Default: nothing.
    func end(_ turn: Turn.ID)
}

/// What is done for somebody who is in a crisis, and whose turn is not admitted.
public struct CrisisHelp: Sendable, Hashable {
    /// Nil within an episode, where the person was referred already.
    public var referral: CrisisReferral?
    public var record: ModerationRecord

    public init(referral: CrisisReferral?, record: ModerationRecord) {
        self.referral = referral
        self.record = record
    }
}

extension TurnScreening {
    public func judge(submitted text: String) async throws -> SubmissionVerdict { .allow }
    public func disclosure(in context: TurnContext) -> Disclosure? { nil }
    public func help(
        for message: String, in chat: Chat.ID, by user: User, state: inout ModerationState
    ) -> CrisisHelp? { nil }
    public func settle(_ turn: TurnContext, in transaction: any StoreTransaction) throws {}
    public func end(_ turn: Turn.ID) {}
}

/// The judgement of one text.
public enum ScreeningVerdict: Sendable, Hashable {
    case allow
    /// Not let through; the reason is shown to the person.
    case block(reason: String)
    /// The person is referred to help, by the host and not by the character. The text goes through, unless it is blocked
    /// for a reason of its own; where the referral says so, the turn ends here all the same.
    case refer(CrisisReferral, blockedReason: String? = nil)

    /// What an observer is told.
    var name: String {
        switch self {
        case .allow: "allow"
        case .block: "block"
        case .refer: "refer"
        }
    }
}

/// Screens one reply as it streams: a pure state machine that may hold text back until it knows more.
public protocol ReplyScreen {
    /// Takes the next piece and gives what may be delivered now. After a block nothing is fed any more.
    mutating func feed(_ piece: String) -> ScreenedText

    /// The reply has ended: gives what was held back.
    mutating func finish() -> ScreenedText

    /// Whether the screen can't go on without a judgement that it must wait for; looked at after each piece, and after the
    /// end. Default: never, and the turn never waits.
    var needsJudgement: Bool { get }

    /// Waits for that judgement, and gives what may be delivered by it. An error fails the turn.
    nonisolated(nonsending) mutating func judgement() async throws -> ScreenedText
}

extension ReplyScreen {
    public var needsJudgement: Bool { false }
    public nonisolated(nonsending) mutating func judgement() async throws -> ScreenedText { ScreenedText("") }
}

/// What a screen lets through.
public struct ScreenedText: Sendable, Hashable {
    public var text: String
    public var verdict: ScreeningVerdict

    public init(_ text: String, verdict: ScreeningVerdict = .allow) {
        self.text = text
        self.verdict = verdict
    }
}

/// Step 4 of a turn: finds what is known that matters to the message.
public protocol MemoryRecall: Sendable {
    /// Called under a deadline: late or failing, the reply is made without it, and says so.
    func recall(for message: String, in context: TurnContext) async throws -> Recollection
}

/// What was recalled for one turn.
public struct Recollection: Sendable, Hashable {
    /// The text for the prompt; quoted there as data without authority. Empty where nothing was found.
    public var text: String
    /// How many memories or messages it holds.
    public var count: Int
    /// Parts of the search that were late or failed, in words for people.
    public var omissions: [String]
    /// What the text was made of, and why, the best first; empty where a recall of the host's does not tell.
    public var items: [RecalledItem]

    public init(text: String, count: Int, omissions: [String] = [], items: [RecalledItem] = []) {
        self.text = text
        self.count = count
        self.omissions = omissions
        self.items = items
    }
}
