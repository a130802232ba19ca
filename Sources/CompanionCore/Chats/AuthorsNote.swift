/// Words for the model within the history, near its end, where they have weight.
public struct AuthorsNote: Sendable, Hashable {
    /// Macros are expanded.
    public var text: String
    /// Before the message so many from the end; 0 is after the newest. Default 4.
    public var depth: Int
    public var role: PromptMessage.Role

    public init(_ text: String, depth: Int = 4, role: PromptMessage.Role = .system) {
        self.text = text
        self.depth = depth
        self.role = role
    }

    /// The note of a card: SillyTavern keeps it under `depth_prompt` in the extensions.
    init?(of card: CharacterCard) {
        guard let object = card.extensions["depth_prompt"]?.object, let text = object["prompt"]?.string, !text.isBlank
        else { return nil }
        let role = object["role"]?.string.flatMap { PromptMessage.Role(rawValue: $0.lowercased()) }
        self.init(text, depth: max(0, object["depth"]?.integer ?? 4), role: role ?? .system)
    }
}
