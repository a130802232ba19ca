/// Cuts English words down to their stems: "generalizations" to "general", "caresses" to "caress".
///
/// The English stemmer of the Snowball project ("Porter2", as of Snowball 3), written from its published description:
/// https://snowballstem.org/algorithms/english/stemmer.html. It works in place, on the bytes of one word in lower case.
struct Porter2Stemmer {
    typealias Word = UnsafeMutableBufferPointer<UInt8>

    /// How many bytes longer than the word the buffer must be.
    static let slack = 1

    private let word: Word
    private var count: Int
    /// Where the regions R1 and R2 begin.
    private var region1 = 0
    private var region2 = 0

    private init(_ word: Word, count: Int) {
        self.word = word
        self.count = count
    }

    /// The length of the stem, which takes the word's place.
    ///
    /// - Parameters:
    ///   - word: A buffer with room for ``slack`` bytes more than the word.
    ///   - count: The length of the word: letters from a to z.
    static func stem(_ word: Word, count: Int) -> Int {
        guard count > 2 else { return count }
        var stemmer = Porter2Stemmer(word, count: count)
        if let whole = stemmer.replaceWhole() { return whole }
        stemmer.run()
        return stemmer.count
    }

    private mutating func run() {
        markConsonantalY()
        markRegions()
        removePlural()
        removePastAndGerund()
        replaceFinalY()
        shorten(by: Self.step2, from: region1)
        shorten(by: Self.step3, from: region1)
        shorten(by: Self.step4, from: region2)
        removeFinalEOrL()
        for index in 0..<count where word[index] == Self.consonantalY { word[index] = UInt8(ascii: "y") }
    }
}

// MARK: - Preparation
extension Porter2Stemmer {
    private static let consonantalY = UInt8(ascii: "Y")

    /// Words that the rules would spoil.
    private mutating func replaceWhole() -> Int? {
        guard count <= 6 else { return nil }
        for (from, to) in Self.exceptions where equals(from) {
            for index in 0..<to.utf8CodeUnitCount { word[index] = to.utf8Start[index] }
            return to.utf8CodeUnitCount
        }
        return nil
    }

    private static let exceptions: [(StaticString, StaticString)] = [
        ("skis", "ski"), ("skies", "sky"), ("idly", "idl"), ("gently", "gentl"), ("ugly", "ugli"),
        ("early", "earli"), ("only", "onli"), ("singly", "singl"), ("sky", "sky"), ("news", "news"),
        ("howe", "howe"), ("atlas", "atlas"), ("cosmos", "cosmos"), ("bias", "bias"), ("andes", "andes"),
    ]

    /// A "y" at the beginning, or after a vowel, is a consonant.
    private func markConsonantalY() {
        for index in 0..<count where word[index] == UInt8(ascii: "y") {
            if index == 0 || isVowel(index - 1) { word[index] = Self.consonantalY }
        }
    }

    private mutating func markRegions() {
        region1 = Self.prefixes.first { hasPrefix($0) }?.utf8CodeUnitCount ?? endOfSyllable(from: 0)
        region2 = endOfSyllable(from: region1)
    }

    /// Beginnings after which R1 begins, so that "general" and "generous" keep apart.
    private static let prefixes: [StaticString] = [
        "gener", "commun", "arsen", "past", "univers", "later", "emerg", "organ", "inter",
    ]

    /// The index after the first consonant that follows a vowel.
    private func endOfSyllable(from start: Int) -> Int {
        var index = start
        while index < count, !isVowel(index) { index += 1 }
        while index < count, isVowel(index) { index += 1 }
        return min(index + 1, count)
    }
}

// MARK: - Endings
extension Porter2Stemmer {
    private mutating func removePlural() {
        if hasSuffix("sses") {
            count -= 2
        } else if hasSuffix("ied") || hasSuffix("ies") {
            count -= count > 4 ? 2 : 1
        } else if hasSuffix("s"), !hasSuffix("us"), !hasSuffix("ss"), count > 2, hasVowel(before: count - 2) {
            count -= 1
        }
    }

