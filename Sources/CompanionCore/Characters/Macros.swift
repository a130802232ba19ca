/// Puts values in the place of `{{char}}`, `{{user}}` and the other macros of the card specifications.
///
/// | macro | becomes |
/// | --- | --- |
/// | `{{char}}`, `<BOT>`, `<CHAR>` | ``character`` |
/// | `{{user}}`, `<USER>` | ``user`` |
/// | `{{original}}` | ``original``, where there is one |
/// | `{{random:a,b}}`, `{{random::a::b}}` | one of the values; `\,` stands for a comma in a value |
/// | `{{pick:a,b}}` | one of the values, the same one for the same seed, values and place among the text's picks |
/// | `{{roll:N}}`, `{{roll:dN}}` | a number from 1 to N |
/// | `{{reverse:x}}` | x from its end to its start |
/// | `{{// x}}`, `{{comment:x}}`, `{{hidden_key:x}}` | nothing; see ``Purpose`` |
/// | any of ``values`` | its value |
///
/// In any case of letters. What is not known stays as it is. A macro may stand within another one's braces, eight
/// deep; what a value brings in is text and is not looked at again. Time and space are linear in the text:
/// replacements stop once the result has grown by ``growthLimit``.
public struct Macros: Sendable {
    /// What an expanded text is for.
    public enum Purpose: Sendable, Hashable {
        /// For the model: comments and hidden keys vanish.
        case prompt
        /// For people: `{{comment:x}}` becomes x.
        case display
        /// For the search for lorebook keys: `{{hidden_key:x}}` becomes x.
        case loreMatching
    }

    /// How many bytes longer than the text the result may become: 1 MiB.
    public static let growthLimit = 1 << 20

    /// The character's display name.
    public var character: String
    /// What the person is called.
    public var user: String
    /// What a card's system prompt stands in place of.
    public var original: String?
    /// Further macros by their names in lower case, without braces; at most 64 bytes each.
    public var values: [String: String]
    /// Decides what `{{pick}}` picks; keep it for a chat.
    public var seed: UInt64
    /// Decides `{{random}}` and `{{roll}}`.
    public var random: any RandomSource

    public init(
        character: String, user: String, original: String? = nil, values: [String: String] = [:], seed: UInt64 = 0,
        random: any RandomSource = SystemRandomSource()
    ) {
        self.character = character
        self.user = user
        self.original = original
        self.values = values
        self.seed = seed
        self.random = random
    }

    /// The text with its macros replaced.
    public func expand(_ text: String, for purpose: Purpose = .prompt) -> String {
        guard text.utf8.contains(where: { $0 == UInt8(ascii: "{") || $0 == UInt8(ascii: "<") }) else { return text }
        var expansion = MacrosExpansion(macros: self, purpose: purpose)
        return expansion.expand(text)
    }
}
