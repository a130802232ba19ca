/// Interim.
public struct CharacterCard: Sendable, Hashable {
    public var name: String
    public var description = "", personality = "", scenario = "", firstMessage = "", exampleDialogue = "",
        systemPrompt = ""
    public var postHistoryInstructions = ""
    public var alternateGreetings: [String] = []
    public var nickname: String?
    public init(name: String, personality: String = "", firstMessage: String = "", exampleDialogue: String = "") {
        self.name = name
        self.personality = personality
        self.firstMessage = firstMessage
        self.exampleDialogue = exampleDialogue
    }
}
