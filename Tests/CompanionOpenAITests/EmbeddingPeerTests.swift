import CompanionCore
import CompanionOpenAI
import CompanionTesting
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

private let address = ProcessInfo.processInfo.environment["COMPANION_LLAMA_URL"]
private let key = ProcessInfo.processInfo.environment["COMPANION_LLAMA_KEY"]

/// Against llama.cpp's own server, whose tiny model reads at most 512 bytes of a text and makes 288 dimensions of it.
///
/// It gives a text another vector beside other texts than alone, so the rules that compare vectors are left to the scripted
/// server.
@Suite(.enabled(if: address != nil)) struct EmbeddingPeerTests {
    private func model(dimensions: Int) throws -> OpenAIEmbeddingModel {
        let openAI = OpenAI(configuration: .init(apiKey: key, baseURL: try #require(address)))
        return openAI.embeddingModel("bytes", dimensions: dimensions, options: .init(maximumTokensPerText: 500))
    }

    private static let checks = EmbeddingModelConformance.checks.filter { check in
        !["in the order", "same vector", "too long", "in order", "each its own"].contains { check.name.contains($0) }
    }

    @Test("Keeps the contract of an embedding model in form", arguments: checks)
    func conforms(_ check: EmbeddingModelConformance.Check) async throws {
        try await check.run(on: model(dimensions: 288))
    }

    @Test("A text that is too long, and more texts than one request takes, have their vectors")
    func limits() async throws {
        let model = try model(dimensions: 288)
        let long = String(repeating: "Ada moved to Turin. ", count: 3_000)
        #expect(try await model.embed(["a", long, "b"], as: .document).count == 3)
        #expect(try await model.embed((0..<2_100).map { "Number \($0)" }, as: .document).count == 2_100)
    }

    @Test("A model of other dimensions is reported with its number")
    func otherDimensions() async throws {
        let error = await #expect(throws: CompanionError.self) {
            try await model(dimensions: 1_536).embed(["a"], as: .document)
        }
        #expect(error?.code == .malformedResponse)
        #expect(error?.message.contains("288") == true)
    }
}
