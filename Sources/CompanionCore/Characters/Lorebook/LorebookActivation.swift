/// Which entries of lorebooks are used at one moment of a chat, and why.
public struct LorebookActivation: Sendable, Hashable {
    /// Where an entry stands in the prompt.
    public enum Place: Sendable, Hashable {
        case beforeCharacter, afterCharacter, personality, scenario
        case beforeExamples, afterExamples
        /// Before the message so many from the end of the history (0: after the newest), in that role.
        case depth(Int, PromptMessage.Role)
    }

    /// An entry that is used.
    public struct Piece: Sendable, Hashable {
        /// The place of its book, and its own place in that book.
        public var book: Int
        public var entry: Int
        /// What people call it: its name, its comment, or its first key.
        public var title: String
        /// What it says, with macros replaced and without decorators.
        public var text: String
        public var tokens: Int
        public var place: Place
        /// Lower ones stand earlier.
        public var order: Int
        /// Whether it says the same from turn to turn, so that it can stand in the prompt's stable beginning.
        public var isStable: Bool
        public var reason: String
        /// Its place among the entries of all books.
        var number: Int
    }

    /// Why an entry is in or out.
    public struct Verdict: Sendable, Hashable {
        public var isIncluded: Bool
        public var reason: String
    }

    /// What is used, in the order in which it stands at its place.
    public internal(set) var pieces: [Piece] = []
    /// To be handed to the next activation in this chat.
    public internal(set) var state = LorebookState()
    /// What could not be done: expressions that took too long.
    public internal(set) var warnings: [CharacterCard.Warning] = []
    /// By book and entry.
    var causes: [[LorebookCause]] = []

    /// Why an entry is in or out, by the place of its book and its own in it.
    public func verdict(book: Int, entry: Int) -> Verdict {
        let cause = causes[book][entry]
        return Verdict(isIncluded: cause.isIncluded, reason: cause.description)
    }
}

/// Why an entry is in or out, without the cost of saying it.
enum LorebookCause: Sendable, Hashable, CustomStringConvertible {
    // In.
    case constant
    case forced
    case kept
    case sticky
    case key(String)
    case recursion(String)
    // Out.
    case disabled
    case empty
    case invalidExpression
    case noKey
    case recursionOnly
    case secondaryKeys
    case additionalKeys
    case excludedKey
    case suppressed
    case usedBefore
    case tooEarly
    case notThisTime
    case otherGreeting
    case otherIcon
    case fullContext
    case delayed
    case coolingDown
    case chance
    case group(String)
    case bookBudget
    case budget

    var isIncluded: Bool {
        switch self {
        case .constant, .forced, .kept, .sticky, .key, .recursion: true
        default: false
        }
    }

    var description: String {
        switch self {
        case .constant: "always used"
        case .forced: "always used (@@activate)"
        case .kept: "was found before (@@keep_activate_after_match)"
        case .sticky: "was used a few messages ago, and stays"
        case .key(let key): "found '\(key)'"
        case .recursion(let key): "found '\(key)' in another entry"
        case .disabled: "is disabled"
        case .empty: "says nothing"
        case .invalidExpression: "its regular expression can't be used"
        case .noKey: "none of its keys was found"
        case .recursionOnly: "waits for other entries to be used"
        case .secondaryKeys: "its secondary keys do not agree"
        case .additionalKeys: "none of its additional keys was found"
        case .excludedKey: "an excluded key was found"
        case .suppressed: "is never used (@@dont_activate)"
        case .usedBefore: "was used before (@@dont_activate_after_match)"
        case .tooEarly: "the character has not said enough yet"
        case .notThisTime: "is used at every few messages only"
        case .otherGreeting: "the chat began with another greeting"
        case .otherIcon: "the person uses another icon"
        case .fullContext: "the history fills the prompt"
        case .delayed: "the chat has too few messages yet"
        case .coolingDown: "was used a few messages ago, and rests"
        case .chance: "chance decided against it"
        case .group(let title): "another entry of its group is used: '\(title)'"
        case .bookBudget: "its book's budget is full"
        case .budget: "the budget for lore is full"
        }
    }
}
