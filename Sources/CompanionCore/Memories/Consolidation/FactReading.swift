/// What the text of a fact says, in a form that can be compared: a reading of English, and of other languages word by
/// word.
struct FactReading: Sendable, Hashable {
    /// The stems of the words that carry the meaning, names among them.
    private(set) var content: Set<String> = []
    /// The names in their order: words with a capital letter.
    private(set) var names: [String] = []
    /// The names that something belongs to.
    private(set) var owners: Set<String> = []
    /// The numbers in their order, also those that are written as words.
    private(set) var numbers: [String] = []
    /// Months, weekdays, times of the day.
    private(set) var times: Set<String> = []
    /// Words of which one alone changes what is said.
    private(set) var decisive: Set<String> = []
    /// Whether it is said that something is not so.
    private(set) var isNegated = false

    init(_ text: String) {
        let tokens = Self.tokens(of: text)
        var negations = 0
        for (index, token) in tokens.enumerated() {
            let word = token.word
            let previous = index > 0 ? tokens[index - 1] : nil
            let next = index + 1 < tokens.count ? tokens[index + 1] : nil
            if token.isAfterApostrophe, word == "s" { continue }
            if FactSynonyms.negations.contains(word) || token.isAfterApostrophe && word == "t" {
                negations += 1
            } else if let number = number(token, after: previous) {
                numbers.append(number)
            } else if let time = Self.time(token, after: previous) {
                // "Thirty years old" is "thirty", and "the year 1990" is "1990".
                let isFiller = time == "year" && (next?.word == "old" || next?.word.first?.isNumber ?? false)
                if !isFiller { times.insert(time) }
            } else {
                let isOwner = next.map { $0.isAfterApostrophe && $0.word == "s" } ?? false
                add(token, isOwner: isOwner, after: previous, before: next)
            }
        }
        isNegated = !negations.isMultiple(of: 2)
        if isNegated, content.remove(Self.liking) != nil {
            content.insert(Self.disliking)
            isNegated = false
        }
    }

    private static let liking = stem("like")
    private static let disliking = stem("dislike")

    /// Whether numbers stand beside a month.
    var isDated: Bool { !times.isDisjoint(with: FactSynonyms.months) }

    private mutating func add(_ token: Token, isOwner: Bool, after previous: Token?, before next: Token?) {
        let stem = Self.stem(token.word)
        if FactSynonyms.decisive.contains(stem) {
            decisive.insert(stem)
            return
        }
        let isStopWord = token.word != "like" && StopWords.english.contains(WordHash(token.word.utf8))
        // "Will" and "May" are names within a sentence.
        guard !isStopWord || token.isName && previous != nil else { return }
        if token.word == "old", previous.map({ $0.word.hasPrefix("year") }) ?? false { return }
        let canonical = FactSynonyms.canonical[stem] ?? stem
        // "Two times" is "twice".
        if canonical == "time", previous.map({ Self.isNumber($0) }) ?? false { return }
        // "Works as a nurse" is "is a nurse".
        if canonical == "work", next?.word == "as" { return }
        guard !FactSynonyms.light.contains(stem) else { return }
        content.insert(canonical)
        if token.isName { names.append(canonical) }
        if isOwner { owners.insert(canonical) }
    }

    private mutating func number(_ token: Token, after previous: Token?) -> String? {
        if let value = FactSynonyms.numbers[token.word] {
            // "Twenty-five" is one number.
            if let tens = previous.flatMap({ FactSynonyms.numbers[$0.word] }), tens >= 20, tens < 100, value < 10 {
                numbers.removeLast()
                return "\(tens + value)"
            }
            return "\(value)"
        }
        guard token.word.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        let digits = token.word.drop { $0 == "0" }
        return digits.isEmpty ? "0" : String(digits)
    }

    private static func isNumber(_ token: Token) -> Bool {
        FactSynonyms.numbers[token.word] != nil || token.word.first?.isNumber ?? false
    }

    private static func time(_ token: Token, after previous: Token?) -> String? {
        let isAfterNumber = previous?.word.last?.isNumber ?? false
        if token.word == "am" { return isAfterNumber ? "am" : nil }
        guard let time = FactSynonyms.times[token.word] else { return nil }
        // "May", "march", "jan" and their like are months with a capital letter only.
        if FactSynonyms.months.contains(time) || token.word.count == 3, !token.isName, token.word != "day" {
            return nil
        }
        return time
    }

    /// The stem of a word in lower case.
    static func stem(_ word: String) -> String {
        var bytes = Array(word.utf8)
        let count = bytes.count
        guard bytes.allSatisfy({ (0x61...0x7A).contains($0) }) else { return word }
        bytes += Array(repeating: 0, count: Porter2Stemmer.slack)
        let length = bytes.withUnsafeMutableBufferPointer { Porter2Stemmer.stem($0, count: count) }
        return String(decoding: bytes[..<length], as: UTF8.self)
    }
}

extension FactReading {
    private struct Token {
        var word: String
        /// Whether it begins with a capital letter.
        var isName: Bool
        /// Whether an apostrophe joins it to the word before.
        var isAfterApostrophe: Bool
    }

    /// The words, folded; digits apart from letters, and "1,000" as one number.
    private static func tokens(of text: String) -> [Token] {
        var tokens: [Token] = []
        var run = ""
        var isAfterApostrophe = false
        var isJoined = false
        // Where all is in capitals, a capital letter says nothing.
        let hasNames = text.contains(where: \.isLowercase)
        func end() {
            guard !run.isEmpty else { return }
            let isName = hasNames && run.first?.isUppercase ?? false
            for word in folded(run) {
                tokens.append(Token(word: word, isName: isName, isAfterApostrophe: isAfterApostrophe))
            }
            run = ""
        }
        let characters = Array(text)
        for (index, character) in characters.enumerated() {
            if character.isLetter || character.isNumber {
                if let last = run.last, last.isNumber != character.isNumber { end() }
                if run.isEmpty {
                    isAfterApostrophe = isJoined
                    isJoined = false
                }
                run.append(character)
            } else if character == ",", run.last?.isNumber ?? false, isThousand(characters[(index + 1)...]) {
                continue
            } else {
                let isLetterBefore = run.last?.isLetter ?? false
                end()
                isJoined = (character == "'" || character == "’") && isLetterBefore
            }
        }
        end()
        return tokens
    }

    private static func isThousand(_ rest: ArraySlice<Character>) -> Bool {
        let digits = rest.prefix { $0.isNumber }
        return digits.count == 3
    }

    private static func folded(_ word: String) -> [String] {
        var words: [String] = []
        var word = word
        word.withUTF8 { bytes in
            WordScan.words(of: bytes) { found, buffer in
                words.append(String(decoding: buffer[..<found.count], as: UTF8.self))
            }
        }
        return words
    }
}
