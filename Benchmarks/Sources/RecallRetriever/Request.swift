import Foundation

/// One line of the input.
struct Request {
    /// A message, as it was said.
    struct Said {
        var id: String
        var speaker: String
        var text: String
        var date: Date?
    }

    struct Query {
        var id: String
        var text: String
        var limit: Int

        func answer(_ identifiers: [String]) -> String {
            let answer: [String: Any] = ["qid": id, "ids": identifiers]
            let data = (try? JSONSerialization.data(withJSONObject: answer, options: .sortedKeys)) ?? Data()
            return String(decoding: data, as: UTF8.self)
        }
    }

    enum Content {
        case add(Said)
        case query(Query)
    }

    var conversation: String
    var content: Content

    /// Nil for a line that is not one of the protocol.
    init?(_ line: String) {
        guard let fields = try? JSONDecoder().decode(Fields.self, from: Data(line.utf8)) else { return nil }
        conversation = fields.conv
        switch fields.op {
        case "add":
            guard let id = fields.id else { return nil }
            content = .add(
                Said(
                    id: id, speaker: fields.speaker ?? "", text: fields.text,
                    date: fields.time.flatMap(Self.date)))
        case "query":
            guard let id = fields.qid else { return nil }
            content = .query(Query(id: id, text: fields.text, limit: min(max(fields.k ?? 50, 1), 500)))
        default: return nil
        }
    }

    private struct Fields: Decodable {
        var op: String
        var conv: String
        var id: String?
        var speaker: String?
        var text: String
        var time: String?
        var qid: String?
        var k: Int?
    }

    /// A date with or without a time, in UTC where it names no zone.
    private static func date(_ text: String) -> Date? {
        let style = Date.ISO8601FormatStyle()
        let candidates = [text, text + "Z", text + "T00:00:00Z"]
        return candidates.lazy.compactMap { try? style.parse($0) }.first
    }
}
