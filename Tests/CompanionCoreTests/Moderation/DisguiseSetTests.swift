import CompanionCore
import TestRandomness
import Testing

/// Precision and recall on a set of our own: words that a house may not want, in disguises that people use, and innocent texts
/// that come close.
struct DisguiseSetTests {
    private static let terms = [
        "idiot", "moron", "loser", "stupid", "bastard", "dumbass", "crap", "damn", "wanker", "scumbag", "retard",
        "pervert",
    ]

    private static let frames = ["You are such a %, really.", "% is what he said", "well… %!", "I said: \"%\" (twice)"]

    /// What people do to a word, by name.
    private static let disguises: [(name: String, change: @Sendable (String, inout SeededGenerator) -> String)] = [
        ("plain", { word, _ in word }), ("upper case", { word, _ in word.uppercased() }),
        (
            "mixed case",
            { word, random in word.map { Bool.random(using: &random) ? $0.uppercased() : "\($0)" }.joined() }
        ),
        ("digits", { word, _ in replaced(word, ["a": "4", "e": "3", "i": "1", "o": "0", "s": "5"]) }),
        ("symbols", { word, _ in replaced(word, ["a": "@", "i": "!", "s": "$"]) }),
        (
            "one digit",
            { word, random in replacedOnce(word, ["a": "4", "e": "3", "i": "1", "o": "0", "s": "5"], &random) }
        ),
        ("dots", { word, _ in word.map(String.init).joined(separator: ".") }),
        ("dashes", { word, _ in word.map(String.init).joined(separator: "-") }),
        ("underscores", { word, _ in word.map(String.init).joined(separator: "_") }),
        ("spaces", { word, _ in word.map(String.init).joined(separator: " ") }),
        ("stars between", { word, _ in word.map(String.init).joined(separator: "*") }),
        ("one dot", { word, random in split(word, ".", &random) }),
        ("zero width", { word, _ in word.map(String.init).joined(separator: "\u{200B}") }),
        ("soft hyphen", { word, random in split(word, "\u{AD}", &random) }),
        ("word joiner", { word, random in split(word, "\u{2060}", &random) }),
        ("marks", { word, _ in word.map { "\($0)\u{0336}" }.joined() }),
        ("many marks", { word, _ in word.map { "\($0)\u{0301}\u{0323}\u{0489}" }.joined() }),
        ("accents", { word, _ in replaced(word, ["a": "á", "e": "è", "i": "ï", "o": "ö", "u": "û", "n": "ñ"]) }),
        ("full width", { word, _ in shifted(word, to: 0xFF41) }), ("bold", { word, _ in shifted(word, to: 0x1D41A) }),
        ("script", { word, _ in shifted(word, to: 0x1D4EA) }),
        ("double struck", { word, _ in shifted(word, to: 0x1D552) }),
        ("circled", { word, _ in shifted(word, to: 0x24D0) }),
        (
            "Cyrillic",
            { word, _ in replaced(word, ["a": "а", "e": "е", "o": "о", "c": "с", "p": "р", "i": "і", "s": "ѕ"]) }
        ),
        ("Greek", { word, _ in replaced(word, ["a": "α", "o": "ο", "i": "ι", "u": "υ", "n": "η"]) }),
        ("repeated", { word, random in repeated(word, &random) }),
        ("all repeated", { word, _ in word.map { "\($0)\($0)\($0)" }.joined() }),
        ("capitals of another style", { word, _ in shifted(word, to: 0x1D586) }),
        (
            "digits and dots",
            { word, _ in
                replaced(word, ["a": "4", "e": "3", "i": "1", "o": "0"]).map(String.init).joined(separator: ".")
            }
        ),
        ("symbols and repeats", { word, random in repeated(replaced(word, ["a": "@", "s": "$"]), &random) }),
    ]

