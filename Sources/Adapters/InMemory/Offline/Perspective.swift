/// Turns sentences from one speaker's mouth into another's. English only; what it can't turn it leaves alone.
enum Perspective {
    /// What a person says, as the one who listens repeats it: "I moved to Turin" as "you moved to Turin".
    static func reflected(_ sentence: String) -> String {
        var result: [String] = []
        var previous = ""
        for token in sentence.split(separator: " ") {
            let (word, tail) = parts(of: token)
            let lower = word.lowercased().replacing("’", with: "'")
            let turned: String? =
                switch lower {
                case "am" where previous == "i": "are"
                case "was" where previous == "i": "were"
                case "are" where previous == "you": "am"
                case "were" where previous == "you": "was"
                case "you": objectMarkers.contains(previous) ? "me" : "I"
                default: turns[lower]
                }
            previous = lower
            result.append((turned ?? word) + tail)
        }
        if let first = result.first, openers.contains(parts(of: first[...]).word.lowercased()) {
            result[0] = first.lowercased()
        }
        return result.joined(separator: " ")
    }

    private static let turns = [
        "i": "you", "me": "you", "my": "your", "mine": "yours", "myself": "yourself", "i'm": "you're",
        "i've": "you've", "i'll": "you'll", "i'd": "you'd", "we": "you", "us": "you", "our": "your", "ours": "yours",
        "we're": "you're", "we've": "you've", "your": "my", "yours": "mine", "yourself": "myself", "you're": "I'm",
        "you've": "I've", "you'll": "I'll", "you'd": "I'd",
    ]

    /// Words after which "you" is spoken of, and does not act.
    private static let objectMarkers: Set<String> = [
        "to", "with", "for", "of", "about", "from", "at", "than", "love", "like", "miss", "missed", "see", "saw",
        "tell",
        "told", "ask", "asked", "thank", "hate", "give", "gave", "show", "help", "helped", "met", "meet", "trust",
    ]

    /// First words that are written small within a sentence.
    private static let openers: Set<String> = [
        "the", "a", "an", "it", "this", "that", "there", "they", "he", "she", "today", "yesterday", "tomorrow", "last",
        "your", "you", "you're", "you've", "sometimes", "maybe", "when", "because", "everything", "nothing", "nobody",
    ]

    // MARK: A character of itself

    /// What is said of a character, as it says it of itself: "Luna keeps bees and sings" as "I keep bees and sing".
    ///
    /// Nil where the sentence is about something else.
    static func ownWords(_ sentence: String, name: String) -> String? {
        let tokens = sentence.split(separator: " ").map(String.init)
        guard let first = tokens.first?.lowercased() else { return nil }
        let isSubject = first == name.lowercased() || ["she", "he", "they"].contains(first)
        if ["i", "i'm", "i’m", "my"].contains(first) { return sentence }
        if first == "you", tokens.count > 1, tokens[1].lowercased() == "are" {
            return (["I", "am"] + tokens.dropFirst(2)).joined(separator: " ")
        }
        if ["a", "an"].contains(first) { return "I'm " + sentence.prefix(1).lowercased() + sentence.dropFirst() }
        guard isSubject || first == name.lowercased() + "'s" else { return nil }

        var result: [String] = []
        /// True where the next word is what the subject does.
        var isVerbNext = false
        var isAfterSubject = false
        for token in tokens {
            let (word, tail) = parts(of: token[...])
            let lower = word.lowercased()
            var turned = word
            if lower == name.lowercased() || ["she", "he", "they"].contains(lower) {
                turned = "I"
                isVerbNext = true
                isAfterSubject = true
            } else if isVerbNext, lower.hasSuffix("ly") || adverbs.contains(lower) {
                turned = word
            } else if isVerbNext {
                turned = verb(lower, isCertain: isAfterSubject) ?? ownForms[lower] ?? word
                isVerbNext = false
                isAfterSubject = false
            } else {
                turned = ownForms[lower] ?? (lower == name.lowercased() + "'s" ? "my" : word)
            }
            if tail.hasSuffix(",") || ["and", "or", "but"].contains(lower) {
                isVerbNext = true
                isAfterSubject = false
            }
            result.append(turned + tail)
        }
        return result.joined(separator: " ").capitalizedFirst
    }

    /// A sentence about something else, with the character's name turned into "I", "me" and "my".
    static func mentioning(_ sentence: String, name: String) -> String {
        var result: [String] = []
        var previous = ""
        var isAfterName = false
        for token in sentence.split(separator: " ") {
            let (word, tail) = parts(of: token)
            let lower = word.lowercased().replacing("’", with: "'")
            var turned = word
            if lower == name.lowercased() {
                isAfterName = !objectMarkers.contains(previous)
                turned = isAfterName ? "I" : "me"
            } else {
                if lower == name.lowercased() + "'s" { turned = "my" }
                if isAfterName { turned = verb(lower, isCertain: true) ?? word }
                isAfterName = false
            }
            previous = lower
            result.append(turned + tail)
        }
        return result.joined(separator: " ").capitalizedFirst
    }

    private static let ownForms = [
        "her": "my", "his": "my", "their": "my", "him": "me", "herself": "myself", "himself": "myself",
        "themselves": "myself", "hers": "mine",
    ]

    private static let adverbs: Set<String> = ["never", "always", "often", "also", "still", "not", "once", "sometimes"]

    /// The first person of a verb in the third; nil where the word is none.
    private static func verb(_ word: String, isCertain: Bool) -> String? {
        switch word {
        case "is", "are": return "am"
        case "has": return "have"
        case "does": return "do"
        case "was", "were": return "was"
        default: break
        }
        guard word.count > 3, word.hasSuffix("s"), !word.hasSuffix("ss"), !word.hasSuffix("us") else { return nil }
        let base: String
        if word.hasSuffix("ies") {
            base = word.dropLast(3) + "y"
        } else if ["ches", "shes", "sses", "xes", "oes", "zzes"].contains(where: word.hasSuffix) {
            base = String(word.dropLast(2))
        } else {
            base = String(word.dropLast())
        }
        return isCertain || verbs.contains(base) ? base : nil
    }

    /// Verbs that are known where only their place speaks for them, after a comma or "and".
    private static let verbs = Set(
        """
        live work keep open point leave train grow speak like love mention sleep listen remember end wear drink write say
        mend smell call hurry think ask make wait talk give collect drive swap study interrupt count notice get cheer
        become stay sing pass believe know own run play read paint cook travel dream fight hunt teach learn build sell
        buy carry watch fear hide guard protect rule serve hate enjoy want need hope try help look walk laugh smile tell
        trust wish wonder worry bake brew fix repair find hold begin bring come go see hear feel answer blame
        """.split(whereSeparator: \.isWhitespace).map(String.init))

    /// A token as its word and the marks behind it.
    private static func parts(of token: Substring) -> (word: String, tail: String) {
        let tail = token.reversed().prefix { !$0.isLetter && !$0.isNumber }.reversed()
        return (String(token.dropLast(tail.count)), String(tail))
    }
}