    private mutating func removePastAndGerund() {
        for suffix in Self.agreed where hasSuffix(suffix) {
            let stem = count - suffix.utf8CodeUnitCount
            if stem >= region1, !Self.notAgreed.contains(where: { isWhole(stem, $0) }) { count = stem + 2 }
            return
        }
        guard let suffix = Self.pastAndGerund.first(where: { hasSuffix($0) }) else { return }
        let stem = count - suffix.utf8CodeUnitCount
        guard hasVowel(before: stem) else { return }
        if suffix.utf8CodeUnitCount == 3 {
            if stem == 2, word[1] == UInt8(ascii: "y"), !isVowel(0) {
                word[1] = UInt8(ascii: "i")
                word[2] = UInt8(ascii: "e")
                count = 3
                return
            }
            if Self.notGerunds.contains(where: { isWhole(stem, $0) }) { return }
        }
        count = stem
        if hasSuffix("at") || hasSuffix("bl") || hasSuffix("iz") {
            append(UInt8(ascii: "e"))
        } else if endsInDouble {
            if count != 3 || !"aeo".utf8.contains(word[0]) { count -= 1 }
        } else if count == region1, isShortSyllable(at: count) {
            append(UInt8(ascii: "e"))
        }
    }

    private static let agreed: [StaticString] = ["eedly", "eed"]
    /// "proceed" and its like.
    private static let notAgreed: [StaticString] = ["proc", "exc", "succ"]
    private static let pastAndGerund: [StaticString] = ["ingly", "edly", "ing", "ed"]
    /// "inning", "outing" and their like.
    private static let notGerunds: [StaticString] = ["inn", "out", "cann", "herr", "earr", "even"]

    private var endsInDouble: Bool {
        count > 1 && word[count - 1] == word[count - 2] && "bdfgmnprt".utf8.contains(word[count - 1])
    }

    private func replaceFinalY() {
        guard count > 2, word[count - 1] | 0x20 == UInt8(ascii: "y"), !isVowel(count - 2) else { return }
        word[count - 1] = UInt8(ascii: "i")
    }

    private mutating func removeFinalEOrL() {
        guard count > 0 else { return }
        let last = count - 1
        if word[last] == UInt8(ascii: "e") {
            if last >= region2 || last >= region1 && !isShortSyllable(at: last) { count = last }
        } else if word[last] == UInt8(ascii: "l"), last >= region2, last > 0, word[last - 1] == UInt8(ascii: "l") {
            count = last
        }
    }
}

// MARK: - Suffixes
extension Porter2Stemmer {
    /// What must come before a suffix.
    private enum Condition { case none, letterL, letterSOrT, validBeforeLi, region2 }
    private typealias Rule = (suffix: StaticString, replacement: StaticString, condition: Condition)

    /// Only the first that ends the word is looked at, so longer ones stand before those that they end in.
    private mutating func shorten(by rules: [Rule], from region: Int) {
        guard let rule = rules.first(where: { hasSuffix($0.suffix) }) else { return }
        let stem = count - rule.suffix.utf8CodeUnitCount
        guard stem >= region, holds(rule.condition, at: stem) else { return }
        for index in 0..<rule.replacement.utf8CodeUnitCount { word[stem + index] = rule.replacement.utf8Start[index] }
        count = stem + rule.replacement.utf8CodeUnitCount
    }

    private func holds(_ condition: Condition, at stem: Int) -> Bool {
        switch condition {
        case .none: true
        case .letterL: ends(at: stem, with: "l")
        case .letterSOrT: ends(at: stem, with: "s") || ends(at: stem, with: "t")
        case .validBeforeLi: stem > 0 && "cdeghkmnrt".utf8.contains(word[stem - 1])
        case .region2: stem >= region2
        }
    }

