/// Chooses what a character says next: every source of replies offers some, and the best that was not said lately wins.
struct OfflineAnswer {
    /// Something that could be said.
    private struct Candidate {
        /// What it says; the manner in which it is said comes on top.
        var text: String
        /// How well it fits: an example of the same words has about 1, an answer that the person asks for more.
        var weight: Double
        /// Said as it stands, not in the character's manner.
        var isVerbatim = false
    }

    private let scene: OfflineScene
    private let voice: Voice
    private let words: Words
    private let intents: Set<Intent>
    private let isQuestion: Bool

    init(to scene: OfflineScene) {
        self.scene = scene
        voice = Voice(lines: scene.exchanges.map(\.reply) + scene.replies)
        words = Words(scene.said)
        intents = Intent.all(in: words)
        isQuestion = Sentence.all(in: scene.said).last.map { PersonKnowledge.isRequest($0, Words($0.text)) } == true
    }

    /// The reply, by the seed of `random`; none of `recent` where there is another, least of all its last one.
    func text(avoiding recent: [String] = [], using random: inout some RandomNumberGenerator) -> String {
        let candidates = candidates()
        if let interrupted = scene.interrupted {
            return continuation(of: interrupted, candidates: candidates, using: &random)
        }
        let last = [scene.replies.last, recent.last].compactMap(\.self).map(Self.core)
        let others = (scene.replies.suffix(12) + recent.suffix(12)).map(Self.core)
        var best: (candidate: Candidate, score: Double)?
        for candidate in candidates {
            var score = candidate.weight + Double.random(in: 0..<0.08, using: &random)
            let forms = voice.forms(of: candidate.text, user: name).map(Self.core)
            if others.contains(where: { Self.isSame($0, as: forms) }) { score -= 0.5 }
            if last.contains(where: { Self.isSame($0, as: forms) }) { score -= 10 }
            if best.map({ $0.score < score }) ?? true { best = (candidate, score) }
        }
        return best.map { spoken($0.candidate, using: &random) } ?? "…"
    }

    private static func core(_ text: String) -> [String] { Words.plain(Voice.withoutGesture(text)) }

    /// Whether a reply is one of the forms of a candidate, in whatever manner: with an opener before it or none.
    private static func isSame(_ reply: [String], as forms: [[String]]) -> Bool {
        forms.contains { (0...3).contains(reply.count - $0.count) && reply.suffix($0.count).elementsEqual($0) }
    }

    private func spoken(_ candidate: Candidate, using random: inout some RandomNumberGenerator) -> String {
        if candidate.isVerbatim { return candidate.text }
        return voice.styled(candidate.text, user: name, using: &random)
    }

    /// What the person is called: by what they told, or by the prompt.
    private var name: String? { scene.knowledge.name ?? scene.userName }

    /// The rest of the reply that was being given, where one of the candidates begins with it.
    private func continuation(
        of text: String, candidates: [Candidate], using random: inout some RandomNumberGenerator
    ) -> String {
        let wholes = candidates.flatMap { voice.forms(of: $0.text, user: name) }
        if let whole = wholes.first(where: { $0.hasPrefix(text) && $0.utf8.count > text.utf8.count }) {
            return String(whole.dropFirst(text.count))
        }
        let end = voice.forms(of: OfflinePhrases.statements.randomElement(using: &random) ?? "", user: name)[0]
        return (text.last.map { ".!?…\"*".contains($0) } == true ? " " : " … ") + end
    }

    // MARK: Candidates

    private func candidates() -> [Candidate] {
        guard !words.all.isEmpty else { return OfflinePhrases.greetings.map { Candidate(text: $0, weight: 1) } }
        if intents.contains(.crisis) {
            return OfflinePhrases.replies(to: .crisis).map { Candidate(text: $0, weight: 9, isVerbatim: true) }
        }
        return recollections + examples + introductions + facts + acknowledgements + phrases + echoes
    }

