internal import CompanionCore

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

extension JSONValue {
    static func int(_ value: Int) -> JSONValue { .number(JSONNumber(value)) }
    static func double(_ value: Double) -> JSONValue { .number(JSONNumber(value)) }
    static func id<Entity>(_ id: Identifier<Entity>) -> JSONValue { .string("\(id)") }
    static func list<Element>(_ elements: some Sequence<Element>, _ json: (Element) -> JSONValue) -> JSONValue {
        .array(elements.map(json))
    }

    /// In UTC, with milliseconds.
    static func time(_ date: Date) -> JSONValue { .string(date.text) }
    static func time(_ date: Date?) -> JSONValue { date.map { .string($0.text) } ?? .null }

    /// Rounded to milliseconds.
    init(seconds: Double) { self = .double((seconds * 1_000).rounded(.up) / 1_000) }

    /// An object of the members that are not null.
    static func members(_ members: KeyValuePairs<String, JSONValue>) -> JSONValue {
        var object: JSONObject = [:]
        for (name, value) in members where value != .null { object[name] = value }
        return .object(object)
    }
}

extension Date {
    private static let style = ISO8601FormatStyle(includingFractionalSeconds: true)

    /// As `2026-05-01T12:00:00.000Z`.
    var text: String { formatted(Self.style) }

    /// Reads what ``text`` writes, and the same without parts of a second.
    init?(text: String) {
        if let date = try? Self.style.parse(text) {
            self = date
        } else if let date = try? Date.ISO8601FormatStyle().parse(text) {
            self = date
        } else {
            return nil
        }
    }
}
