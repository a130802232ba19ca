internal import _CompanionHosting

/// A command within a chat: a line that begins with a slash.
enum ChatCommand: Sendable, Hashable {
    case help
    case regenerate
    case goOn
    case swipe(Swipe)
    /// Nil asks for the old text, to change it.
    case edit(EditTarget, String?)
    case delete
    case undo
    case fork(title: String?)
    case prompt
    /// Nil shows it.
    case persona(String?)
    /// Shows the card; with `newest` it lets the newest version talk first.
    case character(newest: Bool)
    /// Nil shows it.
    case title(String?)
    /// Nil lists them; else the chat to go on with.
    case chats(String?)
    case new
    case history(Int)
    /// Nil lists them; else the text to search for.
    case memories(String?)
    case why
    case remember(String)
    /// The memory's number in the list before, or the end of its id.
    case forget(String)
    case quit

    /// Which alternative of the last reply.
    enum Swipe: Sendable, Hashable {
        case next, previous
        /// Counted from 1.
        case number(Int)
    }

    enum EditTarget: String, Sendable, Hashable {
        case message, reply
    }
}

/// The word of a command, and how it is used.
enum ChatCommandWord: String, Sendable, CaseIterable {
    case help, regenerate
    case goOn = "continue"
    case swipe, edit, delete, undo, fork, prompt, persona, character, title, chats, new, history, memories, why,
        remember,
        forget, quit

    /// What follows the word; empty for nothing.
    var arguments: String {
        switch self {
        case .swipe: "[next|prev|NUMBER]"
        case .edit: "[reply] [TEXT]"
        case .fork, .title: "[TITLE]"
        case .persona: "[TEXT]"
        case .character: "[newest]"
        case .chats: "[ID]"
        case .history: "[NUMBER]"
        case .memories: "[TEXT]"
        case .remember: "TEXT"
        case .forget: "NUMBER|ID"
        default: ""
        }
    }

    var summary: String {
        switch self {
        case .help: "this list"
        case .regenerate: "answer my last message anew, as a further alternative"
        case .goOn: "let the character go on with the last reply"
        case .swipe: "another alternative of the last reply; behind the last one a new one is made"
        case .edit: "change my last message, or the last reply"
        case .delete: "delete my last message and what followed it"
        case .undo: "take back the last deletion or edit"
        case .fork: "go on in a copy of this chat, and leave this one as it is"
        case .prompt: "what the model is shown, and why"
        case .persona: "what you say of yourself, for every character to know"
        case .character: "the character's card; with newest, this chat takes its newest version"
        case .title: "the chat's title"
        case .chats: "your chats; with an id, go on with that one"
        case .new: "a new chat with this character"
        case .history: "the last messages, 20 if no number is given"
        case .memories: "what is remembered about you; with a text, what it brings to mind"
        case .why: "what was recalled for the last reply, and why"
        case .remember: "write something down for every character to remember, such as: Ada sails."
        case .forget: "forget a memory for good; its number is that of the last list"
        case .quit: "leave; the chat is kept"
        }
    }
}
