/// The form of a structured reply: a name, and a JSON Schema.
///
/// Keep to what providers take in strict mode: `type`, `properties`, `required` (all of them), `enum`, `items`,
/// `description`, `additionalProperties: false`.
public struct JSONSchema: Sendable, Hashable {
    /// Letters, digits, `_` and `-`; 64 at most.
    public var name: String
    public var schema: JSONValue

    public init(name: String, schema: JSONValue) {
        self.name = name
        self.schema = schema
    }
}
