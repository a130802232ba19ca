/// A beginning by which a clause is known to tell something of who says it.
struct PersonRule: Sendable {
    var kind: Memory.Kind
    var importance: Double
    /// The words that the clause begins with, adverbs left out.
    var phrase: [String]
    /// How many words must follow.
    var least = 1
    /// Words that must not follow at once: "I am so …" tells a mood.
    var excluded: Set<String> = []

    static func rule(for clause: PersonClause) -> PersonRule? {
        let words = clause.plain.map(\.word)
        guard let first = words.first, first == "i" || first == "my" else { return nil }
        if first == "my" { return relation(words) }
        let plain = words.enumerated().filter { $0.offset == 0 || !adverbs.contains($0.element) }.map(\.element)
        guard !hedges.contains(where: { plain.starts(with: $0) }) else { return nil }
        return table.first { rule in
            plain.starts(with: rule.phrase) && plain.count >= rule.phrase.count + rule.least
                && !(plain.dropFirst(rule.phrase.count).first.map(rule.excluded.contains) ?? false)
                && (rule.least == 0
                    || plain.dropFirst(rule.phrase.count).contains { !FactWords.stopWords.contains($0) })
        } ?? past(plain)
    }

    /// "my name is …", "my sister Mia …", "my favourite colour is …".
    private static func relation(_ words: [String]) -> PersonRule? {
        guard words.count >= 4, let verb = words.firstIndex(where: linking.contains), (2...5).contains(verb),
            verb + 1 < words.count
        else { return nil }
        let subject = words[1..<verb]
        if subject.contains("favourite") || subject.contains("favorite") {
            return PersonRule(kind: .preference, importance: 0.6, phrase: [])
        }
        if subject == ["name"] { return PersonRule(kind: .fact, importance: 0.9, phrase: []) }
        if subject.contains(where: facts.contains) { return PersonRule(kind: .fact, importance: 0.7, phrase: []) }
        if subject.contains(where: relations.contains) {
            return PersonRule(kind: .relationship, importance: 0.7, phrase: [])
        }
        return nil
    }

    /// "I adopted a dog": a verb in the past, with something behind it.
    private static func past(_ words: [String]) -> PersonRule? {
        guard words.count >= 4, events.contains(words[1]) else { return nil }
        let rest = words.dropFirst(2).filter { !FactWords.stopWords.contains($0) }
        // "I went to bed", "I got it" are nobody's history.
        guard !rest.allSatisfy({ trifles.contains($0) || FactWords.stopWords.contains($0) }) else { return nil }
        return PersonRule(kind: .event, importance: 0.5, phrase: [])
    }

    // MARK: Words

    private static let adverbs: Set<String> = [
        "really", "also", "just", "still", "absolutely", "always", "usually", "actually", "recently", "finally", "now",
        "currently", "mostly", "totally", "truly", "secretly",
    ]
    private static let hedges: [[String]] = [
        ["i", "am", "not", "sure"], ["i", "will", "be", "back"], ["i", "will", "let"], ["i", "will", "tell"],
        ["i", "want", "to", "know"], ["i", "want", "to", "ask"], ["i", "want", "you"],
        ["i", "am", "going", "to", "bed"],
        ["i", "am", "going", "to", "sleep"], ["i", "like", "you"], ["i", "love", "you"], ["i", "hate", "you"],
        ["i", "like", "that"], ["i", "love", "that"], ["i", "hate", "that"], ["i", "like", "it"], ["i", "love", "it"],
        ["i", "hate", "it"], ["i", "have", "to", "go"], ["i", "love", "how"], ["i", "like", "how"],
        ["i", "like", "your"], ["i", "love", "your"], ["i", "love", "this"], ["i", "like", "this"],
        ["i", "hate", "this"], ["i", "hate", "when"], ["i", "love", "when"],
    ]
    private static let moods: Set<String> = [
        "a", "so", "very", "too", "fine", "good", "ok", "okay", "great", "tired", "sad", "happy", "sorry", "here",
        "back", "not", "in", "at", "on", "going", "sure", "glad", "bored", "busy", "just", "kidding",
    ]
    private static func rules(
        _ kind: Memory.Kind, _ importance: Double, _ phrases: [String], least: Int = 1, not excluded: Set<String> = []
    ) -> [PersonRule] {
        phrases.map {
            PersonRule(
                kind: kind, importance: importance, phrase: $0.split(separator: " ").map(String.init), least: least,
                excluded: excluded)
        }
    }

