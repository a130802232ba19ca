internal import CompanionCore

/// From the answer of a server to scores.
enum ModerationMapping {
    /// The highest score that any of the parts has in each category that was judged.
    static func scores(in answer: [UInt8], parts: Int) throws -> [ModerationCategory: Double] {
        guard let results = (try? JSONValue(parsing: answer))?["results"]?.array else {
            throw malformed("answered with something that holds no judgement: check the base URL")
        }
        guard results.count == parts else {
            throw malformed("answered with \(results.count) judgements of \(parts) texts: set partsPerRequest to 1")
        }
        var scores: [ModerationCategory: Double] = [:]
        for result in results {
            // A part without a judgement must not pass for a harmless one.
            guard let members = result["category_scores"]?.object, members.contains(where: { $0.value.number != nil })
            else { throw malformed("judged a text in no category") }
            for (name, value) in members {
                guard let score = value.number?.double else { continue }
                guard (0...1).contains(score) else { throw malformed("gives a score that is not from 0 to 1") }
                scores[ModerationCategory(name), default: 0] = max(scores[ModerationCategory(name)] ?? 0, score)
            }
        }
        return scores
    }

    private static func malformed(_ what: String) -> CompanionError {
        CompanionError(.malformedResponse, "\(OpenAI.peer) \(what).")
    }
}
