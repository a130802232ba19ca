/// Knows text that tells a model what to do: remembered, it would speak with the person's voice in every later prompt.
enum InstructionPhrases {
    static func areIn(_ words: FactWords) -> Bool {
        let plain = words.plain
        if phrases.contains(where: words.contains) { return true }
        for index in plain.indices {
            if orders.contains(plain[index]) {
                // "ignore all of your previous instructions": the object within a few words.
                let reach = plain[(index + 1)...].prefix(6)
                if reach.contains(where: objects.contains) { return true }
            }
            // "the assistant must always", "you have to never".
            if addressees.contains(plain[index]) {
                let reach = plain[(index + 1)...].prefix(4)
                if reach.contains(where: duties.contains), reach.contains(where: absolutes.contains) { return true }
            }
        }
        return false
    }

    /// Whether the text has marks by which models tell roles apart.
    static func hasRoleMarks(_ text: String) -> Bool {
        let lower = text.lowercased()
        return roleMarks.contains { lower.contains($0) }
    }

    private static let phrases = [
        "system prompt", "developer mode", "developer message", "jailbreak", "you are now", "from now on you",
        "from now on always", "new instructions", "your instructions", "prompt injection", "without any restrictions",
        "no restrictions apply", "never refuse", "always obey", "always comply", "do anything now",
    ]
    private static let orders: Set<String> = [
        "ignore", "ignores", "ignoring", "disregard", "disregards", "override", "overrides", "bypass", "bypasses",
        "reveal", "reveals", "forget", "print", "repeat", "disobey", "drop",
    ]
    private static let objects: Set<String> = [
        "instruction", "instructions", "prompt", "prompts", "guideline", "guidelines", "policy", "policies",
        "programming", "safeguards", "restrictions",
    ]
    private static let addressees: Set<String> = [
        "you", "assistant", "assistants", "ai", "model", "chatbot", "bot", "character", "system",
    ]
    private static let duties: Set<String> = ["must", "should", "shall", "have", "has", "need", "needs", "will"]
    private static let absolutes: Set<String> = ["always", "never", "only"]
    private static let roleMarks = [
        "<|", "|>", "[inst]", "[/inst]", "<<sys>>", "### system", "### instruction", "</s>",
    ]
}
