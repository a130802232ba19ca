/// The words of a text, in a form that can be compared: lower case, contractions written out, plain apostrophes.
struct Words: Sendable {
    let all: [String]
    /// The stems of the words that carry meaning. Who speaks of whom counts as meaning: "me" and "you" are kept.
    let stems: Set<String>

    init(_ text: some StringProtocol) {
        all = Self.plain(text)
        stems = Set(all.lazy.filter { !Self.stopWords.contains($0) }.map(Self.stem))
    }

    /// Whether the words of the phrase, given in the same form, follow one another in the text.
    func contains(_ phrase: String) -> Bool {
        let phrase = phrase.split(separator: " ")
        return all.indices.contains { all[$0...].starts(with: phrase, by: ==) }
    }

    func begins(with phrase: String) -> Bool { all.starts(with: phrase.split(separator: " "), by: ==) }

    /// The stems that say what the text is about, and not only who asks whom for what.
    var topics: Set<String> { stems.subtracting(Self.frame) }

    /// Stems that frame a question or a request, and say little of its topic.
    static let frame = Set(
        """
        me you what who where when why how which whatever old many much tell say know think want please give talk speak
        show remember feel get make let thing something anything call still again now
        """.split(whereSeparator: \.isWhitespace).map { stem(String($0)) })

    // MARK: Splitting

    /// The words alone.
    static func plain(_ text: some StringProtocol) -> [String] { split(text).flatMap(writtenOut) }

    private static func split(_ text: some StringProtocol) -> [String] {
        var words: [String] = []
        var word = ""
        for character in text.lowercased() {
            if character.isLetter && !character.isIdeograph || character.isNumber {
                word.append(character)
            } else if "'’".contains(character), !word.isEmpty {
                word.append("'")
            } else {
                if !word.isEmpty { words.append(word) }
                word = ""
                if character.isIdeograph { words.append(String(character)) }
            }
        }
        if !word.isEmpty { words.append(word) }
        return words
    }

    /// "don't" as "do", "not".
    static func writtenOut(_ word: String) -> [String] {
        if let known = contractions[word] { return known }
        for (ending, other) in [("n't", "not"), ("'re", "are"), ("'ve", "have"), ("'ll", "will"), ("'d", "would")]
        where word.hasSuffix(ending) { return [String(word.dropLast(ending.count)), other] }
        if word.hasSuffix("'s") { return [String(word.dropLast(2))] }
        let plain = word.filter { $0 != "'" }
        return plain.isEmpty ? [] : [plain]
    }

    private static let contractions: [String: [String]] = [
        "i'm": ["i", "am"], "can't": ["can", "not"], "cannot": ["can", "not"], "won't": ["will", "not"],
        "shan't": ["shall", "not"], "let's": ["let", "us"], "what's": ["what", "is"], "who's": ["who", "is"],
        "where's": ["where", "is"], "how's": ["how", "is"], "it's": ["it", "is"], "that's": ["that", "is"],
        "there's": ["there", "is"], "he's": ["he", "is"], "she's": ["she", "is"], "name's": ["name", "is"],
        "whats": ["what", "is"], "im": ["i", "am"], "dont": ["do", "not"], "cant": ["can", "not"],
    ]

    private static let stopWords: Set<String> = [
        "a", "an", "the", "and", "or", "but", "to", "of", "in", "on", "at", "is", "are", "am", "was", "were", "be",
        "been", "do", "does", "did", "have", "has", "had", "it", "its", "that", "this", "so", "very", "just", "for",
        "with", "as", "if", "then", "there", "here", "will", "would", "can", "could", "not", "up", "really", "some",
        "any", "too", "by", "from", "about", "than", "no", "yes", "ok", "okay", "us", "we", "our", "they", "them", "he",
        "she", "his", "her",
    ]

    // MARK: Stemming

    /// Light, English, and the same for "like", "likes", "liked" and "liking"; other languages are left nearly alone.
    static func stem(_ word: String) -> String {
        switch word {
        case "i", "my", "mine", "myself": return "me"
        case "your", "yours", "yourself": return "you"
        default: break
        }
        guard word.count > 3, word.utf8.allSatisfy({ $0 < 0x80 }) else { return word }
        var stem = Substring(word)
        func drop(_ ending: String, leaving least: Int) -> Bool {
            guard stem.hasSuffix(ending), stem.count - ending.count >= least else { return false }
            stem = stem.dropLast(ending.count)
            return true
        }
        if drop("ies", leaving: 2) { return stem + "y" }
        if !stem.hasSuffix("ss"), !stem.hasSuffix("us") { _ = drop("s", leaving: 3) }
        if drop("ing", leaving: 3) || drop("ed", leaving: 3) {
            if let last = stem.last, stem.dropLast().last == last, !"lsz".contains(last) { stem = stem.dropLast() }
        }
        _ = drop("ly", leaving: 3)
        _ = drop("e", leaving: 3)
        return String(stem)
    }
}

extension Character {
    /// A letter of a script that writes no spaces between words.
    fileprivate var isIdeograph: Bool {
        guard let scalar = unicodeScalars.first?.value else { return false }
        return (0x3040...0x30FF).contains(scalar) || (0x3400...0x9FFF).contains(scalar)
            || (0x2_0000...0x3_FFFF).contains(scalar)
    }
}
