internal import CompanionCore

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

extension Memory {
    /// The memory as `--json` writes it.
    var json: JSONValue {
        let only: JSONValue =
            switch scope {
            case .everyCharacter: .null
            case .character(let id): .string("\(id)")
            }
        return [
            "id": .string("\(id)"), "kind": .string("\(kind)"), "text": .string(text),
            "only_character": only, "importance": .number(JSONNumber(importance)),
            "strength": .number(JSONNumber(strength)), "is_pinned": .bool(isPinned), "valid_at": validAt.json,
            "invalid_at": invalidAt?.json ?? .null,
            "superseded_by": supersededBy.map { .string("\($0)") } ?? .null,
            "messages": .array(sources.compactMap(\.message).map { .string("\($0.message)") }),
        ]
    }
}

extension RecalledItem {
    /// What was found, and every part of its score.
    var json: JSONValue {
        var members: JSONObject
        switch content {
        case .memory(let memory): members = ["memory": .string("\(memory.id)"), "kind": .string("\(memory.kind)")]
        case .message(let message):
            members = ["message": .string("\(message.id)"), "author": .string(message.author.rawValue)]
        }
        members["text"] = .string(text)
        members["date"] = date.json
        members["score"] = .object(score.members)
        return .object(members)
    }
}

extension [RecalledItem] {
    func members(omissions: [String]) -> JSONObject {
        ["items": .array(map(\.json)), "omissions": .array(omissions.map { .string($0) })]
    }
}

extension RecallScore {
    /// The parts by their names, in the order of the tables.
    var parts: [(name: String, value: Double)] {
        [
            ("words", words), ("meaning", meaning), ("propagated", propagated), ("session", session),
            ("speaker", speaker), ("recency", recency), ("importance", importance),
        ]
    }

    fileprivate var members: JSONObject {
        var members: JSONObject = ["total": .number(JSONNumber(Self.rounded(total)))]
        for part in parts { members[part.name] = .number(JSONNumber(Self.rounded(part.value))) }
        return members
    }

    /// To four decimals: more says nothing.
    private static func rounded(_ value: Double) -> Double { (value * 10_000).rounded() / 10_000 }

    /// To two decimals, for tables; a point for nothing.
    static func cell(_ value: Double) -> String {
        let hundredths = Int((abs(value) * 100).rounded())
        guard hundredths > 0 else { return "." }
        let fraction = hundredths % 100
        return "\(value < 0 ? "-" : "")\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction)"
    }
}
