import CompanionCore
import Foundation
import Testing

@testable import CompanionCLI

struct ChatEventJSONTests {
    private let message = Message(
        id: IdentifierGenerator().next(), chat: IdentifierGenerator().next(), sequence: 3, author: .character,
        alternatives: [
            Alternative(id: IdentifierGenerator().next(), text: "One.", createdAt: Date(millisecondsSince1970: 1)),
            Alternative(
                id: IdentifierGenerator().next(), text: "Two \"lines\"\n\u{1B}[31m", status: .interrupted,
                finishReason: .length, model: "tiny",
                usage: TokenUsage(promptTokens: 10, completionTokens: 2, isEstimate: true),
                createdAt: Date(millisecondsSince1970: 1)),
        ],
        selected: 1, createdAt: Date(millisecondsSince1970: 1_763_820_000_123))

    @Test("A finished reply has its status, text, place among the alternatives and cost")
    func finished() throws {
        let json = try #require(ChatEvent.reply(.finished(message)).json)
        let expected: JSONValue = [
            "type": "finished", "message": .string("\(message.id)"), "status": "interrupted",
            "text": "Two \"lines\"\n\u{1B}[31m", "alternative": 2, "alternatives": 2, "model": "tiny",
            "finish_reason": "length",
            "usage": ["prompt_tokens": 10, "cached_prompt_tokens": 0, "completion_tokens": 2, "is_estimate": true],
        ]
        #expect(json == expected)
        // A reply that was stopped is told in the same way.
        #expect(ChatEvent.stopped(message).json == expected)
    }

    @Test("An event is one line, whatever the text holds, and says first what it is")
    func oneLine() throws {
        for event in [ChatEvent.reply(.text("a\nb\r\u{2028}")), .reply(.finished(message)), .message(message)] {
            let line = try #require(event.json).serialized()
            #expect(!line.contains { $0 == "\n" || $0 == "\r" })
            #expect(line.hasPrefix(#"{"type":""#))
            #expect(try JSONValue(parsing: line) == event.json)
        }
    }

    @Test("An error tells whether to try again, and when")
    func errors() {
        let busy = CompanionError(.busy, "Busy.", retry: .after(.milliseconds(1500)))
        let expected: JSONValue = [
            "type": "error", "code": "busy", "message": "Busy.", "retry": "after", "retry_after": 1.5,
        ]
        #expect(ChatEvent.failed(busy).json == expected)
        #expect(ChatEvent.failed(CompanionError(.notFound, "No.")).json?["retry"] == "never")
        #expect(ChatEvent.failed(CompanionError(.timedOut, "Late.")).json?["retry"] == "back_off")
    }

    @Test("Times are in UTC with milliseconds")
    func times() {
        #expect(message.json["created_at"] == "2025-11-22T14:00:00.123Z")
    }
}
