internal import CompanionCore

/// What a request tells about a conversation, taken apart again from the parts that a prompt is made of.
///
/// Names and sections are known by the headings of `PromptComposer`; what another composer words differently is
/// simply not found.
struct OfflineScene {
    private(set) var characterName: String?
    private(set) var userName: String?
    private(set) var exchanges: [Exchange] = []
    /// What the character says of itself, sentence by sentence.
    private(set) var ownSentences: [String] = []
    /// What it knows besides, entry by entry.
    private(set) var lore: [String] = []
    /// What the person told, before the message that is to be answered and in it.
    private(set) var knowledge = PersonKnowledge()
    private(set) var lesson: PersonKnowledge.Lesson?
    /// The message that is to be answered; empty where the character speaks first.
    private(set) var said = ""
    /// The character's lines so far, oldest first.
    private(set) var replies: [String] = []
    /// The beginning of a reply that is to be gone on with.
    private(set) var interrupted: String?

    init(_ request: LanguageModelRequest) {
        let texts = Dictionary(grouping: request.messages, by: \.part).mapValues { $0.map(\.text) }
        findNames(in: texts)
        let examples = (texts[.exampleDialogue] ?? []).joined(separator: "\n<START>\n")
        exchanges = ExampleDialogue(examples, character: characterName, user: userName).exchanges
        for text in texts[.character] ?? [] { readCharacter(text) }
        for line in (texts[.lore] ?? []).flatMap(\.lines) where !line.hasPrefix("#") { lore.append(inOwnWords(line)) }
        knowledge = PersonKnowledge(name: userName)
        for line in (texts[.persona] ?? []).flatMap(\.lines) + (texts[.memory] ?? []).flatMap(\.lines) { learn(line) }
        read(request.messages.filter { $0.part == .history && $0.role != .system })
    }

    /// Differs with the message and its place, the same in every process (FNV-1a).
    var fingerprint: UInt64 {
        said.utf8.reduce(0xCBF2_9CE4_8422_2325 &+ UInt64(replies.count)) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }

    // MARK: Names

    private mutating func findNames(in texts: [PromptMessage.Part: [String]]) {
        let character = (texts[.character] ?? []).joined(separator: "\n")
        let examples = (texts[.exampleDialogue] ?? []).joined(separator: "\n")
        let persona = (texts[.persona] ?? []).joined(separator: "\n")
        characterName =
            examples.between("# How ", " talks")
            ?? character.lines.lazy.compactMap { $0.hasPrefix("# ") ? $0.between("# ", "'s personality") : nil }.first
            ?? character.between("You are ", ",")
            ?? character.lines.first { $0.hasPrefix("# ") && $0 != "# Scenario" }.map { $0.dropFirst(2).trimmed }
        userName =
            persona.between("# About ", "\n") ?? character.between("in a conversation with ", ".")
    }

    // MARK: The character

    private mutating func readCharacter(_ text: String) {
        // What stands before the first heading tells a model how to play, and nothing of the character.
        let lines = text.lines
        guard let first = lines.firstIndex(where: { $0.hasPrefix("# ") }) else { return }
        var isScenario = false
        for line in lines[first...] {
            if line.hasPrefix("# ") {
                isScenario = line == "# Scenario"
            } else if !isScenario {
                for sentence in Sentence.all(in: line) { readOwn(sentence.text) }
            }
        }
    }

    private mutating func readOwn(_ sentence: String) {
        if let own = Perspective.ownWords(sentence, name: characterName ?? "") {
            ownSentences.append(own + ".")
        } else {
            lore.append(inOwnWords(sentence + "."))
        }
    }

    private func inOwnWords(_ text: String) -> String {
        guard let characterName else { return text }
        return Perspective.mentioning(text, name: characterName)
    }

    // MARK: The person

    /// Learns from a line of a persona or of memories: "I live in Turin", "Ada lives in Turin", "Ada: I live in Turin".
    private mutating func learn(_ line: String) {
        var line = line.drop { "-*• ".contains($0) }[...]
        guard !line.hasPrefix("#") else { return }
        if let colon = line.firstIndex(of: ":") {
            let speaker = line[..<colon].trimmed.lowercased()
            if speaker == characterName?.lowercased() { return }
            if speaker == userName?.lowercased() { line = line[line.index(after: colon)...] }
        }
        for sentence in Sentence.all(in: line.trimmed) where !sentence.isQuestion {
            if let own = Perspective.ownWords(sentence.text, name: userName ?? "") {
                knowledge.learn(Sentence(text: own, isQuestion: false))
            }
        }
    }

    private mutating func read(_ history: [PromptMessage]) {
        let last = history.last
        if last?.role == .assistant { interrupted = last?.text }
        replies = history.filter { $0.role == .assistant }.map(\.text)
        if interrupted != nil { replies.removeLast() }
        for message in history where message.role == .user {
            lesson = nil
            for sentence in Sentence.all(in: message.text) { lesson = knowledge.learn(sentence) ?? lesson }
            said = message.text
        }
    }
}

extension String {
    /// The lines that are not blank, without blanks at both ends.
    fileprivate var lines: [String] { split(whereSeparator: \.isNewline).map(\.trimmed).filter { !$0.isEmpty } }

    /// What stands between the first place of `start` and the next of `end`; nil where it is none, or too long for a name.
    fileprivate func between(_ start: String, _ end: String) -> String? {
        guard let open = firstRange(of: start) else { return nil }
        let rest = self[open.upperBound...]
        let text = rest[..<(rest.firstRange(of: end)?.lowerBound ?? rest.endIndex)].trimmed
        return text.isEmpty || text.count > 128 || text.contains(where: \.isNewline) ? nil : text
    }
}
