import CompanionCore
import Foundation
import TestSupport
import Testing

/// The built program's `doctor`, with a server that does what is wanted of it.
struct DoctorModelTests {
    private let program: BuiltProgram

    init() throws { program = try BuiltProgram() }

    /// Knows one model, `tiny`, for those who have the key `sk-right`.
    private static let script: ScriptedHTTPServer.Script = { exchange in
        let request = exchange.request
        guard request.header("Authorization") == "Bearer sk-right" else {
            return try await exchange.respond(
                401, body: #"{"error": {"message": "No such key.", "code": "invalid_api_key"}}"#)
        }
        if request.path == "/v1/models" {
            return try await exchange.respond(body: #"{"data": [{"id": "tiny"}]}"#)
        }
        guard request.path == "/v1/chat/completions",
            try JSONValue(parsing: request.body)["model"] == "tiny"
        else {
            return try await exchange.respond(
                404, body: #"{"error": {"message": "No such model.", "code": "model_not_found"}}"#)
        }
        try await exchange.begin()
        try await exchange.send(
            #"data: {"choices": [{"index": 0, "delta": {"content": "Hello"}, "finish_reason": "stop"}]}"# + "\n\n")
        try await exchange.send("data: [DONE]\n\n")
        try await exchange.end()
    }

    private func doctor(key: String?, _ arguments: [String] = []) async throws -> (failures: [String], status: Int32) {
        try await ScriptedHTTPServer.run(Self.script) { server in
            program.environment["OPENAI_BASE_URL"] = "\(server.url)/v1"
            program.environment["OPENAI_API_KEY"] = key
            let result = try await program.runBeside(["doctor", "--json"] + arguments)
            let failures = try result.events.filter { $0["level"] == "fail" }
            return (failures.map { $0["advice"]?.string ?? "" }, result.status)
        }
    }

    @Test("A server that replies is well, and its only model needs no name")
    func well() async throws {
        let result = try await doctor(key: "sk-right")
        #expect(result.failures.isEmpty)
        #expect(result.status == 0)
    }

    @Test("A wrong key fails, and it is said where it comes from")
    func wrongKey() async throws {
        let result = try await doctor(key: "sk-wrong")
        #expect(result.failures == ["Correct the key: it is from the variable OPENAI_API_KEY."])
        #expect(result.status == 1)
    }

    @Test("A key that is missing fails, and its variable is named")
    func noKey() async throws {
        let result = try await doctor(key: nil)
        #expect(result.failures == ["The server wants a key: set OPENAI_API_KEY."])
        #expect(result.status == 1)
    }

    @Test("A model that the server does not know fails, and those that it knows are named")
    func wrongModel() async throws {
        let result = try await doctor(key: "sk-right", ["--model", "huge"])
        #expect(result.failures == ["Name one with --model: tiny"])
        #expect(result.status == 1)
    }
}
