/// How two facts about one person stand to each other, judged by their words alone.
///
/// A false "same" loses what somebody said, so it is given only where nothing that is said differs: numbers, dates,
/// negation, names, and words that turn a fact around. Measured on the labelled pairs in
/// `Tests/CompanionCoreTests/Memories/Consolidation`; the test prints precision and recall.
struct FactSimilarity: Sendable, Hashable {
    enum Judgement: String, Sendable, Hashable {
        /// They say the same: one is a repetition of the other.
        case same
        /// They speak of different things, or one says more than the other.
        case different
        /// They speak of the same thing and say something else of it: one may have taken the other's place. Whether it
        /// has, their words alone can't say ("likes tea" and "likes coffee" may both be true).
        case conflicting
    }

    /// How much of the words of two facts, together, both must have to be the same; 0 to 1.
    var threshold = 0.88

    func judgement(of first: String, and second: String) -> Judgement {
        judgement(of: FactReading(first), and: FactReading(second))
    }

    func judgement(of first: FactReading, and second: FactReading) -> Judgement {
        let isReplaced = Self.isReplaced(first, second)
        let agrees = Self.agrees(first, second)
        if agrees, !isReplaced, score(of: first, and: second) >= threshold { return .same }
        return Self.speaksOfTheSame(first, second) && (isReplaced || !agrees) ? .conflicting : .different
    }

    /// The share of words that both have, among those of both: Dice's coefficient.
    func score(of first: FactReading, and second: FactReading) -> Double {
        let all = first.content.count + second.content.count
        guard all > 0 else { return 0 }
        return 2 * Double(first.content.intersection(second.content).count) / Double(all)
    }
}

extension FactSimilarity {
    /// Whether each has a word that the other doesn't have.
    private static func isReplaced(_ first: FactReading, _ second: FactReading) -> Bool {
        !first.content.isSubset(of: second.content) && !second.content.isSubset(of: first.content)
    }

    /// Whether nothing differs of what must not differ.
    private static func agrees(_ first: FactReading, _ second: FactReading) -> Bool {
        guard first.isNegated == second.isNegated, first.times == second.times, first.decisive == second.decisive,
            second.content.isSuperset(of: first.names), first.content.isSuperset(of: second.names)
        else { return false }
        let numbersAgree =
            first.isDated ? first.numbers.sorted() == second.numbers.sorted() : first.numbers == second.numbers
        return numbersAgree && rolesAgree(first, second)
    }

    /// Whether who does what to whom is the same: names in the same order, or a sentence that can be turned around.
    private static func rolesAgree(_ first: FactReading, _ second: FactReading) -> Bool {
        // A capital letter may also begin a sentence: what counts are the names of both.
        let names = Set(first.names).intersection(second.names)
        if first.names.filter(names.contains) == second.names.filter(names.contains) { return true }
        if !first.owners.isEmpty, first.owners == second.owners { return true }
        return !first.content.isDisjoint(with: FactSynonyms.mutual)
            && !second.content.isDisjoint(with: FactSynonyms.mutual)
    }

    /// Whether they have the greater part of the shorter one's words, and more than a name, in common.
    private static func speaksOfTheSame(_ first: FactReading, _ second: FactReading) -> Bool {
        let shared = first.content.intersection(second.content)
        let shorter = min(first.content.count, second.content.count)
        guard shorter > 0, shared.count * 2 >= shorter else { return false }
        let names = Set(first.names).union(second.names)
        // "Ada is 30" has no other word than the name.
        return !shared.isSubset(of: names) || !first.numbers.isEmpty && !second.numbers.isEmpty
    }
}
