/// What a person told of themselves, as far as simple English sentences tell it; later sentences win.
struct PersonKnowledge: Sendable {
    private(set) var name: String?
    /// With its preposition: "in Turin".
    private(set) var home: String?
    private(set) var origin: String?
    private(set) var age: String?
    private(set) var likes: [String] = []
    private(set) var dislikes: [String] = []
    /// Whole sentences in the person's own words, oldest first.
    private(set) var statements: [String] = []

    /// How many statements and likes are kept.
    private static let maximumCount = 500

    init(name: String? = nil) { self.name = name }

    /// What was learnt from a sentence, for an answer to it.
    enum Lesson: Sendable, Hashable {
        case name(String)
        case home(String)
        case like(String)
        case dislike(String)
        case statement(String)
    }

    /// Learns from one sentence in the person's own words; nil where it tells nothing of them.
    @discardableResult
    mutating func learn(_ sentence: Sentence) -> Lesson? {
        guard Self.isStatement(sentence) else { return nil }
        let tokens = sentence.text.split(separator: " ").map(String.init)
        let lesson = Self.clauses(of: tokens).compactMap { learn(clause: $0) }.first
        statements.removeAll { $0 == sentence.text }
        statements.append(sentence.text)
        if statements.count > Self.maximumCount { statements.removeFirst() }
        return lesson ?? .statement(sentence.text)
    }

    /// Whether a sentence tells something of who says it.
    static func isStatement(_ sentence: Sentence) -> Bool {
        let words = Words(sentence.text)
        return words.all.count >= 3 && words.all.contains(where: selves.contains) && !isRequest(sentence, words)
    }

    /// Whether a sentence asks for an answer, with a question mark or without.
    static func isRequest(_ sentence: Sentence, _ words: Words) -> Bool {
        sentence.isQuestion || words.all.first.map(requests.contains) == true
    }

    private mutating func learn(clause: Clause) -> Lesson? {
        let called = clause.value(after: ["call me"], most: 2).flatMap { $0.first?.isUppercase == true ? $0 : nil }
        if let value = clause.value(after: Self.namePatterns, most: 3)?.capitalizedFirst ?? called {
            defer { name = value }
            return name == value ? nil : .name(value)
        }
        for (patterns, preposition) in Self.homePatterns {
            if let value = clause.value(after: patterns, most: 4) {
                home = "\(preposition) \(value)"
                return .home("\(preposition) \(value)")
            }
        }
        if let value = clause.value(after: ["i am from", "i come from"], most: 4) { origin = value }
        if let value = clause.value(after: ["i am"], most: 3), let years = Int(value.prefix { $0.isNumber }),
            (1...130).contains(years), value.count <= 3 || value.hasSuffix("years old")
        {
            age = String(years)
        }
        if let value = clause.value(after: Self.dislikePatterns, most: 8, isList: true) {
            Self.remember(value, in: &dislikes, not: &likes)
            return .dislike(value)
        }
        if let value = clause.value(after: Self.likePatterns, most: 8, isList: true), !value.hasPrefix("you") {
            Self.remember(value, in: &likes, not: &dislikes)
            return .like(value)
        }
        return nil
    }

    private static func remember(_ value: String, in list: inout [String], not other: inout [String]) {
        let same: (String) -> Bool = { $0.lowercased() == value.lowercased() }
        other.removeAll(where: same)
        list.removeAll(where: same)
        list.append(value)
        if list.count > maximumCount { list.removeFirst() }
    }

    private static let selves: Set<String> = ["i", "me", "my", "we", "our"]
    /// First words of sentences that ask for something and tell nothing.
    private static let requests: Set<String> = [
        "tell", "give", "show", "let", "please", "can", "could", "may", "should", "will", "would", "do", "did", "am",
        "is",
        "what", "who", "where", "when", "why", "how", "which", "guess", "remember", "help", "ask",
    ]
    private static let namePatterns = ["my name is", "i am called", "people call me", "i am named"]
    private static let homePatterns = [
        (["i live in", "i am living in", "i moved to", "i have moved to", "i just moved to"], "in"),
        (["i live near"], "near"), (["i live at"], "at"), (["i live on"], "on"),
    ]
    private static let likePatterns = [
        "i like", "i really like", "i also like", "i love", "i really love", "i also love", "i enjoy", "i adore",
    ]
    private static let dislikePatterns = [
        "i hate", "i dislike", "i do not like", "i really do not like", "i can not stand",
    ]

    // MARK: Clauses

    /// Words of a sentence, with their written form.
    private struct Clause {
        var tokens: [String]

        /// What follows one of the patterns, at most `most` words of it; nil where none is found.
        func value(after patterns: [String], most: Int, isList: Bool = false) -> String? {
            let plain = tokens.flatMap { token in
                Words(token).all.map { (word: $0, token: token) }
            }
            for pattern in patterns.map({ $0.split(separator: " ").map(String.init) }) where plain.count > pattern.count
            {
                guard zip(plain, pattern).allSatisfy({ $0.word == $1 }) else { continue }
                var value: [String] = []
                for (word, token) in plain[pattern.count...] {
                    if value.count == most || PersonKnowledge.boundaries.contains(word) { break }
                    if !isList, word == "and" || word == "or" { break }
                    if value.last == token { continue }
                    value.append(token)
                    if !isList, let last = token.last, ",;:".contains(last) { break }
                }
                let text = value.joined(separator: " ").trimmingMarks
                return text.isEmpty ? nil : text
            }
            return nil
        }
    }

    private static let boundaries: Set<String> = [
        "now", "today", "yesterday", "since", "because", "but", "so", "who", "which", "where", "when", "while",
        "although",
        "anymore", "last", "this", "next", "with", "too", "if", "though",
    ]

    /// The sentence cut before each "I" and "my" that begins something new.
    private static func clauses(of tokens: [String]) -> [Clause] {
        var clauses: [Clause] = [Clause(tokens: [])]
        for token in tokens {
            let word = Words.writtenOut(token.lowercased().replacing("’", with: "'").trimmingMarks).first ?? ""
            let last = clauses[clauses.count - 1].tokens.last
            let isAfterBreak =
                last.map { "and but so because".split(separator: " ").contains($0.lowercased()[...]) } == true
                || last?.last.map { ",;:—-".contains($0) } == true
            if ["i", "my", "people", "call"].contains(word), isAfterBreak { clauses.append(Clause(tokens: [])) }
            clauses[clauses.count - 1].tokens.append(token)
        }
        return clauses
    }
}

extension String {
    /// Without marks at both ends.
    var trimmingMarks: String {
        var text = self[...]
        while let first = text.first, !first.isLetter, !first.isNumber { text = text.dropFirst() }
        while let last = text.last, !last.isLetter, !last.isNumber { text = text.dropLast() }
        return String(text)
    }
}
