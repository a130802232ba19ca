/// The words of a query, with what they are worth in one index.
struct RecallQueryWords {
    /// The words that the index has, in the order of the query, with their weights.
    private(set) var known: [Known] = []
    /// The weight of all words, also of those that the index doesn't have; names of speakers aside.
    private(set) var mass: Float = 0
    /// Every word but stop words, as it was written.
    private var forms: Set<WordHash> = []
    /// Whether whoever asks speaks of themselves.
    private var isFirstPerson = false

    struct Known {
        var number: UInt32
        var weight: Float
        var isName: Bool
        /// What its repetition in the query is worth; 1 where it stands there once.
        var emphasis: Float = 1
    }

    /// Whether the one who is asked is spoken of too.
    private var isSecondPerson = false

    private static let firstPerson = Set(["i", "me", "my", "mine", "myself"].map { WordHash($0.utf8) })
    private static let secondPerson = Set(["you", "your", "yours", "yourself"].map { WordHash($0.utf8) })

    init(_ text: String, in index: RecallIndex) {
        var text = text
        let names = Set(index.speakers.flatMap { $0.count > 0 ? $0.words : [] })
        let documents = index.postings.count
        var places: [UInt32: Int] = [:]
        var counts: [Int] = []
        var unknown: Set<WordHash> = []
        text.withUTF8 { bytes in
            WordScan.words(of: bytes) { word, buffer in
                if Self.firstPerson.contains(word.hash) { isFirstPerson = true }
                if Self.secondPerson.contains(word.hash) { isSecondPerson = true }
                guard !StopWords.english.contains(word.hash) else { return }
                forms.insert(word.hash)
                guard !StopWords.framing.contains(word.hash) else { return }
                let number = index.vocabulary.knownNumber(of: word, in: buffer)
                guard let number, index.postings.documentFrequency(of: number) > 0 else {
                    if unknown.insert(word.hash).inserted { mass += Self.weight(of: 0, among: documents) }
                    return
                }
                if let place = places[number] {
                    counts[place] += 1
                    return
                }
                let weight = Self.weight(of: index.postings.documentFrequency(of: number), among: documents)
                let isName = names.contains(number)
                if !isName { mass += weight }
                places[number] = known.count
                counts.append(1)
                known.append(Known(number: number, weight: weight, isName: isName))
            }
        }
        // A word that is said again and again counts up to twice.
        for (place, count) in counts.enumerated() { known[place].emphasis = 2 * Float(count) / Float(count + 1) }
        keepWeightiest()
    }

    /// Of a long query the words that weigh most, so that its time has a bound: the others stand in most texts.
    private mutating func keepWeightiest() {
        guard known.count > Self.maximumWords else { return }
        let weights = known.map { $0.weight * $0.emphasis }.sorted(by: >)
        let least = weights[Self.maximumWords - 1]
        known = Array(known.lazy.filter { $0.weight * $0.emphasis >= least }.prefix(Self.maximumWords))
        mass = known.reduce(0) { $0 + ($1.isName ? 0 : $1.weight) }
    }

    private static let maximumWords = 64

    /// The inverse document frequency.
    private static func weight(of frequency: Int, among documents: Int) -> Float {
        let (frequency, documents) = (Double(frequency), Double(documents))
        return Float(naturalLogarithm(1 + (documents - frequency + 0.5) / (frequency + 0.5)))
    }

    /// Whether what each speaker said is preferred: where the query names one speaker alone, or speaks in the first person
    /// and not of the character, whose name or "you" might as well mean what the character said.
    func preference(in index: RecallIndex) -> [Bool] {
        let none = Array(repeating: false, count: index.speakers.count)
        let isNamed = index.speakers.map { speaker in
            speaker.count > 0 && speaker.firstName.map { forms.contains($0) } ?? false
        }
        let names = Set(zip(index.speakers, isNamed).compactMap { $1 ? $0.words : nil })
        if isFirstPerson {
            let isCharacterNamed = zip(index.speakers, isNamed).contains { !$0.isPerson && $1 }
            return isCharacterNamed || isSecondPerson ? none : index.speakers.map(\.isPerson)
        }
        return names.count == 1 ? isNamed : none
    }
}
