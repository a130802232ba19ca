/// Where a sentence ends. Decides from what has arrived, and waits where more could change the decision.
enum SentenceEnd {
    private static let latin: Set<Unicode.Scalar> = [".", "!", "?", "…"]
    private static let wide: Set<Unicode.Scalar> = ["。", "！", "？", "｡", "．"]
    private static let closers: Set<Unicode.Scalar> = [
        "\"", "'", "”", "’", "»", ")", "]", "}", "*", "_", "~", "`", "」", "』", "）", "】", "》",
    ]
    private static let abbreviations: Set<String> = [
        "mr", "mrs", "ms", "dr", "prof", "st", "sr", "jr", "vs", "etc", "e.g", "i.e", "cf", "approx", "no", "fig", "al",
        "z.b", "d.h", "u.a", "bzw", "ca", "nr", "str", "sra", "srta", "mme", "mlle", "gen", "col", "lt", "capt", "rev",
    ]

    /// The index behind the first sentence with the white space after it; nil where none is whole yet.
    static func first(
        in text: ArraySlice<Unicode.Scalar>, isLast: Bool, options: SentenceSplitter.Options
    ) -> Int? {
        let limit = text.startIndex + options.maximumLength
        var index = text.startIndex
        while index < text.endIndex {
            if index >= limit { return cut(text, before: limit, options) }
            let scalar = text[index]
            let isWide = wide.contains(scalar)
            guard scalar == "\n" || isWide || latin.contains(scalar) else {
                index += 1
                continue
            }
            var end = index + 1
            if scalar != "\n" {
                while end < min(text.endIndex, limit),
                    latin.contains(text[end]) || wide.contains(text[end]) || closers.contains(text[end])
                { end += 1 }
            }
            let mark = end
            while end < min(text.endIndex, limit), text[end].properties.isWhitespace { end += 1 }
            if end >= limit {
                guard end < text.endIndex || isLast else { return nil }
                if end == text.endIndex { return end }
                return cut(text, before: limit, options)
            }
            if end == text.endIndex { return isLast ? end : nil }
            let hasBreak = text[index..<end].contains("\n")
            if end - text.startIndex >= options.minimumLength,
                hasBreak || isWide || ends(text, at: index, mark: mark, next: end)
            {
                return end
            }
            index = max(mark, index + 1)
        }
        return isLast && !text.isEmpty ? text.endIndex : nil
    }

    /// Whether a sentence ends with the sign at `index`, when `next` is the next thing that is written after it.
    private static func ends(_ text: ArraySlice<Unicode.Scalar>, at index: Int, mark: Int, next: Int) -> Bool {
        guard next > mark, !text[next].properties.isLowercase else { return false }
        guard text[index] == ".", mark == index + 1 else { return true }
        let word = text[..<index].suffix(while: { !$0.properties.isWhitespace && $0 != "(" && $0 != "\"" && $0 != "*" })
        if word.count == 1, let only = word.first, only.properties.isAlphabetic, only != "I" { return false }
        let isNumber = !word.isEmpty && word.allSatisfy { ("0"..."9").contains($0) }
        if isNumber, word.startIndex == text.startIndex || text[word.startIndex - 1] == "\n" { return false }
        var name = String.UnicodeScalarView()
        name.append(contentsOf: word.prefix(12))
        return !abbreviations.contains(String(name).lowercased())
    }

    /// The best place to cut a sentence that is too long: after white space, after a comma, between characters.
    private static func cut(
        _ text: ArraySlice<Unicode.Scalar>, before limit: Int, _ options: SentenceSplitter.Options
    ) -> Int {
        let window = text[(text.startIndex + max(1, options.maximumLength / 2))..<limit]
        if let space = window.lastIndex(where: { $0.properties.isWhitespace }) { return space + 1 }
        if let comma = window.lastIndex(where: { [",", "、", "，", ";", "；"].contains($0) }) { return comma + 1 }
        var place = limit
        while place > window.startIndex, joins(text[place - 1], text[place]) { place -= 1 }
        return place > window.startIndex ? place : limit
    }

    private static func joins(_ left: Unicode.Scalar, _ right: Unicode.Scalar) -> Bool {
        left == "\u{200D}" || right == "\u{200D}" || right.properties.isGraphemeExtend
            || right.properties.isEmojiModifier || (left == "\r" && right == "\n")
    }
}

extension ArraySlice {
    fileprivate func suffix(while predicate: (Element) -> Bool) -> ArraySlice {
        var start = endIndex
        while start > startIndex, predicate(self[start - 1]) { start -= 1 }
        return self[start...]
    }
}
