/// How a character talks, as its own lines show it; gives a plain sentence its manner.
struct Voice: Sendable {
    /// Small words that the character begins with, such as "Mm." and "Right."
    private let openers: [String]
    private let openerShare: Double
    /// What the character calls people, such as "friend".
    private let address: String?
    /// Gestures that the character writes between asterisks.
    private let gestures: [String]
    private let isExclaiming: Bool

    init(lines said: [String]) {
        let lines = Set(said).sorted()
        let firsts = lines.compactMap { line -> String? in
            let first = line.split(separator: " ").first.map(String.init) ?? ""
            return Self.interjections.contains(first.trimmingMarks.lowercased())
                && first.last.map(".!".contains) == true
                ? first.trimmingMarks + (first.hasSuffix("!") ? "!" : ".") : nil
        }
        openers = firsts
        openerShare = min(Double(firsts.count) / Double(max(lines.count, 1)), 0.6)
        gestures = lines.compactMap { line in
            guard line.hasPrefix("*"), let end = line.dropFirst().firstIndex(of: "*") else { return nil }
            return String(line[...end])
        }
        let ends = lines.flatMap { $0.filter { ".!".contains($0) } }
        isExclaiming = ends.count >= 4 && ends.count { $0 == "!" } * 10 >= ends.count * 3
        address = Self.address(in: lines)
    }

    /// A sentence in the character's manner. `{user}` becomes what the character calls the person.
    func styled(
        _ text: String, user: String?, using random: inout some RandomNumberGenerator
    ) -> String {
        var text = forms(of: text, user: user).randomElement(using: &random) ?? text
        if isExclaiming, let stop = text.firstIndex(of: ".") { text.replaceSubrange(stop...stop, with: "!") }
        // Openers come about as often as in the examples, gestures where the character is used to them.
        let isOpened = Double.random(in: 0..<1, using: &random) < openerShare
        if isOpened, let opener = openers.randomElement(using: &random) {
            text = "\(opener) \(text)"
        }
        if gestures.count > 1, let gesture = gestures.randomElement(using: &random) { text = "\(gesture) \(text)" }
        return text
    }

    /// The text with each name that the person may be called by; without any where none is known. Never empty.
    func forms(of text: String, user: String?) -> [String] {
        let names = [user, address].compactMap(\.self)
        guard !names.isEmpty else {
            let bare = [", {user}", "{user}, ", "{user}. "].reduce(text) { $0.replacing($1, with: "") }
            return [bare.capitalizedFirst]
        }
        return names.map { text.replacing("{user}", with: $0).capitalizedFirst }
    }

    /// A line without what it begins with between asterisks.
    static func withoutGesture(_ line: String) -> Substring {
        guard line.hasPrefix("*"), let end = line.dropFirst().firstIndex(of: "*") else { return line[...] }
        return line[line.index(after: end)...]
    }

    private static let interjections: Set<String> = [
        "mm", "mmm", "hm", "hmm", "ah", "oh", "ooh", "right", "aye", "well", "ha", "heh", "so", "now", "oho", "ach",
    ]

    /// The word that stands most often between a comma and the end of a sentence, in three lines or more.
    private static func address(in lines: [String]) -> String? {
        var counts: [String: Int] = [:]
        for line in lines {
            let tokens = line.split(separator: " ")
            let names = zip(tokens, tokens.dropFirst()).filter { before, token in
                before.hasSuffix(",") && token.first?.isLowercase == true
                    && token.last.map { ".!?".contains($0) } == true
            }
            for name in Set(names.map { String($0.1).trimmingMarks }) { counts[name, default: 0] += 1 }
        }
        let best = counts.filter { $0.value >= 3 }.max { ($0.value, $1.key) < ($1.value, $0.key) }
        return best?.key
    }
}
