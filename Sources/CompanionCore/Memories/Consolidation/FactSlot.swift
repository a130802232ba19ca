/// A place that holds one truth at a time, such as where somebody lives: what is said of it later takes the place of what
/// was said before.
///
/// Known from the words of a statement in English, in the third person. What has no slot is compared by its words.
struct FactSlot: Sendable, Hashable {
    var name: String
    /// What fills it: the stems of what the statement says of it.
    var value: Set<String>

    /// The slot of a statement; nil where it has none.
    ///
    /// - Parameter person: The person's name; slots are theirs only. "Ada's sister lives in Rome" fills none.
    init?(_ text: String, person: String) {
        let words = FactWords(text)
        let names = FactWords(person).plain
        var plain = words.plain
        // Of several names the first may stand alone.
        guard let name = names.first, plain.first == name else { return nil }
        plain.removeFirst(zip(plain, names).prefix { $0 == $1 }.count)
        if let first = plain.first, ["has", "is", "now", "just", "recently", "currently", "also"].contains(first),
            plain.count > 1, Self.participles.contains(plain[1])
        {
            plain.removeFirst()
        }
        guard let found = Self.find(in: plain) else { return nil }
        self.name = found.name
        // "to Turin from Rome", "in Turin since May": where it was before, and since when, is not where it is.
        let rest = plain.dropFirst(found.length).prefix { !["from", "since"].contains($0) }
        value = Set(rest.filter { !FactWords.stopWords.contains($0) }.map(FactWords.stem))
        if !found.takesRest { value = Set(plain.prefix(found.length).suffix(1)) }
    }

    private struct Found {
        var name: String
        var length: Int
        var takesRest = true
    }

    private static func find(in plain: [String]) -> Found? {
        // "moved from Rome to Turin": the second is home now.
        if plain.starts(with: ["moved", "from"]) {
            return plain.lastIndex(of: "to").map { Found(name: "home", length: $0 + 1) }
        }
        for (name, phrases) in beginnings {
            for phrase in phrases {
                let parts = phrase.split(separator: " ").map(String.init)
                if plain.starts(with: parts) {
                    return Found(name: name, length: parts.count, takesRest: !statuses.contains(parts[parts.count - 1]))
                }
            }
        }
        // "is 34 years old", "turned 34".
        if let verb = plain.first, ["is", "turned", "turns"].contains(verb), plain.count > 1,
            let years = Int(plain[1]), (1...130).contains(years),
            verb != "is" || plain.count == 2 || plain[2] == "years"
        {
            return Found(name: "age", length: 2, takesRest: false)
        }
        // "favourite colour is green": behind the possessive, whose mark is gone.
        if let first = plain.first, first == "favourite" || first == "favorite",
            let verb = plain.firstIndex(where: { ["is", "are"].contains($0) }), verb > 1
        {
            return Found(
                name: "favourite " + plain[1..<verb].map(FactWords.stem).joined(separator: " "), length: verb + 1)
        }
        return nil
    }

    private static let participles: Set<String> = ["moved", "living", "working", "lives", "works", "married"]
    private static let statuses: Set<String> = [
        "married", "single", "engaged", "divorced", "widowed", "separated", "retired", "unemployed",
    ]
    private static let beginnings: [(String, [String])] = [
        ("name", ["name is", "is called", "is named", "goes by"]),
        (
            "home",
            [
                "lives in", "lives near", "lives at", "is living in", "living in", "moved to", "moved back to",
                "home is", "relocated to",
            ]
        ),
        ("origin", ["is from", "comes from", "was born in"]),
        ("birthday", ["birthday is", "was born on"]),
        (
            "employer",
            [
                "works at", "works for", "is working at", "is working for", "working at", "working for",
                "got a job at", "started at", "started working at", "started working for",
            ]
        ),
        ("occupation", ["works as", "is working as", "working as"]),
        (
            "relationship status",
            [
                "is married", "got married", "married", "is single", "is engaged", "got engaged", "is divorced",
                "got divorced", "is widowed", "is separated",
            ]
        ),
    ]

    /// Whether both speak of the same slot.
    func isSame(as other: FactSlot) -> Bool { name == other.name }

    /// Whether the other one, said later, leaves this one untrue.
    func isContradicted(by other: FactSlot) -> Bool {
        guard name == other.name else { return false }
        // "lives in Turin" and "lives in Turin, Italy" are one truth told with more or less.
        return !(value.isSubset(of: other.value) || other.value.isSubset(of: value))
    }
}
