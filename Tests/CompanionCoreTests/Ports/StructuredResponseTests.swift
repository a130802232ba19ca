import CompanionInMemory
import Testing

@testable import CompanionCore

struct StructuredResponseTests {
    let schema = JSONSchema(
        name: "city",
        schema: [
            "type": "object", "properties": ["name": ["type": "string"]], "required": ["name"],
            "additionalProperties": false,
        ])

    func ask(_ reply: ScriptedReply) async throws -> JSONValue {
        let model = ScriptedLanguageModel(replies: [reply])
        let result = try await model.structuredResponse(
            to: .init(messages: [.init(.user, "Where?")]), schema: schema)
        #expect(model.requests[0].outputFormat == .json(schema))
        return result.value
    }

    @Test(
        "JSON is found bare, in fences, and in the middle of words",
        arguments: [
            #"{"name":"Turin"}"#, "```json\n{\"name\": \"Turin\"}\n```",
            "Sure!\n```\n{\"name\": \"Turin\"}\n```\nAnything else?",
            #"The answer is {"name": "Turin"}, as you asked."#,
        ])
    func found(text: String) async throws {
        #expect(try await ask(.text([text])) == ["name": "Turin"])
    }

    @Test("What does not follow the schema, is cut or refused, is an error that says so")
    func refused() async throws {
        let cases: [(ScriptedReply, CompanionError.Code)] = [
            ("No idea.", .malformedResponse),
            (#"{"city":"Turin"}"#, .malformedResponse),
            (.text([#"{"name":"Tu"#], finish: .length), .limitExceeded),
            (.events([.refusal("I can't."), .finish(.stop)]), .refused),
            (.text([String(repeating: "x", count: (1 << 20) + 1)]), .limitExceeded),
        ]
        for (reply, code) in cases {
            do {
                _ = try await ask(reply)
                Issue.record("\(code) was expected.")
            } catch let error as CompanionError { #expect(error.code == code) }
        }
    }
}
