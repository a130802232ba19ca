/// Text that is being edited: grapheme clusters, and a cursor between two of them.
struct EditBuffer: Sendable {
    /// The most bytes of UTF-8 that are held.
    static let maximumBytes = 1 << 20

    private(set) var clusters: [Character] = []
    /// The number of clusters before the cursor.
    private(set) var cursor = 0
    private(set) var byteCount = 0
    /// How many scalars of the cluster before the cursor came from behind it, and are there because clusters formed
    /// anew. More text goes before them: it does not matter whether a text is inserted at once or in pieces.
    private var overlap = 0

    init() {}

    /// The text with the cursor at its end; see ``insert(_:)`` for what is left out.
    init(_ text: String) {
        insert(text)
    }

    var text: String { String(clusters) }
    var isEmpty: Bool { clusters.isEmpty }
    var textBeforeCursor: String { String(clusters[..<cursor]) }

    /// The scalar as it may stand in the text: line ends are newlines, other control characters but tab are left out.
    static func admissible(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
        switch scalar.value {
        case 0x09: scalar
        case 0x0A...0x0D, 0x85, 0x2028, 0x2029: "\n"
        case 0x00..<0x20, 0x7F..<0xA0: nil
        default: scalar
        }
    }

    /// Puts text at the cursor, and the cursor behind it. Returns false if it did not fit and was cut.
    @discardableResult
    mutating func insert(_ text: String) -> Bool {
        if overlap == 0 { return replace(cursor..<cursor, with: text) }
        let joined = clusters[cursor - 1].unicodeScalars
        let (head, tail) = (joined.dropLast(overlap), joined.suffix(overlap))
        let new = Self.fitting(text, bytes: Self.maximumBytes - byteCount)
        splice(cursor - 1..<cursor, with: String(head) + new.text, before: String(tail))
        return new.isWhole
    }

    /// Moves the cursor; a position outside of the text counts as the nearest inside.
    mutating func moveCursor(to position: Int) {
        cursor = min(max(0, position), clusters.count)
        overlap = 0
    }

    /// Replaces clusters, with the cursor behind what is new. Clusters form anew where the parts meet. Returns false
    /// if the text would exceed ``maximumBytes`` and was cut.
    @discardableResult
    mutating func replace(_ range: Range<Int>, with text: String) -> Bool {
        let removed = clusters[range].reduce(0) { $0 + $1.utf8.count }
        let new = Self.fitting(text, bytes: Self.maximumBytes - byteCount + removed)
        splice(range, with: new.text, before: "")
        return new.isWhole
    }

    /// Replaces clusters by two texts, with the cursor between them, or behind the cluster that is part of both.
    private mutating func splice(_ range: Range<Int>, with text: String, before rest: String) {
        byteCount += text.utf8.count + rest.utf8.count - clusters[range].reduce(0) { $0 + $1.utf8.count }

        // A cluster depends on its neighbours: take in the one before, and those after until one stays as it was.
        let start = max(0, range.lowerBound - 1)
        var end = range.upperBound
        let head = String(clusters[start..<range.lowerBound]) + text
        var joined = Array(head + rest)
        var lookahead = 1
        while end < clusters.count {
            end = min(range.upperBound + lookahead, clusters.count)
            lookahead *= 2
            joined = Array(head + rest + String(clusters[range.upperBound..<end]))
            if joined.last!.unicodeScalars.elementsEqual(clusters[end - 1].unicodeScalars) { break }
        }
        clusters.replaceSubrange(start..<end, with: joined)

        var missing = head.unicodeScalars.count
        cursor = start
        for cluster in joined where missing > 0 {
            missing -= cluster.unicodeScalars.count
            cursor += 1
        }
        overlap = -missing
    }

    private static func fitting(_ text: String, bytes: Int) -> (text: String, isWhole: Bool) {
        var result = String.UnicodeScalarView()
        var room = bytes
        var afterReturn = false
        for scalar in text.unicodeScalars {
            defer { afterReturn = scalar == "\r" }
            if afterReturn && scalar == "\n" { continue }
            guard let plain = admissible(scalar) else { continue }
            room -= UTF8.width(plain)
            if room < 0 { return (String(result), false) }
            result.append(plain)
        }
        return (String(result), true)
    }
}

extension EditBuffer {
    /// The clusters of the line that the cursor is in, without its newline.
    var currentLine: Range<Int> {
        let start = clusters[..<cursor].lastIndex(of: "\n").map { $0 + 1 } ?? 0
        let end = clusters[cursor...].firstIndex(of: "\n") ?? clusters.count
        return start..<end
    }

    /// Where the word at or before the cursor begins; words are letters and digits.
    var previousWordStart: Int { start { $0.isLetter || $0.isNumber } }

    /// Where the run of characters at or before the cursor begins that are no white space.
    var previousRunStart: Int { start { !$0.isWhitespace } }

    /// Where the word at or after the cursor ends.
    var nextWordEnd: Int {
        var position = cursor
        func isWord(_ character: Character) -> Bool { character.isLetter || character.isNumber }
        while position < clusters.count, !isWord(clusters[position]) { position += 1 }
        while position < clusters.count, isWord(clusters[position]) { position += 1 }
        return position
    }

    private func start(where isInside: (Character) -> Bool) -> Int {
        var position = cursor
        while position > 0, !isInside(clusters[position - 1]) { position -= 1 }
        while position > 0, isInside(clusters[position - 1]) { position -= 1 }
        return position
    }
}
