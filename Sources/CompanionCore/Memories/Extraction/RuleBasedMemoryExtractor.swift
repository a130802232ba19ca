/// Finds what people say of themselves in plain English sentences, by rules: names, homes, work, likes, dislikes,
/// relations, events, plans.
///
/// The default where there is no language model. It is no substitute for one: it understands sentences that begin with
/// "I" or "my" and little else, no other language, no irony, and nothing that is spread over several sentences. What it
/// finds is close to what was said, and what it does not understand it leaves alone.
public struct RuleBasedMemoryExtractor: MemoryExtractor {
    public init() {}

    public func extract(from batch: MemoryBatch) async throws -> MemoryExtraction {
        var candidates: [MemoryCandidate] = []
        for line in batch.lines where line.isCitable && line.author == .user {
            for statement in Self.statements(in: line.text, person: batch.person) {
                candidates.append(
                    MemoryCandidate(
                        text: statement.text, kind: statement.kind, importance: statement.importance,
                        lines: [line.number]))
            }
        }
        return MemoryExtraction(candidates: candidates)
    }

    struct Statement: Sendable, Hashable {
        var text: String
        var kind: Memory.Kind
        var importance: Double
    }

    static func statements(in text: String, person: String) -> [Statement] {
        SaidSentence.all(in: spoken(text))
            .filter { !$0.isQuestion }
            .flatMap { PersonClause.all(in: $0.text) }
            .compactMap { clause in
                guard let rule = PersonRule.rule(for: clause),
                    let text = clause.inThirdPerson(of: person, by: rule)
                else { return nil }
                return Statement(text: text, kind: rule.kind, importance: rule.importance)
            }
    }

    /// Without what is played (`*waves*`) or quoted.
    private static func spoken(_ text: String) -> String {
        var result = ""
        var closing: Character?
        for character in text {
            if let end = closing {
                if character == end { closing = nil }
                continue
            }
            switch character {
            case "*": closing = "*"
            case "\"": closing = "\""
            case "“": closing = "”"
            default: result.append(character)
            }
        }
        // A mark that was never closed was none.
        return closing == nil ? result : text
    }
}
