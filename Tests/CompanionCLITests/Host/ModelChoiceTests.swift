import CompanionCore
import Testing
import _CompanionHosting

@testable import CompanionCLI

struct ModelChoiceTests {
    private func choice(
        _ model: String? = nil, key: String? = nil, baseURL: String? = nil
    ) throws(CompanionError) -> ModelChoice {
        var settings = Settings(database: "", store: .sqlite(path: ""))
        settings.model = model
        settings.openAIKey = key
        settings.openAIBaseURL = baseURL
        return try ModelChoice(settings)
    }

    @Test("Without key and address the stand-in replies, and says so")
    func nothing() throws {
        #expect(try choice() == .offline(isWished: false))
        #expect(try choice().notice?.contains("OPENAI_API_KEY") == true)
    }

    @Test("The stand-in can be had with a key too")
    func offline() throws {
        #expect(try choice("offline", key: "k") == .offline(isWished: true))
        #expect(try choice("offline").notice?.contains("stand-in") == true)
    }

    @Test("With a key and no name, OpenAI's standard model is taken")
    func standard() throws {
        #expect(try choice(key: "k") == .served(name: ModelChoice.standardModel))
        #expect(try choice(key: "k", baseURL: "https://api.openai.com/v1") == .served(name: ModelChoice.standardModel))
        #expect(try choice(key: "k").notice == nil)
    }

    @Test("Another server is asked for its model where none is named")
    func local() throws {
        #expect(try choice(baseURL: "http://127.0.0.1:8080") == .served(name: nil))
        #expect(try choice("tiny", baseURL: "http://127.0.0.1:8080") == .served(name: "tiny"))
    }

    @Test("A named model without anybody to ask is refused")
    func nobody() {
        #expect(throws: CompanionError.self) { try choice("gpt-5.1") }
    }
}
