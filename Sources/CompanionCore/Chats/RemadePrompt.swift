/// The prompt of an earlier turn, made again from what is kept now.
public struct RemadePrompt: Sendable, Hashable {
    public var prompt: Prompt
    /// The reply that the turn brought. Its ``Alternative/usage`` tells what the provider counted then.
    public var reply: Message
    /// Why the prompt may have been another one then, in a steady order; empty where nothing speaks for that.
    public var doubts: [Doubt]

    public init(prompt: Prompt, reply: Message, doubts: [Doubt] = []) {
        self.prompt = prompt
        self.reply = reply
        self.doubts = doubts
    }

    /// What can't be known of an earlier turn. A closed set that may grow.
    public struct Doubt: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String {
            case unasked, recall, summary, messages, character, person, lorebooks, chance, model
        }
        private let kind: Kind
        private init(kind: Kind) { self.kind = kind }

        /// No model was asked for the reply: it came from a file. The prompt is what one would have been shown.
        public static let unasked = Doubt(kind: .unasked)
        /// What was recalled is not kept; it is left out. Where it took much room, the history began later then.
        public static let recall = Doubt(kind: .recall)
        /// The chat was summed up anew since, and the old summary is not kept; it is left out.
        public static let summary = Doubt(kind: .summary)
        /// A message before the reply was edited, or answered anew, since; it is shown as it is now.
        public static let messages = Doubt(kind: .messages)
        /// The chat's character, in the version that the chat has now, is newer than the reply.
        public static let character = Doubt(kind: .character)
        /// The person's name, persona or preferences were changed since.
        public static let person = Doubt(kind: .person)
        /// A lorebook that applies now was changed since.
        public static let lorebooks = Doubt(kind: .lorebooks)
        /// Entries of lorebooks that chance decides may have been in or out.
        public static let chance = Doubt(kind: .chance)
        /// Another model wrote the reply; its window may have been another one.
        public static let model = Doubt(kind: .model)

        /// The name, such as `summary`.
        public var name: String { kind.rawValue }

        /// A sentence for people.
        public var description: String {
            switch kind {
            case .unasked: "No model was asked for it: it was imported, or written by hand."
            case .recall: "What was recalled is not kept, and left out here; the history may have begun later."
            case .summary: "The chat was summed up anew since; the summary of then is left out here."
            case .messages: "A message before it was changed since; it is shown as it is now."
            case .character: "The character was changed since; it is shown as it is now."
            case .person: "Your name, persona or preferences were changed since; they are shown as they are now."
            case .lorebooks: "A lorebook was changed since; it is shown as it is now."
            case .chance: "Chance decides some entries of the lorebooks; they may have been in or out."
            case .model: "Another model answered then, perhaps with another window."
            }
        }
    }
}
