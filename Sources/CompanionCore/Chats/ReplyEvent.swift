/// What happens while a character replies. Kinds may be added: keep a `default` in a `switch`.
public enum ReplyEvent: Sendable, Hashable {
    /// First, once: the message is recorded, and the reply has its place.
    case started(TurnStart)
    /// What the person is to be told: that this is an AI. Shown by the host, apart from the character's words.
    case disclosure(Disclosure)
    /// There are signs of a crisis: where to find help. Shown by the host, at once and apart from the character's words.
    /// Before a turn that is not admitted it is the only event.
    case crisis(CrisisReferral)
    /// Memories were put into the prompt.
    case recalled(Recollection)
    /// Something went on without a part that it should have, such as recall that was late; in words for people.
    case notice(String)
    /// What the model is shown, explained.
    case composed(PromptReport)
    /// The next piece of the reply; never empty.
    case text(String)
    /// Moderation ended the turn; the reason is for the person. `finished` follows.
    case blocked(reason: String)
    /// Last, once: the reply as it was kept.
    case finished(Message)
}

/// The beginning of a turn.
public struct TurnStart: Sendable, Hashable {
    public var turn: Turn.ID
    /// The recorded message that is answered; nil where a reply is continued.
    public var message: Message?
    /// The message that holds the reply.
    public var reply: Message.ID
    /// True where the client message id was known already: the events repeat the first outcome, and no model is asked.
    public var isReplay: Bool

    public init(turn: Turn.ID, message: Message?, reply: Message.ID, isReplay: Bool = false) {
        self.turn = turn
        self.message = message
        self.reply = reply
        self.isReplay = isReplay
    }
}

/// What becomes of a reply whose reader leaves before its end.
///
/// It counts where the body returns or throws. Cancelling the task always cancels the reply.
public enum LeavePolicy: Sendable, Hashable {
    /// The provider's call is given up; the text so far is kept and marked as interrupted.
    case cancel
    /// The reply is generated to its end and kept; the call returns when that is done.
    case finish
}
