/// A clause in which somebody speaks of themselves: "I moved to Turin", "my sister is called Mia".
struct PersonClause: Sendable, Hashable {
    /// The words as they were written.
    var tokens: [String]
    /// The same words in lower case with contractions written out; one token may have several.
    var plain: [(word: String, token: Int)]

    static func == (left: Self, right: Self) -> Bool { left.tokens == right.tokens }
    func hash(into hasher: inout Hasher) { hasher.combine(tokens) }

    init(_ tokens: [String]) {
        self.tokens = tokens
        plain = tokens.indices.flatMap { index in
            FactWords(tokens[index]).plain.map { ($0, index) }
        }
    }

    func begins(with phrase: [String]) -> Bool {
        phrase.count <= plain.count && phrase.indices.allSatisfy { plain[$0].word == phrase[$0] }
    }

    /// The sentence cut where something new begins: after a comma or "and" before "I" or "my", before "but", "because" …
    static func all(in sentence: String) -> [PersonClause] {
        var clauses: [[String]] = [[]]
        let tokens = sentence.split(whereSeparator: \.isWhitespace).map(String.init)
        for token in tokens {
            let word = FactWords(token).plain.first ?? ""
            let last = clauses[clauses.count - 1].last
            let isAfterBreak =
                last.map { joints.contains($0.lowercased()) || ",;:—–-".contains($0.last ?? " ") } ?? false
            if ["i", "my", "we", "our"].contains(word), isAfterBreak { clauses.append([]) }
            clauses[clauses.count - 1].append(token)
        }
        return clauses.compactMap { tokens in
            var tokens = tokens[...]
            while let first = tokens.first, openings.contains(first.lowercased().filter(\.isLetter)) {
                tokens = tokens.dropFirst()
            }
            // "if I lived in Rome" tells nothing of where they live.
            guard let first = tokens.first, !conditions.contains(first.lowercased()) else { return nil }
            let kept = tokens.prefix { !boundaries.contains($0.lowercased().filter(\.isLetter)) }.prefix(24)
            var list = Array(kept)
            while let last = list.last, joints.contains(last.lowercased()) { list.removeLast() }
            return list.count < 2 ? nil : PersonClause(list)
        }
    }

    private static let joints: Set<String> = ["and", "but", "so", "because", "that", "then", "also"]
    private static let openings: Set<String> = [
        "oh", "well", "yes", "yeah", "yep", "no", "ok", "okay", "so", "and", "but", "because", "hi", "hello", "hey",
        "actually", "also", "btw", "anyway", "honestly", "sadly", "luckily", "then", "today", "haha", "lol", "um", "",
    ]
    private static let conditions: Set<String> = ["if", "when", "whether", "imagine", "suppose", "unless", "maybe"]
    private static let boundaries: Set<String> = [
        "but", "because", "although", "though", "while", "which", "if", "unless", "whereas", "lol", "haha",
    ]

    // MARK: The third person

    /// "Ada moved to Turin."; nil where nothing is left to say.
    func inThirdPerson(of person: String, by rule: PersonRule) -> String? {
        var words: [String] = []
        var index = 0
        var isFirst = true
        // "I really love", "I no longer work": the verb is the first word that is neither.
        let verb =
            Self.isSelf(tokens[0])
            ? tokens.indices.dropFirst().first { !Self.adverbs.contains(tokens[$0].lowercased()) } : nil
        while index < tokens.count {
            let token = tokens[index]
            let (core, tail) = Self.split(token)
            let lower = core.lowercased().replacing("’", with: "'")
            switch lower {
            case "i": words.append((isFirst ? person : "they") + tail)
            case "i'm": words.append((isFirst ? "\(person) is" : "they are") + tail)
            case "i've": words.append((isFirst ? "\(person) has" : "they have") + tail)
            case "i'll": words.append((isFirst ? "\(person) will" : "they will") + tail)
            case "my": words.append((isFirst ? "\(person)'s" : "their") + tail)
            case "mine": words.append("theirs" + tail)
            case "me": words.append("them" + tail)
            case "myself": words.append("themselves" + tail)
            case "we", "we're", "we've", "we'll", "our", "us": return nil
            default:
                let isVerb = index > 0 && Self.isSelf(tokens[index - 1])
                if index == verb {
                    words.append(Self.conjugated(core) + tail)
                } else {
                    // "… that I love": the verb agrees with "they".
                    words.append((isVerb && lower == "am" ? "are" : isVerb && lower == "was" ? "were" : core) + tail)
                }
            }
            if lower == "i" || lower.hasPrefix("i'") || lower == "my" { isFirst = false }
            index += 1
        }
        var text = words.joined(separator: " ")
        while let last = text.last, ",;:—–- ".contains(last) { text.removeLast() }
        guard !text.isEmpty else { return nil }
        return text + (text.last.map { ".!…)".contains($0) } == true ? "" : ".")
    }

    private static let adverbs: Set<String> = [
        "really", "also", "just", "still", "absolutely", "always", "usually", "actually", "recently", "finally", "now",
        "currently", "mostly", "never", "only", "totally", "truly", "secretly", "no", "longer",
    ]

    private static func isSelf(_ token: String) -> Bool { token.lowercased() == "i" }

    /// The word, and the marks behind it.
    private static func split(_ token: String) -> (String, String) {
        let marks = token.reversed().prefix { !$0.isLetter && !$0.isNumber }
        return (String(token.dropLast(marks.count)), String(marks.reversed()))
    }

    /// A verb of the first person in the third: "love" as "loves"; past forms stay.
    static func conjugated(_ verb: String) -> String {
        let lower = verb.lowercased().replacing("’", with: "'")
        if let known = irregular[lower] { return known }
        if adverbs.contains(lower) || unchanged.contains(lower) || lower.hasSuffix("ed") && !lower.hasSuffix("eed") {
            return verb
        }
        guard lower.allSatisfy(\.isLetter) else { return verb }
        if lower.hasSuffix("y"), let before = lower.dropLast().last, !"aeiou".contains(before) {
            return verb.dropLast() + "ies"
        }
        if ["s", "sh", "ch", "x", "z", "o"].contains(where: lower.hasSuffix) { return verb + "es" }
        return verb + "s"
    }

    private static let irregular = [
        "am": "is", "have": "has", "do": "does", "don't": "doesn't", "dont": "doesn't", "haven't": "hasn't",
        "was": "was", "go": "goes",
    ]
    private static let unchanged: Set<String> = [
        "can", "can't", "cannot", "will", "won't", "would", "could", "should", "must", "may", "might", "had", "did",
        "didn't", "wasn't", "couldn't", "went", "met", "got", "bought", "saw", "ate", "left", "came", "took", "gave",
        "made", "broke", "lost", "won", "began", "felt", "found", "flew", "drove", "ran", "wrote", "sold", "told",
        "said", "taught", "caught", "fell", "quit", "sang", "swam", "slept", "spent", "became", "grew", "built", "sent",
        "read", "put", "hurt", "started", "used",
    ]
}
