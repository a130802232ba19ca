import CompanionCore
import Testing

@testable import CompanionCLI

struct PipeLineTests {
    @Test("An object is a message with a client id, and its text is never a command")
    func objects() throws {
        #expect(try PipeLine(#"{"text": "/quit"}"#, isJSON: true) == .message("/quit", nil))
        let id = ClientMessageID(rawValue: "7")
        #expect(try PipeLine(#" {"text": "hi", "client_id": "7"}"#, isJSON: true) == .message("hi", id))
        #expect(try PipeLine(#"{"text": "hi", "client_id": null}"#, isJSON: true) == .message("hi", nil))
    }

    @Test("Without --json an object is plain text")
    func plain() throws {
        #expect(try PipeLine(#"{"text": "hi"}"#, isJSON: false) == .line(.message(#"{"text": "hi"}"#)))
        #expect(try PipeLine("/undo", isJSON: true) == .line(.command(.undo)))
    }

    @Test(
        "A malformed object is refused",
        arguments: [
            "{", #"{"txt": "hi"}"#, #"{"text": 1}"#, #"{"text": "hi", "client_id": ""}"#,
            #"{"text": "hi", "client_id": 7}"#,
        ])
    func malformed(_ line: String) {
        #expect { try PipeLine(line, isJSON: true) } throws: { ($0 as? CompanionError)?.code == .invalidInput }
    }
}
