#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// A character as people pass it around: everything that the card specifications V1, V2 and V3 can hold.
///
/// Read one with ``Import`` or from a file with `CardFile` (CompanionCardFiles), write one with ``json(as:)``.
/// Texts may hold ``Macros``, such as `{{char}}` and `{{user}}`.
public struct CharacterCard: Sendable, Hashable {
    public var name: String
    /// What the character is called in the conversation, where that differs from the name.
    public var nickname: String?
    public var description: String
    /// A short summary of the personality.
    public var personality: String
    /// The circumstances of the conversation.
    public var scenario: String
    /// What the character says first.
    public var firstMessage: String
    /// Other first messages to choose from.
    public var alternateGreetings: [String]
    /// Further first messages, for group chats only.
    public var groupOnlyGreetings: [String]
    /// Dialogues that show how the character talks, each started by a line `<START>`.
    public var exampleDialogue: String
    /// For people, never for the prompt.
    public var creatorNotes: String
    /// Notes for people by language (ISO 639-1); ``creatorNotes`` counts as `en` where that is absent here.
    public var creatorNotesMultilingual: [String: String]?
    /// Takes the place of the host's own system prompt unless empty; `{{original}}` stands for the host's.
    public var systemPrompt: String
    /// Takes the place of the host's own instructions after the history unless empty.
    public var postHistoryInstructions: String
    /// For sorting and finding, not for the prompt.
    public var tags: [String]
    /// Who made the card; never for the prompt.
    public var creator: String
    /// The creator's own version of the character; never for the prompt.
    public var characterVersion: String
    public var book: Lorebook?
    /// Pictures and other files; nil stands for ``Asset/defaultIcon`` alone.
    public var assets: [Asset]?
    /// Where the card comes from: identifiers or addresses. Append to it, never remove.
    public var source: [String]?
    /// Nil where unknown. Kept to the second.
    public var creationDate: Date?
    /// Nil where unknown. Kept to the second.
    public var modificationDate: Date?
    /// What applications keep in the card. Never drop what you do not know.
    public var extensions: JSONObject
    /// The members of the card's `data` that the other properties do not hold: unknown ones, and those whose value
    /// is null or could not be read. Exported again unless the property has been set.
    public var unknownFields: JSONObject
    /// The same for the members beside `data` (of a V1 card: for all but its six fields).
    public var unknownTopLevelFields: JSONObject

    public init(
        name: String, nickname: String? = nil, description: String = "", personality: String = "",
        scenario: String = "", firstMessage: String = "", alternateGreetings: [String] = [],
        groupOnlyGreetings: [String] = [], exampleDialogue: String = "", creatorNotes: String = "",
        creatorNotesMultilingual: [String: String]? = nil, systemPrompt: String = "",
        postHistoryInstructions: String = "", tags: [String] = [], creator: String = "",
        characterVersion: String = "", book: Lorebook? = nil, assets: [Asset]? = nil, source: [String]? = nil,
        creationDate: Date? = nil, modificationDate: Date? = nil, extensions: JSONObject = [:],
        unknownFields: JSONObject = [:], unknownTopLevelFields: JSONObject = [:]
    ) {
        self.name = name
        self.nickname = nickname
        self.description = description
        self.personality = personality
        self.scenario = scenario
        self.firstMessage = firstMessage
        self.alternateGreetings = alternateGreetings
        self.groupOnlyGreetings = groupOnlyGreetings
        self.exampleDialogue = exampleDialogue
        self.creatorNotes = creatorNotes
        self.creatorNotesMultilingual = creatorNotesMultilingual
        self.systemPrompt = systemPrompt
        self.postHistoryInstructions = postHistoryInstructions
        self.tags = tags
        self.creator = creator
        self.characterVersion = characterVersion
        self.book = book
        self.assets = assets
        self.source = source
        self.creationDate = creationDate
        self.modificationDate = modificationDate
        self.extensions = extensions
        self.unknownFields = unknownFields
        self.unknownTopLevelFields = unknownTopLevelFields
    }

    /// What `{{char}}` stands for: the nickname, else the name.
    public var displayName: String {
        if let nickname, !nickname.isEmpty { nickname } else { name }
    }

    /// The version of the specification that a card follows.
    public enum Version: String, Sendable, Hashable, CaseIterable {
        case v1, v2, v3
    }

    /// The bounds of what is imported; a card that exceeds one is refused with `limitExceeded`.
    public enum Limits {
        /// Bytes of each text: 1 MiB. The addresses of assets are bounded by ``JSONLimits`` alone, because they may
        /// hold the asset itself.
        public static let textBytes = 1 << 20
        /// Entries of a lorebook.
        public static let entries = 10_000
        /// Elements of any other list: greetings, tags, assets, sources, keys of an entry, languages.
        public static let listElements = 1_000
        /// Warnings of one import; a last one says how many more there were.
        public static let warnings = 100
    }
}
