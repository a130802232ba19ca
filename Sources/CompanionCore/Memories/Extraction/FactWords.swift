/// The words of a statement in a form in which statements can be compared.
struct FactWords: Sendable, Hashable {
    struct Word: Sendable, Hashable {
        /// In lower case, contractions written out.
        var plain: String
        var stem: String
        /// Written with a capital: a name, or the first word of a sentence.
        var isCapitalised: Bool
        var isFirst: Bool
    }

    var words: [Word]
    /// The stems of the words that carry meaning, numbers among them.
    var content: Set<String>
    /// The numbers, in figures.
    var numbers: Set<String>
    /// Whether something is denied, or has ended.
    var isNegated: Bool

    init(_ text: some StringProtocol) {
        words = Self.words(of: text)
        content = Set(words.lazy.filter { !Self.stopWords.contains($0.plain) }.map(\.stem))
        numbers = Set(words.lazy.map(\.stem).filter { $0.first?.isNumber == true })
        isNegated = words.contains { Self.negations.contains($0.plain) }
    }

    var plain: [String] { words.map(\.plain) }

    /// Whether the words of the phrase follow one another in the text.
    func contains(_ phrase: String) -> Bool {
        let phrase = phrase.split(separator: " ").map(String.init)
        return words.indices.contains { start in
            start + phrase.count <= words.count && phrase.indices.allSatisfy { words[start + $0].plain == phrase[$0] }
        }
    }

    // MARK: Splitting

    private static func words(of text: some StringProtocol) -> [Word] {
        var words: [Word] = []
        var word = ""
        var isFirst = true
        func end() {
            guard !word.isEmpty else { return }
            let isCapitalised = word.first?.isUppercase == true
            for (index, plain) in writtenOut(word.lowercased()).enumerated() {
                words.append(
                    Word(
                        plain: plain, stem: stem(plain), isCapitalised: isCapitalised && index == 0,
                        isFirst: isFirst && index == 0))
            }
            (word, isFirst) = ("", false)
        }
        for character in text {
            if character.isIdeograph {
                end()
                let plain = String(character)
                words.append(Word(plain: plain, stem: plain, isCapitalised: false, isFirst: false))
            } else if character.isLetter || character.isNumber {
                word.append(character)
            } else if "'’".contains(character), !word.isEmpty {
                word.append("'")
            } else {
                end()
                if ".!?:\n".contains(character) { isFirst = true }
            }
        }
        end()
        return words
    }

    /// "don't" as "do", "not"; "two" as "2".
    private static func writtenOut(_ word: String) -> [String] {
        if let known = contractions[word] { return known }
        for (ending, other) in [("n't", "not"), ("'re", "are"), ("'ve", "have"), ("'ll", "will"), ("'d", "would")]
        where word.hasSuffix(ending) { return [String(word.dropLast(ending.count)), other] }
        if word.hasSuffix("'s") { return [String(word.dropLast(2))] }
        let plain = word.filter { $0 != "'" }
        guard !plain.isEmpty else { return [] }
        if let number = numberWords.firstIndex(of: plain) { return ["\(number)"] }
        return [plain]
    }

    private static let contractions: [String: [String]] = [
        "i'm": ["i", "am"], "can't": ["can", "not"], "cannot": ["can", "not"], "won't": ["will", "not"],
        "shan't": ["shall", "not"], "let's": ["let", "us"], "it's": ["it", "is"], "that's": ["that", "is"],
        "there's": ["there", "is"], "he's": ["he", "is"], "she's": ["she", "is"], "im": ["i", "am"],
        "dont": ["do", "not"], "cant": ["can", "not"], "didnt": ["did", "not"], "ive": ["i", "have"],
    ]

    private static let numberWords = [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    ]

    static let negations: Set<String> = [
        "not", "no", "never", "none", "nobody", "nothing", "neither", "nor", "without", "stopped", "quit", "anymore",
    ]

    /// Words that say little of what a text is about.
    static let stopWords = Set(
        """
        a an the and or but to of in on at is are am was were be been being do does did done have has had having it its \
        that this these those so very just for with as if then than there here will would can could shall should may \
        might must not no yes ok okay up out off really some any too also by from about into over i me my mine myself \
        you your yours we us our ours they them their theirs he him his she her hers who whom whose which what when \
        where why how all both each more most other such only own same s t because while during before after again \
        now still even ever never always often never one anymore
        """.split(whereSeparator: \.isWhitespace).map(String.init))

    // MARK: Stemming

    /// Light, English, and the same for "like", "likes", "liked" and "liking"; other languages are left nearly alone.
    static func stem(_ word: String) -> String {
        if let known = irregular[word] { return known }
        guard word.utf8.count > 3, word.utf8.allSatisfy({ $0 < 0x80 }) else { return word }
        var stem = Substring(word)
        func drop(_ ending: String, leaving least: Int) -> Bool {
            guard stem.hasSuffix(ending), stem.utf8.count - ending.utf8.count >= least else { return false }
            stem = stem.dropLast(ending.count)
            return true
        }
        if drop("ies", leaving: 2) || drop("ied", leaving: 2) { return stem + "y" }
        if !stem.hasSuffix("ss"), !stem.hasSuffix("us"), !stem.hasSuffix("is") { _ = drop("s", leaving: 3) }
        if drop("ing", leaving: 3) || drop("ed", leaving: 3) {
            if let last = stem.last, stem.dropLast().last == last, !"lsz".contains(last) { stem = stem.dropLast() }
        }
        _ = drop("ly", leaving: 3)
        _ = drop("e", leaving: 3)
        return String(stem)
    }

    private static let irregular = [
        "went": "go", "goes": "go", "gone": "go", "met": "meet", "bought": "buy", "got": "get", "saw": "see",
        "seen": "see", "ate": "eat", "eaten": "eat", "left": "leav", "came": "com", "took": "tak", "gave": "giv",
        "made": "mak", "lost": "los", "won": "win", "flew": "fly", "flying": "fly", "ran": "run", "wrote": "writ",
        "sold": "sell", "told": "tell", "taught": "teach", "children": "child", "kids": "child", "kid": "child",
        "favorite": "favourit", "favourite": "favourit", "moving": "mov", "living": "liv",
    ]
}

extension Character {
    /// A letter of a script that writes no spaces between words.
    fileprivate var isIdeograph: Bool {
        guard let scalar = unicodeScalars.first?.value, scalar >= 0x0E00 else { return false }
        return (0x0E00...0x0E7F).contains(scalar) || (0x3040...0x30FF).contains(scalar)
            || (0x3400...0x9FFF).contains(scalar) || (0x2_0000...0x3_FFFF).contains(scalar)
    }
}
