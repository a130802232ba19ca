/// What a character is like, in few words, so that it can be made by choosing and found by searching. Kept in the card's
/// extensions, under `companion_traits`, so that files carry it.
public struct CharacterTraits: Sendable, Hashable {
    /// Such as "calm" or "quick to laugh": at most 16, of at most 80 characters each.
    public var temperament: [String]
    /// How the character talks, such as "dry" or "in short sentences".
    public var speech: [String]
    /// What the character likes to talk about.
    public var interests: [String]
    /// What the character is to the person, such as "an old friend": at most 200 characters.
    public var relation: String

    public init(
        temperament: [String] = [], speech: [String] = [], interests: [String] = [], relation: String = ""
    ) {
        self.temperament = temperament
        self.speech = speech
        self.interests = interests
        self.relation = relation
    }

    public var isEmpty: Bool { self == CharacterTraits() }

    /// Itself, trimmed and without repetitions. Throws `invalidInput` where something is out of its bounds.
    func checked() throws(CompanionError) -> CharacterTraits {
        func list(_ words: [String], _ what: String) throws(CompanionError) -> [String] {
            guard words.count <= 16 else {
                throw CompanionError(.invalidInput, "\(what) of a character has at most 16 entries.")
            }
            var kept: [String] = []
            for word in words {
                let word = try Checked.line(word, "An entry of \(what.lowercased())", 1...80)
                if !kept.contains(word) { kept.append(word) }
            }
            return kept
        }
        return CharacterTraits(
            temperament: try list(temperament, "The temperament"), speech: try list(speech, "The speech"),
            interests: try list(interests, "The interests"),
            relation: relation.isBlank ? "" : try Checked.line(relation, "The relation", 1...200))
    }

    /// For the prompt; nil where there is nothing to say.
    var text: String? {
        let lines = [
            ("Temperament", temperament.joined(separator: ", ")), ("Speech", speech.joined(separator: ", ")),
            ("Interests", interests.joined(separator: ", ")), ("Relation to {{user}}", relation),
        ].filter { !$0.1.isEmpty }.map { "\($0.0): \($0.1)" }
        return lines.isEmpty ? nil : lines.joined(separator: "\n")
    }
}

extension CharacterCard {
    private static let traitsKey = "companion_traits"

    /// What is not well-formed in the card's extensions counts as nothing.
    public var traits: CharacterTraits {
        get {
            let value = extensions[Self.traitsKey]
            func list(_ key: String) -> [String] { value?[key]?.array?.compactMap(\.string) ?? [] }
            return CharacterTraits(
                temperament: list("temperament"), speech: list("speech"), interests: list("interests"),
                relation: value?["relation"]?.string ?? "")
        }
        set {
            guard !newValue.isEmpty else {
                extensions[Self.traitsKey] = nil
                return
            }
            extensions[Self.traitsKey] = [
                "temperament": .array(newValue.temperament.map { .string($0) }),
                "speech": .array(newValue.speech.map { .string($0) }),
                "interests": .array(newValue.interests.map { .string($0) }), "relation": .string(newValue.relation),
            ]
        }
    }
}