    private static let table: [PersonRule] =
        rules(.fact, 0.9, ["i am called", "i am named", "i go by"])
        + rules(.fact, 0.9, ["i am allergic to", "i am diabetic", "i have diabetes", "i have asthma"], least: 0)
        + rules(
            .fact, 0.8,
            [
                "i live in", "i live near", "i live at", "i live with", "i am living in", "i moved to",
                "i have moved to",
                "i moved from", "i moved back to", "i am from", "i come from", "i was born in", "i was born on",
                "i grew up in",
            ])
        + rules(
            .fact, 0.7,
            [
                "i work as", "i work at", "i work for", "i work in", "i am working as", "i am working at",
                "i am working for", "i study", "i am studying", "i got a job", "i have a job", "i run a", "i own a",
                "i teach", "i speak", "i play", "i collect", "i am training", "i am learning", "i have been learning",
                "i was promoted", "i got promoted", "i quit", "i no longer", "i stopped", "i retired",
            ])
        + rules(
            .relationship, 0.8,
            [
                "i am married", "i am engaged", "i am divorced", "i am single", "i got married", "i got engaged",
                "i got divorced", "i broke up with", "i am dating", "i am widowed", "i am pregnant",
            ], least: 0)
        + rules(
            .relationship, 0.7, ["i have"], least: 2, not: ["to", "been", "not", "no", "never", "had", "got", "it"])
        + rules(
            .preference, 0.6,
            [
                "i like", "i love", "i enjoy", "i adore", "i prefer", "i hate", "i dislike", "i detest",
                "i do not like", "i do not enjoy", "i can not stand", "i do not eat", "i can not eat", "i never eat",
                "i do not drink", "i never drink",
            ])
        + rules(
            .plan, 0.6,
            [
                "i am going to", "i will", "i plan to", "i am planning", "i want to", "i hope to", "i am flying to",
                "i am moving to", "i am travelling to", "i am traveling to", "i am starting", "i start",
                "i am visiting", "i am getting married", "i am meeting",
            ], least: 2)
        + ages + occupations

    /// "I am 34", "I turned 30".
    private static let ages: [PersonRule] = (1...120).flatMap { years in
        rules(.fact, 0.7, ["i am \(years)", "i turned \(years)", "i am turning \(years)"], least: 0)
    }
    /// "I am a nurse", "I am vegan".
    private static let occupations: [PersonRule] =
        rules(
            .fact, 0.8,
            ["i am vegan", "i am vegetarian", "i am retired", "i am unemployed", "i am deaf", "i am blind"], least: 0)
        + rules(
            .fact, 0.7, ["i am a", "i am an"],
            not: ["bit", "little", "mess", "fan", "lot", "big", "huge", "idiot", "fool", "wreck", "while", "few"])

    private static let linking: Set<String> = [
        "is", "are", "was", "has", "had", "lives", "works", "died", "called", "loves", "likes", "hates", "studies",
        "moved",
        "got", "plays", "broke", "started", "passed", "turned", "turns", "named",
    ]
    private static let facts: Set<String> = [
        "birthday", "job", "boss", "hometown", "age", "home", "house", "flat", "apartment", "car", "hobby", "phone",
        "native", "nickname", "surname",
    ]
    private static let relations: Set<String> = [
        "mother", "father", "mom", "mum", "dad", "parents", "sister", "sisters", "brother", "brothers", "son", "sons",
        "daughter", "daughters", "child", "children", "wife", "husband", "partner", "girlfriend", "boyfriend", "fiancé",
        "fiancée", "fiance", "fiancee", "friend", "friends", "grandmother", "grandfather", "grandma", "grandpa", "aunt",
        "uncle", "cousin", "niece", "nephew", "dog", "dogs", "cat", "cats", "puppy", "kitten", "horse", "rabbit",
        "parrot", "hamster", "roommate", "flatmate", "neighbour", "neighbor", "colleague", "ex", "twin",
    ]
    private static let events: Set<String> = [
        "went", "visited", "met", "bought", "started", "finished", "passed", "failed", "lost", "broke", "adopted",
        "won", "saw", "graduated", "travelled", "traveled", "flew", "joined", "sold", "learned", "learnt", "became",
        "got", "had", "built", "crashed", "ran", "watched", "read", "painted", "cooked", "baked", "planted", "wrote",
        "used", "celebrated", "booked", "attended", "applied", "received", "stayed", "hiked", "climbed",
    ]
    private static let trifles: Set<String> = [
        "bed", "sleep", "it", "idea", "thing", "something", "nothing", "fun", "lot", "bit", "time", "day", "lunch",
        "dinner", "breakfast", "shower", "point", "message", "home", "ready", "today", "yesterday", "crazy", "mad",
        "confused", "bored", "tired",
    ]
}