    private static let step2: [Rule] = [
        ("ational", "ate", .none), ("fulness", "ful", .none), ("iveness", "ive", .none), ("ization", "ize", .none),
        ("ousness", "ous", .none), ("biliti", "ble", .none), ("lessli", "less", .none), ("tional", "tion", .none),
        ("alism", "al", .none), ("aliti", "al", .none), ("ation", "ate", .none), ("entli", "ent", .none),
        ("fulli", "ful", .none), ("iviti", "ive", .none), ("ousli", "ous", .none), ("ogist", "og", .none),
        ("abli", "able", .none), ("alli", "al", .none), ("anci", "ance", .none), ("ator", "ate", .none),
        ("enci", "ence", .none), ("izer", "ize", .none), ("bli", "ble", .none), ("ogi", "og", .letterL),
        ("li", "", .validBeforeLi),
    ]
    private static let step3: [Rule] = [
        ("ational", "ate", .none), ("tional", "tion", .none), ("alize", "al", .none), ("ative", "", .region2),
        ("icate", "ic", .none), ("iciti", "ic", .none), ("ical", "ic", .none), ("ness", "", .none), ("ful", "", .none),
    ]
    private static let step4: [Rule] = [
        ("ement", "", .none), ("able", "", .none), ("ance", "", .none), ("ence", "", .none), ("ible", "", .none),
        ("ment", "", .none), ("ant", "", .none), ("ate", "", .none), ("ent", "", .none), ("ion", "", .letterSOrT),
        ("ism", "", .none), ("iti", "", .none), ("ive", "", .none), ("ize", "", .none), ("ous", "", .none),
        ("al", "", .none), ("er", "", .none), ("ic", "", .none),
    ]
}

// MARK: - Letters
extension Porter2Stemmer {
    private func isVowel(_ index: Int) -> Bool {
        switch word[index] {
        case UInt8(ascii: "a"), UInt8(ascii: "e"), UInt8(ascii: "i"), UInt8(ascii: "o"), UInt8(ascii: "u"),
            UInt8(ascii: "y"):
            true
        default: false
        }
    }

    private func hasVowel(before end: Int) -> Bool { (0..<max(0, end)).contains { isVowel($0) } }

    /// Whether the letters before `end` end in a short syllable.
    private func isShortSyllable(at end: Int) -> Bool {
        if end == 2 { return isVowel(0) && !isVowel(1) }
        guard end > 2 else { return false }
        if ends(at: end, with: "past") { return true }
        let last = word[end - 1]
        return !isVowel(end - 1) && last != UInt8(ascii: "w") && last != UInt8(ascii: "x") && last != Self.consonantalY
            && isVowel(end - 2) && !isVowel(end - 3)
    }

    private mutating func append(_ letter: UInt8) {
        word[count] = letter
        count += 1
    }

    private func equals(_ other: StaticString) -> Bool { other.utf8CodeUnitCount == count && hasPrefix(other) }

    private func hasPrefix(_ prefix: StaticString) -> Bool {
        prefix.utf8CodeUnitCount <= count
            && (0..<prefix.utf8CodeUnitCount).allSatisfy { word[$0] == prefix.utf8Start[$0] }
    }

    /// Whether the first `length` letters are that beginning, and nothing else.
    private func isWhole(_ length: Int, _ beginning: StaticString) -> Bool {
        beginning.utf8CodeUnitCount == length && hasPrefix(beginning)
    }

    private func hasSuffix(_ suffix: StaticString) -> Bool { ends(at: count, with: suffix) }

    private func ends(at end: Int, with suffix: StaticString) -> Bool {
        let start = end - suffix.utf8CodeUnitCount
        return start >= 0
            && (0..<suffix.utf8CodeUnitCount).allSatisfy { word[start + $0] == suffix.utf8Start[$0] }
    }
}
