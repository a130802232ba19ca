import Testing

@testable import CompanionCore

@Suite("JSON schema validation")
struct JSONSchemaValidationTests {
    static let cases: [(schema: JSONValue, good: [JSONValue], bad: [JSONValue])] = [
        (["type": "string"], ["", "a"], [1, nil, [], [:], true]),
        (["type": "integer"], [1, -3, 1.0, 1e300], [1.5, "1"]),
        (["type": "number"], [1, 1.5], ["1", nil]),
        (["type": ["string", "null"]], ["a", nil], [1, false]),
        (["type": "boolean"], [true, false], [0, "true"]),
        (["enum": ["a", 1, nil, ["x": 1.0]]], ["a", 1, 1.0, nil, ["x": 1]], ["b", 2, false, ["x": 2]]),
        (["const": [1, 2]], [[1, 2], [1.0, 2]], [[2, 1], [1], 1]),
        (["minimum": 0, "maximum": 10], [0, 10, 5.5, "text"], [-1, 11, -0.1]),
        (["minLength": 1, "maxLength": 2], ["a", "é漢", 7], ["", "abc", "👩‍👩‍👧"]),
        (["minItems": 1, "maxItems": 2], [[1], [1, 2]], [[], [1, 2, 3]]),
        (["items": ["type": "string"]], [[], ["a"]], [["a", 1]]),
        (["anyOf": [["type": "string"], ["type": "integer", "minimum": 5]]], ["a", 5], [4, nil]),
        (["required": ["a"]], [["a": nil]], [["b": 1], [:]]),
        (
            ["properties": ["a": ["type": "string"]], "additionalProperties": false],
            [[:], ["a": "x"]], [["a": 1], ["b": 1]]
        ),
        (["additionalProperties": ["type": "integer"]], [["a": 1]], [["a": "x"]]),
        (true, [1, nil], []), (false, [], [1, nil]), ([:], [1, "a"], []),
    ]

    @Test("Each keyword accepts what it should and nothing else", arguments: cases.indices)
    func keywords(index: Int) {
        let (form, good, bad) = Self.cases[index]
        let schema = JSONSchema(name: "test", schema: form)
        for value in good { #expect(throws: Never.self, "\(value)") { try schema.validate(value) } }
        for value in bad { #expect(throws: CompanionError.self, "\(value)") { try schema.validate(value) } }
    }

    @Test("The error names the place by its pointer, and never what stands there")
    func pointer() throws {
        let schema = JSONSchema(
            name: "facts",
            schema: [
                "type": "object",
                "properties": [
                    "facts": ["type": "array", "items": ["properties": ["a/b~c": ["type": "integer"]]]]
                ],
                "additionalProperties": ["type": "string"],
            ])
        let error = try #require(throws: CompanionError.self) {
            try schema.validate(["facts": [["a/b~c": 1], ["a/b~c": "secret"]]])
        }
        #expect(error.code == .malformedResponse)
        #expect(
            error.message
                == "the value at '/facts/1/a~1b~0c' does not follow the schema 'facts': expected the type integer")
        let other = try #require(throws: CompanionError.self) { try schema.validate(["secret": 1]) }
        #expect(other.message == "the value at '/*' does not follow the schema 'facts': expected the type string")
        let root = try #require(throws: CompanionError.self) { try schema.validate("secret") }
        #expect(root.message == "the value at '' does not follow the schema 'facts': expected the type object")
    }
}
