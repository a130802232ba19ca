#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// What decides whether a candidate may become a memory: a pure function of the candidate and the lines.
///
/// What an extractor proposes is a claim. It passes only where the person's own lines bear it out: so neither a model's
/// invention, nor the character's prose, nor an order to the model becomes something that is known about a person.
struct WriteGate: Sendable {
    /// What passed, ready to be consolidated.
    struct Fact: Sendable, Hashable {
        /// With its relative dates written out.
        var text: String
        var kind: Memory.Kind
        var importance: Double
        /// The lines that bear it out, ascending.
        var lines: [Int]
        /// When it was said first, and last.
        var saidAt: Date
        var saidLast: Date
        /// A date that was told, as far as it is over; else when it was said.
        var validAt: Date
        var isForThisCharacterOnly: Bool
        var replaces: [Int]
    }

    enum Verdict: Sendable, Hashable {
        case accepted(Fact)
        case refused(MemoryRejection)
    }

    static let maximumTextBytes = 1_024

    let batch: MemoryBatch
    /// What the person wanted forgotten of the batch's lines: the lines that each came from, and its fingerprint.
    var forgotten: [Forgotten] = []
    var resolver = DateResolver()
    var fingerprint: MemoryFingerprint

    struct Forgotten: Sendable, Hashable {
        var lines: Set<Int>
        var fingerprint: [UInt64]
    }

    func judge(_ candidate: MemoryCandidate) -> Verdict {
        let text = candidate.text.trimmed
        guard text.contains(where: { $0.isLetter }) else { return .refused(.empty) }
        guard text.utf8.count <= Self.maximumTextBytes, !text.contains(where: \.isNewline), !text.utf8.contains(0)
        else { return .refused(.tooLong) }
        guard !candidate.lines.isEmpty else { return .refused(.uncited) }
        var cited: [MemoryBatch.Line] = []
        for number in Set(candidate.lines).sorted() {
            guard let line = batch.lines.first(where: { $0.number == number }), line.isCitable, line.author == .user
            else { return .refused(.foreignLines) }
            cited.append(line)
        }
        let words = FactWords(text)
        if InstructionPhrases.areIn(words) || InstructionPhrases.hasRoleMarks(text) { return .refused(.instruction) }
        let subject = words.content.subtracting(names)
        if Filler.isFiller(text, content: subject) { return .refused(.filler) }
        cited = withoutForgotten(cited, subject: subject)
        guard !cited.isEmpty else { return .refused(.forgotten) }
        if let refusal = support(of: text, words, subject, in: cited) { return .refused(refusal) }
        return .accepted(fact(candidate, text: text, cited: cited))
    }

    /// The names of the two who talk: they stand in every statement, and say nothing of it.
    private var names: Set<String> { FactWords(batch.person).content.union(FactWords(batch.character).content) }

    // MARK: Forgotten

    private func withoutForgotten(_ cited: [MemoryBatch.Line], subject: Set<String>) -> [MemoryBatch.Line] {
        guard !forgotten.isEmpty else { return cited }
        let own = fingerprint.hashes(of: subject)
        let alike = forgotten.filter { MemoryFingerprint.areAlike(own, $0.fingerprint) }
        return cited.filter { line in !alike.contains { $0.lines.contains(line.number) } }
    }

    // MARK: Support

    private func support(
        of text: String, _ words: FactWords, _ subject: Set<String>, in cited: [MemoryBatch.Line]
    ) -> MemoryRejection? {
        let sentences = cited.flatMap { SaidSentence.all(in: $0.text) }
        let isOnlyAsking = !sentences.isEmpty && sentences.allSatisfy(Filler.isBareQuestion)
        if isOnlyAsking { return .filler }
        let said = sentences.map { (sentence: $0, words: FactWords($0.text)) }
        let bearing = said.filter { !$0.words.content.isDisjoint(with: subject) }
        guard !bearing.isEmpty else { return .unsupported }
        if bearing.allSatisfy({ InstructionPhrases.areIn($0.words) }) { return .instruction }

        // Who and how many must have been spoken of, by the person or in the question that the person answers.
        var spoken = Set(said.flatMap { $0.words.words.flatMap { [$0.plain, $0.stem] } })
        for line in cited {
            guard let question = question(before: line) else { continue }
            spoken.formUnion(FactWords(question).words.flatMap { [$0.plain, $0.stem] })
        }
        spoken.formUnion(names)
        spoken.formUnion(FactWords(batch.person).plain)
        spoken.formUnion(FactWords(batch.character).plain)
        let checked = FactWords(withoutToldDates(text, cited: cited))
        let isSupported = checked.words.allSatisfy { word in
            let isName = word.isCapitalised && !(word.isFirst && FactWords.stopWords.contains(word.plain))
            guard isName || word.stem.first?.isNumber == true else { return true }
            return spoken.contains(word.plain) || spoken.contains(word.stem) || word.isFirst && isOrdinary(word)
        }
        return isSupported ? nil : .unsupported
    }

    /// A word that has its capital from standing first, such as "Works" or "Loves".
    private func isOrdinary(_ word: FactWords.Word) -> Bool {
        ["user", "person", "prefers", "lives", "works", "likes", "loves", "wants", "plans", "enjoys", "hates"]
            .contains(word.plain)
    }

    /// What the character said right before the line.
    private func question(before line: MemoryBatch.Line) -> String? {
        guard let place = batch.lines.firstIndex(where: { $0.number == line.number }), place > 0,
            batch.lines[place - 1].author == .character
        else { return nil }
        return batch.lines[place - 1].text
    }

    // MARK: Dates

    /// The text without the dates that the lines tell, in whatever words: those need not stand there literally.
    private func withoutToldDates(_ text: String, cited: [MemoryBatch.Line]) -> String {
        let told = cited.flatMap { resolver.findings(in: $0.text, saidAt: $0.saidAt).map(\.period) }
        guard !told.isEmpty, let last = cited.last else { return text }
        var rest = ""
        var end = text.startIndex
        for finding in resolver.findings(in: text, saidAt: last.saidAt)
        where told.contains(where: { $0.agrees(with: finding.period) }) {
            rest += text[end..<finding.range.lowerBound]
            end = finding.range.upperBound
        }
        return rest + text[end...]
    }

    private func fact(_ candidate: MemoryCandidate, text: String, cited: [MemoryBatch.Line]) -> Fact {
        // Relative dates count from the line that told them.
        let teller = cited.last { !resolver.findings(in: $0.text, saidAt: $0.saidAt).isEmpty } ?? cited[cited.count - 1]
        let told = resolver.findings(in: teller.text, saidAt: teller.saidAt).map(\.period)
        let written = resolver.writingOut(text, saidAt: teller.saidAt)
        let named = candidate.date.map { resolver.findings(in: $0, saidAt: teller.saidAt).map(\.period) } ?? []
        let dates = named + resolver.findings(in: written, saidAt: teller.saidAt).map(\.period)
        let date = dates.first { date in told.contains { $0.agrees(with: date) } }.map(resolver.start)
        let saidAt = cited[0].saidAt
        return Fact(
            text: written.utf8.count <= Self.maximumTextBytes ? written : text, kind: candidate.kind,
            importance: min(max(candidate.importance.isNaN ? 0.5 : candidate.importance, 0), 1),
            lines: cited.map(\.number), saidAt: saidAt, saidLast: cited[cited.count - 1].saidAt,
            // A plan for next week is known now; what happened last week was true then.
            validAt: min(date ?? saidAt, saidAt), isForThisCharacterOnly: candidate.isForThisCharacterOnly,
            replaces: candidate.replaces)
    }
}