    private var recollections: [Candidate] {
        switch scene.knowledge.answer(to: scene.said, words: words) {
        case .known(let answers): answers.map { Candidate(text: $0, weight: 4) }
        case .unknown: OfflinePhrases.unknown.map { Candidate(text: $0, weight: 3) }
        case nil: []
        }
    }

    /// The replies of the examples in which something like the message was said.
    private var examples: [Candidate] {
        let known = scene.exchanges.map { (exchange: $0, words: Words($0.said)) }
        var frequencies: [String: Double] = [:]
        for stem in known.flatMap(\.words.stems) { frequencies[stem, default: 0] += 1 }
        func mass(_ stems: Set<String>) -> Double {
            stems.reduce(0) {
                $0 + (Words.frame.contains($1) ? 0.3 : 1) / (1 + frequencies[$1, default: 0]).squareRoot()
            }
        }
        let own = mass(words.stems)
        return known.compactMap { exchange, said in
            let shared = mass(words.stems.intersection(said.stems))
            let norm = (own * mass(said.stems)).squareRoot()
            var weight = norm > 0 ? shared / norm : 0
            if !intents.isDisjoint(with: Intent.all(in: said)) { weight += 0.7 }
            // Out of its context an exchange in the middle of a dialogue fits less well.
            if !exchange.isOpening { weight -= 0.3 }
            guard weight >= 0.45 else { return nil }
            return Candidate(text: exchange.reply, weight: weight, isVerbatim: true)
        }
    }

    /// Who the character is, where it is asked.
    private var introductions: [Candidate] {
        guard intents.contains(.whoAreYou) else { return [] }
        let name = scene.characterName.map { "I'm \($0). " } ?? ""
        let sentences = scene.ownSentences.prefix(4)
        guard !sentences.isEmpty else { return name.isEmpty ? [] : [Candidate(text: name.trimmed, weight: 1)] }
        return sentences.map { Candidate(text: name + $0, weight: 1) }
    }

    /// What the character can say of itself and of its world to the topics of the message.
    private var facts: [Candidate] {
        let asked = words.topics
        guard !asked.isEmpty else { return [] }
        return (scene.ownSentences + scene.lore).compactMap { fact in
            let coverage = Double(asked.intersection(Words(fact).topics).count) / Double(asked.count)
            guard isQuestion ? coverage >= (asked.count < 3 ? 1 : 0.6) : coverage > 0.5 else { return nil }
            return Candidate(text: Sentence.beginning(of: fact), weight: 0.55 + 0.4 * coverage)
        }
    }

    private var acknowledgements: [Candidate] {
        guard let lesson = scene.lesson else { return [] }
        return OfflinePhrases.acknowledgements(of: lesson).map { Candidate(text: $0, weight: 0.9) }
    }

    private var phrases: [Candidate] {
        let general = isQuestion ? OfflinePhrases.questions : OfflinePhrases.statements
        return Intent.allCases.filter(intents.contains).flatMap(OfflinePhrases.replies).map {
            Candidate(text: $0, weight: 0.6)
        } + general.map { Candidate(text: $0, weight: 0.35) }
    }

    /// What the person said of themselves, said back to them.
    private var echoes: [Candidate] {
        let own = Sentence.all(in: scene.said).last { sentence in
            PersonKnowledge.isStatement(sentence) && sentence.text.count <= 90
        }
        guard let own else { return [] }
        let echo = Perspective.reflected(own.text)
        return OfflinePhrases.echoes.flatMap { ending in
            [
                Candidate(text: "So \(echo). \(ending)", weight: 0.45),
                Candidate(text: "\(echo.capitalizedFirst). \(ending)", weight: 0.45),
            ]
        }
    }
}

extension Sentence {
    /// The first two sentences of a text.
    fileprivate static func beginning(of text: String) -> String {
        var count = 0
        for index in text.indices where ".!?".contains(text[index]) {
            let next = text.index(after: index)
            guard next == text.endIndex || text[next].isWhitespace else { continue }
            count += 1
            if count == 2 { return String(text[..<next]) }
        }
        return text
    }
}
