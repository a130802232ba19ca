/// How a statement stands to another one about the same person.
enum FactRelation: Sendable, Hashable {
    /// It says the same.
    case same
    /// Said later, it leaves the other one untrue.
    case contradicts
    case different
}

/// A statement, prepared for comparison.
struct ComparedFact: Sendable {
    let text: String
    let words: FactWords
    /// The stems that carry meaning, without the person's name.
    let subject: Set<String>
    let reading: FactReading
    /// By what it is found: the words of either reading, without the person's name.
    let keys: Set<String>
    let slot: FactSlot?
    /// Likes and dislikes: what is liked, and how.
    let taste: Taste?

    struct Taste: Sendable, Hashable {
        var object: Set<String>
        var isPositive: Bool
    }

    init(_ text: String, person: String) {
        self.text = text
        words = FactWords(text)
        subject = words.content.subtracting(FactWords(person).content)
        reading = FactReading(text)
        keys = subject.union(reading.content).subtracting(FactReading(person).content)
        slot = FactSlot(text, person: person)
        taste = Self.taste(words, subject)
    }

    private static let likes: Set<String> = ["like", "lik", "lov", "enjoy", "ador", "prefer"]
    private static let dislikes: Set<String> = ["hat", "dislik", "detest", "loath", "stand"]

    private static func taste(_ words: FactWords, _ subject: Set<String>) -> Taste? {
        let positive = !subject.isDisjoint(with: likes)
        let negative = !subject.isDisjoint(with: dislikes)
        guard positive != negative else { return nil }
        let object = subject.subtracting(likes).subtracting(dislikes).subtracting(["stop", "anymor", "long", "longer"])
        guard !object.isEmpty else { return nil }
        // "can't stand" holds its negation in the verb; "no longer likes" and "doesn't like" turn the verb round.
        let isTurned = words.isNegated && !subject.contains("stand")
        return Taste(object: object, isPositive: positive != isTurned)
    }

    /// How this one, said later, stands to an older one.
    func relation(to older: ComparedFact) -> FactRelation {
        if let taste, let other = older.taste, taste.object == other.object {
            return taste.isPositive == other.isPositive ? .same : .contradicts
        }
        if let slot, let other = older.slot, slot.name == other.name {
            if slot.isContradicted(by: other) { return .contradicts }
            return slot.value == other.value ? .same : .different
        }
        if isEnd(of: older) { return .contradicts }
        if words.isNegated != older.words.isNegated, !subject.isEmpty, withoutEnds == older.withoutEnds {
            return .contradicts
        }
        // Words alone can't say whether "has a dog" takes the place of "has a cat": that is told by the extractor.
        return FactSimilarity().judgement(of: reading, and: older.reading) == .same ? .same : .different
    }

    private static let ends: Set<String> = ["stop", "quit", "longer", "long", "anymor", "gav", "giv", "up"]
    private var withoutEnds: Set<String> { subject.subtracting(Self.ends) }

    /// "Ada stopped smoking" to "Ada smokes a pipe": what has ended is all in the older statement.
    private func isEnd(of older: ComparedFact) -> Bool {
        let isEnding =
            ["stopped", "quit", "no longer", "not any more", "any more", "anymore", "gave up", "broke up with"]
            .contains(where: words.contains)
        guard isEnding, !older.words.isNegated else { return false }
        let ended = withoutEnds.subtracting(["brok"])
        return !ended.isEmpty && ended.isSubset(of: older.subject)
    }
}
