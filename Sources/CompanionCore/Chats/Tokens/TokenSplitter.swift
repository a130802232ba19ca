/// Cuts text into the pieces within which a vocabulary merges bytes: its split pattern, written by hand as a scanner that
/// reads each character at most three times.
///
/// A regular expression takes the first alternative that matches, and gives characters back where the rest of that
/// alternative needs them; the comments name the alternatives and say where the scanner does the same. Characters that
/// Unicode got after the version that the platform's standard library knows count as symbols.
struct TokenSplitter: Sendable {
    let vocabulary: TokenVocabulary
    private let classes = SplitClassTable.shared

    init(vocabulary: TokenVocabulary) { self.vocabulary = vocabulary }

    /// The end of the piece that starts at `start`, which must be the start of a scalar before the end of `text`.
    func endOfPiece(from start: Int, in text: UnsafeBufferPointer<UInt8>) -> Int {
        let first = character(at: start, in: text)
        let word =
            switch vocabulary.kind {
            case .o200k: endOfO200kWord(from: first, at: start, in: text)
            case .cl100k: endOfCL100kWord(from: first, at: start, in: text)
            }
        if let word { return word }
        if first.class.overlaps(.number) { return endOfNumber(from: first, in: text) }
        return endOfSymbols(from: first, at: start, in: text) ?? endOfSpace(from: start, in: text)
    }
}

extension TokenSplitter {
    private typealias Character = (class: SplitClass, end: Int)

    @inline(__always)
    private func character(at index: Int, in text: UnsafeBufferPointer<UInt8>) -> Character {
        guard index < text.count else { return (.end, index) }
        let (value, width) = text.scalar(at: index)
        return (classes[value], index + width)
    }

    /// The end of the characters from `start` on which are in one of `accepted`.
    @inline(__always)
    private func endOfRun(of accepted: SplitClass, from start: Int, in text: UnsafeBufferPointer<UInt8>) -> Int {
        var end = start
        while true {
            let next = character(at: end, in: text)
            guard next.class.overlaps(accepted) else { return end }
            end = next.end
        }
    }

    /// `'(?i:[sdmt]|ll|ve|re)`. Case-insensitively the long s, U+017F, is an s.
    private func endOfContraction(at start: Int, in text: UnsafeBufferPointer<UInt8>) -> Int? {
        func byte(_ offset: Int) -> UInt8 { start + offset < text.count ? text[start + offset] : 0 }
        func lowercased(_ offset: Int) -> UInt8 { byte(offset) | 0x20 }
        guard byte(0) == UInt8(ascii: "'") else { return nil }
        switch lowercased(1) {
        case UInt8(ascii: "s"), UInt8(ascii: "d"), UInt8(ascii: "m"), UInt8(ascii: "t"): return start + 2
        case UInt8(ascii: "l"): return lowercased(2) == UInt8(ascii: "l") ? start + 3 : nil
        case UInt8(ascii: "v"), UInt8(ascii: "r"): return lowercased(2) == UInt8(ascii: "e") ? start + 3 : nil
        default: return byte(1) == 0xC5 && byte(2) == 0xBF ? start + 3 : nil
        }
    }

    // MARK: Words

    /// `'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?\p{L}+`
    private func endOfCL100kWord(from first: Character, at start: Int, in text: UnsafeBufferPointer<UInt8>) -> Int? {
        if first.class.overlaps(.letter) { return endOfRun(of: .letter, from: first.end, in: text) }
        if let end = endOfContraction(at: start, in: text) { return end }
        guard first.class.isLead else { return nil }
        let end = endOfRun(of: .letter, from: first.end, in: text)
        return end > first.end ? end : nil
    }

    /// With `lead` for `[^\r\n\p{L}\p{N}]?`, `head` for `[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]` and `tail` for
    /// `[\p{Ll}\p{Lm}\p{Lo}\p{M}]`: `lead head* tail+ contraction? | lead head+ tail* contraction?`
    private func endOfO200kWord(from first: Character, at start: Int, in text: UnsafeBufferPointer<UInt8>) -> Int? {
        var body: (withTail: Int?, withoutTail: Int?)
        if first.class.overlaps(.letter) {
            body = bodies(from: start, in: text)
        } else if first.class.isLead {
            body = bodies(from: first.end, in: text)
            // A mark can lead and can be a word by itself; as a word it comes before the second alternative.
            if body.withTail == nil, first.class.overlaps(.tail) { body.withTail = first.end }
        } else {
            return nil
        }
        guard let end = body.withTail ?? body.withoutTail else { return nil }
        return endOfContraction(at: end, in: text) ?? end
    }

    /// The ends of `head* tail+` and, where that does not match, of `head+ tail*`.
    private func bodies(from start: Int, in text: UnsafeBufferPointer<UInt8>) -> (withTail: Int?, withoutTail: Int?) {
        var end = start
        var lastTail: Int?
        var next = character(at: end, in: text)
        while next.class.overlaps(.head) {
            end = next.end
            if next.class.overlaps(.tail) { lastTail = end }
            next = character(at: end, in: text)
        }
        if next.class.overlaps(.tail) { return (endOfRun(of: .tail, from: next.end, in: text), nil) }
        // `head*` gives back what `tail+` needs: all from its last character that may be a tail.
        return (lastTail, end > start ? end : nil)
    }

    // MARK: Numbers, symbols, spaces

    /// `\p{N}{1,3}`
    private func endOfNumber(from first: Character, in text: UnsafeBufferPointer<UInt8>) -> Int {
        var end = first.end
        for _ in 1..<3 {
            let next = character(at: end, in: text)
            guard next.class.overlaps(.number) else { break }
            end = next.end
        }
        return end
    }

    /// ` ?[^\s\p{L}\p{N}]+[\r\n]*`, with `[\r\n/]*` at its end for o200k.
    private func endOfSymbols(from first: Character, at start: Int, in text: UnsafeBufferPointer<UInt8>) -> Int? {
        var next = text[start] == UInt8(ascii: " ") ? character(at: first.end, in: text) : first
        guard next.class.isSymbol else { return nil }
        var end = next.end
        while true {
            next = character(at: end, in: text)
            guard next.class.isSymbol else { break }
            end = next.end
        }
        while end < text.count {
            switch text[end] {
            case UInt8(ascii: "\r"), UInt8(ascii: "\n"): end += 1
            case UInt8(ascii: "/") where vocabulary.kind == .o200k: end += 1
            default: return end
            }
        }
        return end
    }

    /// `\s*[\r\n]+|\s+(?!\S)|\s+`, and before these `\s+$` for cl100k.
    private func endOfSpace(from start: Int, in text: UnsafeBufferPointer<UInt8>) -> Int {
        var end = start
        var last = start
        var afterNewline: Int?
        var next = character(at: end, in: text)
        while next.class.overlaps(.space) {
            last = end
            end = next.end
            if next.class.overlaps(.newline) { afterNewline = end }
            next = character(at: end, in: text)
        }
        if vocabulary.kind == .cl100k, end == text.count { return end }
        if let afterNewline { return afterNewline }
        // The last space belongs to what follows it, unless it is alone or nothing follows.
        return end == text.count || last == start ? end : last
    }
}
