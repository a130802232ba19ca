/// A word of a text, with its place.
struct DateWord: Sendable {
    var lower: String
    var isCapitalised: Bool
    var range: Range<String.Index>
    /// Its number, where it is one in figures or a small one in letters ("5th", "two", "a").
    var number: Int?

    /// Runs of letters, digits, apostrophes and hyphens between digits.
    static func all(in text: String) -> [DateWord] {
        var words: [DateWord] = []
        var place = text.startIndex
        func belongs(_ index: String.Index) -> Bool {
            let character = text[index]
            if character.isLetter || character.isNumber || character == "'" || character == "’" { return true }
            let next = text.index(after: index)
            return character == "-" && index > text.startIndex && text[text.index(before: index)].isNumber
                && next < text.endIndex && text[next].isNumber
        }
        while place < text.endIndex {
            guard belongs(place) else {
                place = text.index(after: place)
                continue
            }
            let start = place
            while place < text.endIndex, belongs(place) { place = text.index(after: place) }
            let word = text[start..<place]
            let lower = word.lowercased().replacing("’", with: "'")
            words.append(
                DateWord(
                    lower: lower, isCapitalised: word.first?.isUppercase == true, range: start..<place,
                    number: number(lower)))
        }
        return words
    }

    private static func number(_ word: String) -> Int? {
        if let place = smallNumbers.firstIndex(of: word) { return place + 1 }
        if word == "a" || word == "an" { return 1 }
        let digits = word.prefix { $0.isASCII && $0.isNumber }
        guard digits.count <= 4, ["", "st", "nd", "rd", "th"].contains(word.dropFirst(digits.count)) else { return nil }
        return Int(digits)
    }

    private static let smallNumbers = [
        "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    ]
}