    /// Innocent, though they come close.
    private static let innocents = """
        idiom|idiomatic phrases|an idiosyncrasy|patriot|chariot|riot in the city|moronga is a sausage|Maron|a mor on the hill|\
        closer to home|loosen it|the enclosure|losers' bracket is another word, close r|Stu piddled about nothing|stupor|stupendous|\
        astute pidgin|custard|mustard|Bastogne|bastion|bass tard|Bastian|dumb asset class|a dumb waiter|assess|assassin|Dumbarton|\
        scrap|scrape the bowl|skyscraper|crape myrtle|crêpe|crab|scrappy puppy|dam|damage|Amsterdam|dame|damson jam|madam|\
        damask|condemn|swank and ranker|wandering|banker|anchor|Frankfurter|scum and bagels|scrumptious|a bag of scum|scuba bag|\
        retardant foam|retarding force|a custard|retail card|reward|perverse incentives|perforate|pervasive|pervade|\
        Scunthorpe|Penistone|Essex|Sussex|cocktail|cockatoo|Dickens|analysis|therapist|button|classic|grass|passage|embassy|\
        Hello there|How was your day?|I moved to Turin in 2019.|My number is 555 0134 and my code is 1D-10-T4.|R2D2 and C3PO|\
        H2O, CO2, NaCl|x = 5 * y - 3|https://example.org/a/b?c=d|1, 2, 3, 4, 5|A.B.C. is a company|e.g. this, i.e. that|\
        U.S.A. and U.K.|Dr. M. O. Ron-Smith lives here? No: Dr. Moran does.|Id est: I do it.|I. D. I. am tired|\
        Ich bin ein Berliner.|Das ist ein Idiom der deutschen Sprache.|Der Damm brach.|Die Kreppsohle|Der Stuhl ist pink.|\
        Je suis perverti par le fromage? Non, converti.|La crapaudine|Le bâtard? Non: le bâton.|La dame et le moron? Non: le marron.|\
        Ho comprato un idrante.|La mora non è matura.|Lo stupore del bambino|Il bastone è lungo.|Che scampagnata!|\
        El perro duerme.|La moronga es rica.|Estupendo día|El bastión cayó.|Un damasco maduro|\
        Я люблю стихи.|Идиома — это выражение.|Стул стоит у окна.|Дамба прочна.|Баста, хватит.|\
        Η ιδιωματική φράση|Το κρασί είναι καλό.|私は本を読みます。|今日は天気がいいですね。|我喜欢喝茶。|나는 학생입니다.|أحب القهوة|אני אוהב ספרים|\
        Tôi thích đọc sách.|Çok güzel bir gün.|Dzień dobry, jak się masz?|Hvordan har du det?|Hyvää päivää|Köszönöm szépen
        """.split(separator: "|").map { $0.trimmingSpaces }

    private static func replaced(_ word: String, _ map: [Character: String]) -> String {
        word.map { map[$0] ?? String($0) }.joined()
    }

    private static func replacedOnce(_ word: String, _ map: [Character: String], _ random: inout SeededGenerator)
        -> String
    {
        let places = word.indices.filter { map[word[$0]] != nil }
        guard let place = places.randomElement(using: &random) else { return word }
        return word[..<place] + (map[word[place]] ?? "") + word[word.index(after: place)...]
    }

    private static func split(_ word: String, _ separator: String, _ random: inout SeededGenerator) -> String {
        let place = word.index(word.startIndex, offsetBy: Int.random(in: 1..<word.count, using: &random))
        return word[..<place] + separator + word[place...]
    }

    private static func repeated(_ word: String, _ random: inout SeededGenerator) -> String {
        let place = Int.random(in: 0..<word.count, using: &random)
        return word.enumerated().map { String(repeating: $1, count: $0 == place ? 4 : 1) }.joined()
    }

    private static func shifted(_ word: String, to start: UInt32) -> String {
        String(String.UnicodeScalarView(word.unicodeScalars.compactMap { Unicode.Scalar($0.value - 97 + start) }))
    }

    @Test("Of more than 600 labelled texts nearly all disguises are found, and hardly an innocent is")
    func precisionAndRecall() throws {
        var random = SeededGenerator.announced()
        let matcher = try KeywordMatcher(Self.terms.map { KeywordTerm($0, category: .harassment) })
        var missed: [String: [String]] = [:]
        var (found, disguised) = (0, 0)
        for (name, change) in Self.disguises {
            for (index, term) in Self.terms.enumerated() {
                let word = change(term, &random)
                let text = Self.frames[index % Self.frames.count].replacing("%", with: word)
                disguised += 1
                if matcher.matches(in: text).contains(where: { $0.term == index }) {
                    found += 1
                } else {
                    missed[name, default: []].append(word)
                }
            }
        }
        let frames = ["%", "Well, % it is.", "We spoke of % yesterday, and of other things."]
        var wrong: [String] = []
        var innocent = 0
        for text in Self.innocents {
            for frame in frames {
                innocent += 1
                let whole = frame.replacing("%", with: text)
                if !matcher.matches(in: whole).isEmpty { wrong.append(whole) }
            }
        }
        let recall = Double(found) / Double(disguised)
        let precision = Double(found) / Double(found + wrong.count)
        print("Keywords: precision \(precision), recall \(recall), of \(disguised) disguises and \(innocent) innocents")
        #expect(disguised + innocent >= 600)
        #expect(recall >= 0.97, "seed \(random.seed), missed: \(missed)")
        #expect(precision >= 0.99, "found in innocents: \(wrong)")
    }
}

extension Substring {
    fileprivate var trimmingSpaces: String {
        String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
    }
}
