import CompanionCore

/// Lorebooks as people make them, and talk that calls some of their entries.
enum Books {
    private static let syllables = [
        "ka", "lo", "mi", "ren", "tas", "vor", "el", "shi", "un", "dar", "pel", "qui", "zo",
    ]

    /// A made-up name for each number.
    static func name(_ number: Int) -> String {
        var (rest, name) = (number + 170, "")
        while rest > 0 {
            name += syllables[rest % syllables.count]
            rest /= syllables.count
        }
        return name
    }

    /// Three keys each, every tenth an expression, every twelfth with secondary keys.
    static func book(of count: Int) -> Lorebook {
        var book = Lorebook(entries: [])
        book.scanDepth = 4
        for number in 0..<count {
            let (own, other) = (name(number), name(number + count))
            let content =
                "\(own.capitalized) lies by the sea, and its people trade amber, salt and stories with \(other)."
            var entry = LorebookEntry(keys: [own, "\(own) harbour", "people of \(own)"], content: content)
            if number % 10 == 3 {
                entry.keys = ["\\b(?:old|new) \(own)s?\\b", "\(own)\\w*"]
                entry.useRegex = true
            }
            if number % 12 == 5 { (entry.selective, entry.secondaryKeys) = (true, ["sea", "boat", other]) }
            entry.insertionOrder = number % 100
            book.entries.append(entry)
        }
        return book
    }

    static let large = book(of: 5_000)
    static let small = book(of: 60)

    private static let words = """
        the sea was quiet and a boat came in with salt bread for old friends who had waited all day by their lamps \
        while gulls cried over rope nets lanterns harbour wind song letter garden winter market bridge candle
        """.split(separator: " ")

    /// A sentence that names a place of the book, and words that come back after a while.
    static func sentence(_ number: Int, of places: Int = 5_000) -> String {
        let seed = number &* 2_654_435_761
        let chosen = (0..<22).map { String(words[(seed >> ($0 % 13) &+ $0 * 7) & 0xFFFF % words.count]) }
        return "In \(name((seed >> 7) & 0xFFFF % places)), day \(number): \(chosen.joined(separator: " "))."
    }
}
