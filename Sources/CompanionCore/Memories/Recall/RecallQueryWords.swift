#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

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
    }

    private static let firstPerson = Set(["i", "me", "my", "mine", "myself"].map { WordHash($0.utf8) })

    init(_ text: String, in index: RecallIndex) {
        var text = text
        var seen: Set<WordHash> = []
        var numbers: Set<UInt32> = []
        let names = Set(index.speakers.flatMap { $0.count > 0 ? $0.words : [] })
        let documents = Float(index.postings.count)
        text.withUTF8 { bytes in
            WordScan.words(of: bytes) { word, buffer in
                guard seen.insert(word.hash).inserted else { return }
                if Self.firstPerson.contains(word.hash) { isFirstPerson = true }
                guard !StopWords.english.contains(word.hash) else { return }
                forms.insert(word.hash)
                let number = index.vocabulary.knownNumber(of: word, in: buffer)
                if let number, !numbers.insert(number).inserted { return }
                let frequency = Float(number.map { index.postings.documentFrequency(of: $0) } ?? 0)
                let weight = log(1 + (documents - frequency + 0.5) / (frequency + 0.5))
                let isName = number.map { names.contains($0) } ?? false
                if let number, frequency > 0 { known.append(Known(number: number, weight: weight, isName: isName)) }
                if !isName { mass += weight }
            }
        }
    }

    /// Whether what each speaker said is preferred: where the query names one speaker, or the person alone, by name or
    /// by speaking in the first person.
    func preference(in index: RecallIndex) -> [Bool] {
        let none = Array(repeating: false, count: index.speakers.count)
        let isNamed = index.speakers.map { speaker in
            speaker.count > 0 && speaker.firstName.map { forms.contains($0) } ?? false
        }
        let names = Set(zip(index.speakers, isNamed).compactMap { $1 ? $0.words : nil })
        if isFirstPerson {
            let isCharacterNamed = zip(index.speakers, isNamed).contains { !$0.isPerson && $1 }
            return isCharacterNamed ? none : index.speakers.map(\.isPerson)
        }
        return names.count == 1 ? isNamed : none
    }
}
