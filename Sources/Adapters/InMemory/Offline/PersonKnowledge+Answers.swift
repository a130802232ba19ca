extension PersonKnowledge {
    /// What can be said to a person's question about themselves, in several ways.
    enum Answer: Sendable, Hashable {
        case known([String])
        case unknown
    }

    /// Nil where the text is no question of a person about themselves.
    func answer(to text: String, words: Words) -> Answer? {
        guard words.stems.contains("me"), isAsking(text, words) else { return nil }
        func asks(_ phrases: String...) -> Bool { phrases.contains(where: words.contains) }

        if asks("my name", "who am i", "am i called") {
            return name.map { .known(["Your name is \($0).", "You're \($0).", "\($0). I haven't forgotten."]) }
                ?? .unknown
        }
        if asks("where do i live", "where i live", "where am i living", "did i move", "is my home") {
            return home.map { .known(["You live \($0).", "\($0.capitalizedFirst), you told me."]) } ?? found(words)
        }
        if asks("where am i from", "where do i come from", "where i come from") {
            return origin.map { .known(["You're from \($0).", "From \($0), you said."]) } ?? found(words)
        }
        if asks("how old am i", "my age") {
            return age.map { .known(["You're \($0).", "\($0), if I counted right."]) } ?? .unknown
        }
        if asks("do i hate", "do i dislike", "do i not like", "do not i like") {
            return list(dislikes, ["You don't like", "What you can do without:"]) ?? found(words)
        }
        if asks("do i like", "do i love", "do i enjoy", "i like", "i love", "i enjoy") {
            return list(likes, ["You like", "You told me that you like"]) ?? found(words)
        }
        if asks("about me", "i told you", "have i told you", "did i tell you", "about myself", "remember me") {
            return summary
        }
        return found(words)
    }

    private func isAsking(_ text: String, _ words: Words) -> Bool {
        let beginnings = [
            "what", "where", "when", "who", "which", "how old", "how many", "how much", "do you remember",
            "do you know",
            "do you still", "can you remember", "did i", "have i", "am i", "is my", "are my", "was my", "does my",
            "remember",
            "tell me what", "tell me where", "tell me who", "tell me about me", "so what", "and what", "and where",
        ]
        let isHelp = ["should i", "can i", "could i", "may i", "what do i do", "how do i"].contains(
            where: words.contains)
        return !isHelp && beginnings.contains(where: words.begins)
    }

    private func list(_ values: [String], _ beginnings: [String]) -> Answer? {
        guard let last = values.last else { return nil }
        let shown = values.suffix(4)
        let text = shown.count == 1 ? last : shown.dropLast().joined(separator: ", ") + " and " + last
        return .known(beginnings.map { "\($0) \(text)." })
    }

    private var summary: Answer {
        let known = statements.suffix(3).map { Perspective.reflected($0).capitalizedFirst + "." }
        guard !known.isEmpty else {
            return name.map { .known(["I know your name, \($0), and not much else yet."]) } ?? .unknown
        }
        let text = known.joined(separator: " ")
        return .known(["This much I know: \(text)", "I remember a few things. \(text)"])
    }

    /// The statement that speaks of most of what the question speaks of.
    private func found(_ words: Words) -> Answer? {
        let missing: Answer? =
            ["is my", "are my", "was my", "do i live", "am i from", "do i like"].contains(where: words.contains)
            ? .unknown : nil
        let asked = words.topics
        guard !asked.isEmpty else { return missing }
        let best = statements.reversed().map { statement in
            (statement, Double(asked.intersection(Words(statement).topics).count) / Double(asked.count))
        }.max { $0.1 < $1.1 }
        guard let (statement, share) = best, share >= 0.5 else { return missing }
        let said = Perspective.reflected(statement)
        return .known(["You told me: \(said).", "\(said.capitalizedFirst). I remember.", "I remember: \(said)."])
    }
}
