internal import CompanionCore

extension CompanionCharacter {
    /// The card for people to read, wrapped at `width`.
    func lines(palette: Palette, width: Int?) -> [String] {
        var lines = [palette(.character, card.name.harmless) + palette(.dim, "  \(id.short)")]
        func add(_ title: String, _ text: String) {
            guard !text.trimmed.isEmpty else { return }
            lines += ["", palette(.dim, title)]
            lines += text.wrapped(to: width, indent: 2)
        }
        let origin = [card.creator, card.characterVersion].filter { !$0.isEmpty }.joined(separator: ", version ")
        if !origin.isEmpty { lines.append(palette(.dim, "by \(ControlFilter.singleLine(origin))")) }
        let tags = card.tags.map(ControlFilter.singleLine).joined(separator: ", ")
        if revision > 1 { lines.append(palette(.dim, "version \(revision)")) }
        if !tags.isEmpty { lines.append(palette(.dim, tags)) }
        add("Notes of the creator", card.creatorNotes)
        add("Description", card.description)
        add("Personality", card.personality)
        let traits = card.traits
        add("Temperament", traits.temperament.joined(separator: ", "))
        add("Speech", traits.speech.joined(separator: ", "))
        add("Interests", traits.interests.joined(separator: ", "))
        add("Relation", traits.relation)
        add("Scenario", card.scenario)
        add("First message", card.firstMessage)
        for (index, greeting) in card.alternateGreetings.enumerated() { add("First message \(index + 2)", greeting) }
        add("Examples", card.exampleDialogue)
        add("System prompt", card.systemPrompt)
        add("Instructions after the history", card.postHistoryInstructions)
        if let book = card.book { add("Lorebook", "\(book.entries.count) entries") }
        return lines
    }
}
