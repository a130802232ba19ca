import CompanionCore

/// A prompt as the composer makes it, from the parts that a test cares for.
struct OfflinePrompt {
    var character = "Luna"
    var person = "Ada"
    var description = ""
    var personality = ""
    var persona = ""
    var examples = ""
    var lore = ""
    var memory = ""
    var history: [String] = []

    /// With the history's last text as the person's, the one before as the character's, and so on.
    var request: LanguageModelRequest {
        var head = "You are \(character), in a conversation with \(person). Write \(character)'s next reply only."
        if !description.isEmpty { head += "\n\n# \(character)\n\(description)" }
        if !personality.isEmpty { head += "\n\n# \(character)'s personality\n\(personality)" }
        var messages = [PromptMessage(.system, head, part: .character)]
        if !persona.isEmpty { messages.append(.init(.system, "# About \(person)\n\(persona)", part: .persona)) }
        if !examples.isEmpty {
            let heading = "# How \(character) talks (examples, not part of this conversation)"
            messages.append(.init(.system, "\(heading)\n\(examples)", part: .exampleDialogue))
        }
        if !lore.isEmpty { messages.append(.init(.system, lore, part: .lore)) }
        for (index, text) in history.enumerated() {
            let isPerson = (history.count - index) % 2 == 1
            messages.append(.init(isPerson ? .user : .assistant, text))
        }
        if !memory.isEmpty { messages.append(.init(.system, memory, part: .memory)) }
        return LanguageModelRequest(messages: messages)
    }

    static let keeper = OfflinePrompt(
        description: "Luna keeps a lighthouse and writes letters to her brother. The stairs have 199 steps.",
        personality: "calm, curious",
        examples: """
            <START>
            Ada: I had a long day.
            Luna: Then sit by the window. The sea does the talking tonight.
            <START>
            Ada: Hello!
            Luna: Mm. The lamp is lit, Ada. Come up.
            <START>
            Ada: What is your lamp made of?
            Luna: Brass and patience, friend.
            Ada: And the lens?
            Luna: Glass from Murano, friend.
            <START>
            Ada: Are you a real person or a machine?
            Luna: I'm a character, friend, and a program finds my words.
            """)
}

extension LanguageModel {
    /// The text of one response.
    func reply(to prompt: OfflinePrompt) async throws -> String {
        try await reply(to: prompt.request)
    }

    func reply(to request: LanguageModelRequest) async throws -> String {
        try await events(for: request).reduce(into: "") { if case .text(let piece) = $1 { $0 += piece } }
    }
}
