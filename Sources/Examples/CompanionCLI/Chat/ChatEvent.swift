internal import CompanionCore

/// What a chat has to tell, whoever shows it: on a terminal, as plain text, or as JSON.
enum ChatEvent: Sendable {
    /// A chat is gone on with, or begun.
    case opened(ChatOpening)
    /// A message that was there already.
    case message(Message)
    /// Something of a running reply.
    case reply(ReplyEvent)
    /// The reply was stopped by the person, and kept as far as it had come; nil where there was none yet.
    case stopped(Message?)
    /// Another program holds the chat; it is waited for.
    case waiting
    /// An alternative was chosen.
    case swiped(Message)
    case edited(Message)
    case deleted(count: Int)
    /// Nil where there was nothing to take back.
    case undone(ChatChange.Kind?)
    case prompt(PromptReport)
    case persona(String)
    case title(String)
    case card(CompanionCharacter)
    case chats([ChatSummary])
    /// What is remembered about the person.
    case memories([Memory])
    /// What a text brings to mind.
    case found(RecallResult)
    /// What was recalled for the last reply, and why; nil where there was no reply in this run.
    case why(Recollection?)
    case remembered(Memory)
    case forgotten(Memory)
    case help
    /// Ctrl-C at an empty prompt: another one leaves.
    case leavingAsked
    case failed(CompanionError)
}

/// The chat that is gone on with.
struct ChatOpening: Sendable {
    enum Kind: String, Sendable {
        case new, continued, forked
    }

    var kind: Kind
    var chat: Chat
    var character: CompanionCharacter
    var user: User
    /// The model's name.
    var model: String
    /// Whether the model is a stand-in.
    var isSimulated: Bool
    /// What is to be said of the model.
    var notice: String?
    /// The newest messages, oldest first.
    var messages: [Message]
}

/// A line in the list of chats.
struct ChatSummary: Sendable {
    var chat: Chat
    var characterName: String
    /// Whether it is the one that is open.
    var isCurrent = false
}

/// Shows what a chat tells.
@MainActor protocol ChatOutput {
    func show(_ event: ChatEvent)

    /// Whether nobody reads any more what is shown.
    var isGone: Bool { get }
}
