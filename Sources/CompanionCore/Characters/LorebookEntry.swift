/// One piece of knowledge in a ``Lorebook``, and when it enters the prompt.
public struct LorebookEntry: Sendable, Hashable {
    /// The entry is used when one of these is found in the searched messages.
    public var keys: [String]
    /// What enters the prompt, after leading lines `@@name value` (decorators, V3) that say when and where;
    /// ``text`` is the content without them. Nothing is added where it is empty.
    public var content: String
    /// What applications keep in the entry. Never drop what you do not know.
    public var extensions: JSONObject
    /// A disabled entry is never used.
    public var enabled: Bool
    /// Lower ones stand earlier in the prompt.
    public var insertionOrder: Int
    /// Whether case counts when keys are looked for; nil leaves it to the host.
    public var caseSensitive: Bool?
    /// Whether the keys are regular expressions; an invalid one matches nothing. ``secondaryKeys`` and ``constant``
    /// are ignored then.
    public var useRegex: Bool
    /// Whether the entry is used without looking for keys.
    public var constant: Bool?
    /// For people, not for the prompt.
    public var name: String?
    /// Lower ones are dropped first where the budget runs out; nil takes ``insertionOrder`` for it.
    public var priority: Int?
    /// An identity given by the program that wrote the entry; not for the prompt.
    public var id: ID?
    /// For people, not for the prompt.
    public var comment: String?
    /// Whether one of ``secondaryKeys`` must be found as well.
    public var selective: Bool?
    public var secondaryKeys: [String]?
    /// Where the content stands; nil leaves it to the host.
    public var position: Position?
    /// Members that the other properties do not hold: unknown ones, and those whose value is null or could not be
    /// read. Exported again unless the property has been set.
    public var unknownFields: JSONObject

    public init(
        keys: [String], content: String, extensions: JSONObject = [:], enabled: Bool = true,
        insertionOrder: Int = 100, caseSensitive: Bool? = nil, useRegex: Bool = false, constant: Bool? = nil,
        name: String? = nil, priority: Int? = nil, id: ID? = nil, comment: String? = nil, selective: Bool? = nil,
        secondaryKeys: [String]? = nil, position: Position? = nil, unknownFields: JSONObject = [:]
    ) {
        self.keys = keys
        self.content = content
        self.extensions = extensions
        self.enabled = enabled
        self.insertionOrder = insertionOrder
        self.caseSensitive = caseSensitive
        self.useRegex = useRegex
        self.constant = constant
        self.name = name
        self.priority = priority
        self.id = id
        self.comment = comment
        self.selective = selective
        self.secondaryKeys = secondaryKeys
        self.position = position
        self.unknownFields = unknownFields
    }

    /// The content without its decorators, and without the line breaks around them.
    public var text: String {
        var rest = content[...]
        while true {
            let line = rest.drop(while: \.isWhitespace)
            guard line.hasPrefix("@@") else { break }
            rest = line.drop { !$0.isNewline }
        }
        guard rest.startIndex != content.startIndex else { return content }
        return String(rest.drop(while: \.isNewline))
    }

    /// An entry's identity: programs write numbers or texts.
    public enum ID: Sendable, Hashable {
        case number(JSONNumber)
        case text(String)
    }

    /// Where an entry stands in the prompt. Values other than the specifications' are kept.
    public struct Position: RawRepresentable, Sendable, Hashable {
        public var rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }

        /// Before the character's description.
        public static let beforeCharacter = Position(rawValue: "before_char")
        /// After the character's description.
        public static let afterCharacter = Position(rawValue: "after_char")
    }
}
