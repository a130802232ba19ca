/// The words by which an entry is found.
public enum CatalogTerms {
    /// How many words of a card are kept at most, and how many of a query.
    static let mostKept = 400
    static let mostAsked = 8

    /// Of a card: its words, its tags as `#tag`, its traits as `temperament:word` and so on.
    public static func terms(of card: CharacterCard) -> Set<String> {
        var terms: Set<String> = []
        func add(_ words: some Sequence<String>, _ prefix: String = "") {
            for word in words where terms.count < mostKept { terms.insert(prefix + word) }
        }
        add(card.tags.compactMap(tag))
        add(words(of: card.name))
        add(words(of: card.creator))
        let traits = card.traits
        for (name, list) in [
            ("temperament:", traits.temperament), ("speech:", traits.speech), ("interest:", traits.interests),
        ] {
            let words = list.flatMap(words(of:))
            add(words, name)
            add(words)
        }
        add(words(of: traits.relation))
        add(words(of: card.personality))
        add(words(of: card.description))
        return terms
    }

    /// Of what somebody types: words, and what begins with `#` or a trait's name and a colon. The first 8 count.
    public static func terms(in query: String) -> [String] {
        var terms: [String] = []
        for piece in query.split(whereSeparator: \.isWhitespace) {
            let found: [String]
            if piece.hasPrefix("#") {
                found = tag(String(piece.dropFirst())).map { [$0] } ?? []
            } else if let colon = piece.firstIndex(of: ":"),
                ["temperament", "speech", "interest"].contains(piece[..<colon].lowercased())
            {
                found = words(of: String(piece[piece.index(after: colon)...])).map {
                    piece[..<colon].lowercased() + ":" + $0
                }
            } else {
                found = words(of: String(piece))
            }
            for term in found where !terms.contains(term) && terms.count < mostAsked { terms.append(term) }
        }
        return terms
    }

    /// A tag as it is compared: `#` and its letters and digits in lower case, `-` between its words; nil where it has none.
    public static func tag(_ text: String) -> String? {
        let words = words(of: text)
        return words.isEmpty ? nil : String(("#" + words.joined(separator: "-")).prefix(64))
    }

    /// Letters and digits, in lower case; of one word the first 64.
    static func words(of text: String) -> [String] {
        text.lowercased().split { !$0.isLetter && !$0.isNumber }.map { String($0.prefix(64)) }
    }
}
