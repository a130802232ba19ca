#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Lays out what was found for a prompt, within a budget of tokens: a pure function.
///
/// What is known comes first, then what was said, by session, with the date once for each, as `Name: text` in the order of
/// time. Models read that better than JSON, and it costs less. Each item is one line, whatever its text holds. An item
/// that says what another one said already is left out; of a long text the best piece is shown.
struct RecallLayout: Sendable {
    /// The name of the person whom the facts are about.
    var person: String
    /// Where the person is, in seconds east of Greenwich.
    var offset = 0

    /// - Parameter items: Best first. What doesn't fit is passed over, and what comes after it may still fit.
    func context(of items: [RecallItem], within budget: Int, counter: any TokenCounter) -> RecallContext {
        var chosen: [Line] = []
        var contents = DistinctTexts()
        var titles: Set<String> = []
        var used = 0
        for item in items {
            let line = line(of: item)
            guard !line.text.isEmpty else { continue }
            let newTitles = line.titles.filter { !titles.contains($0) }
            let cost = counter.count(line.text + "\n") + newTitles.reduce(0) { $0 + counter.count($1 + "\n") }
            guard used + cost <= budget, contents.insert(item.text) else { continue }
            used += cost
            titles.formUnion(newTitles)
            chosen.append(line)
        }
        // A vocabulary may make more tokens of the whole than of its lines.
        while !chosen.isEmpty {
            let text = text(of: chosen)
            let tokens = counter.count(text)
            if tokens <= budget { return RecallContext(text: text, documents: chosen.map(\.document), tokens: tokens) }
            chosen.removeLast()
        }
        return RecallContext()
    }
}

extension RecallLayout {
    private struct Line {
        var document: RecallDocument
        var date: Date
        /// Of what was said: the sequence number, for the order of what was said at the same time.
        var sequence = 0
        /// When the session began that it belongs to; nil for a fact.
        var session: RecallHit.Place?
        var titles: [String]
        var text: String
    }

    private var factsTitle: String { "Known about \(Self.onOneLine(person)):" }
    private static let turnsTitle = "Said earlier:"

    private func line(of item: RecallItem) -> Line {
        let hit = item.hit
        let words = Self.onOneLine(Self.piece(of: item.text, hit.piece))
        guard let place = hit.place else {
            let day = DateWords(hit.date, offset: offset).day
            return Line(
                document: hit.document, date: hit.date, titles: [factsTitle],
                text: words.isEmpty ? "" : "- \(words) (\(day))")
        }
        let session = "[\(DateWords(place.session, offset: offset).title)]"
        return Line(
            document: hit.document, date: hit.date, sequence: place.sequence, session: place,
            titles: [Self.turnsTitle, session],
            text: words.isEmpty ? "" : "\(Self.onOneLine(item.speaker)): \(words)")
    }

    private func text(of lines: [Line]) -> String {
        var rows: [String] = []
        let facts = lines.filter { $0.session == nil }.sorted { ($0.date, $0.text) < ($1.date, $1.text) }
        if !facts.isEmpty { rows += [factsTitle] + facts.map(\.text) }
        let turns = lines.compactMap { line in line.session.map { (line: line, place: $0) } }
            .sorted { left, right in
                let (a, b) = (left.place, right.place)
                if a.session != b.session { return a.session < b.session }
                if a.chat != b.chat { return a.chat < b.chat }
                return a.sequence < b.sequence
            }
        if !turns.isEmpty { rows.append(Self.turnsTitle) }
        var title: String?
        for turn in turns {
            if let next = turn.line.titles.last, next != title {
                title = next
                rows.append(next)
            }
            rows.append(turn.line.text)
        }
        return rows.joined(separator: "\n")
    }

    /// The piece of a long text that fits best, marked as a piece.
    private static func piece(of text: String, _ number: Int?) -> String {
        var text = text
        return text.withUTF8 { bytes in
            let ranges = TextPieces.ranges(in: bytes)
            let number = number ?? 0
            guard ranges.count > 1, ranges.indices.contains(number) else {
                return String(decoding: bytes, as: UTF8.self)
            }
            let piece = String(decoding: bytes[ranges[number]], as: UTF8.self)
            let start = number > 0 ? "… " : ""
            return start + piece + (number < ranges.count - 1 ? " …" : "")
        }
    }

    /// Words with one space between them.
    static func onOneLine(_ text: String) -> String {
        var text = text
        return text.withUTF8 { bytes in
            String(unsafeUninitializedCapacity: bytes.count) { line in
                var count = 0
                var isSpaceDue = false
                var index = 0
                while index < bytes.count {
                    let space = lengthOfSpace(at: index, in: bytes)
                    guard space == 0 else {
                        isSpaceDue = count > 0
                        index += space
                        continue
                    }
                    if isSpaceDue {
                        line.initializeElement(at: count, to: 0x20)
                        count += 1
                        isSpaceDue = false
                    }
                    line.initializeElement(at: count, to: bytes[index])
                    count += 1
                    index += 1
                }
                return count
            }
        }
    }

    /// How many bytes the white space takes that begins there, by Unicode's property; 0 where none does.
    @inline(__always)
    private static func lengthOfSpace(at index: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Int {
        let first = bytes[index]
        if first < 0x80 { return first == 0x20 || (0x09...0x0D).contains(first) ? 1 : 0 }
        func next(_ offset: Int) -> UInt8 { index + offset < bytes.count ? bytes[index + offset] : 0 }
        switch first {
        case 0xC2: return next(1) == 0x85 || next(1) == 0xA0 ? 2 : 0
        case 0xE1: return next(1) == 0x9A && next(2) == 0x80 ? 3 : 0
        case 0xE2:
            let isSpace =
                next(1) == 0x80 && ((0x80...0x8A).contains(next(2)) || [0xA8, 0xA9, 0xAF].contains(next(2)))
                || next(1) == 0x81 && next(2) == 0x9F
            return isSpace ? 3 : 0
        case 0xE3: return next(1) == 0x80 && next(2) == 0x80 ? 3 : 0
        default: return 0
        }
    }
}

/// Texts that say something of their own: those that repeat another one, give or take a word, are refused.
private struct DistinctTexts {
    /// The words of each text, and those of them that must not differ: numbers and negations.
    private var texts: [(words: Set<WordHash>, decisive: Set<WordHash>)] = []

    private static let negations = Set(
        ["not", "no", "never", "t", "cannot", "without", "nobody", "nothing", "none"].map { WordHash($0.utf8) })

    mutating func insert(_ text: String) -> Bool {
        var words: Set<WordHash> = []
        var decisive: Set<WordHash> = []
        var text = text
        text.withUTF8 { bytes in
            WordScan.words(of: bytes) { word, buffer in
                words.insert(word.hash)
                let isNumber = buffer[..<word.count].contains { (0x30...0x39).contains($0) }
                if isNumber || Self.negations.contains(word.hash) { decisive.insert(word.hash) }
            }
        }
        let isRepeated = texts.contains { Self.isSame(words, $0.words) && decisive == $0.decisive }
        if !isRepeated { texts.append((words, decisive)) }
        return !isRepeated
    }

    /// One word in fifteen may differ.
    private static func isSame(_ words: Set<WordHash>, _ other: Set<WordHash>) -> Bool {
        let sum = words.count + other.count
        var missing = 0
        for word in words where !other.contains(word) {
            missing += 1
            // Already too many, however the rest turns out.
            if missing * 15 > sum { return false }
        }
        let shared = words.count - missing
        let all = sum - shared
        return (all - shared) * 15 <= all
    }
}
