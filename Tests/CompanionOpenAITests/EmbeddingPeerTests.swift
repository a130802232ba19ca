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
@Suite(.enabled(if: address != nil)) struct EmbeddingPeerTests {
    private func model(dimensions: Int) throws -> OpenAIEmbeddingModel {
        let openAI = OpenAI(configuration: .init(apiKey: key, baseURL: try #require(address)))
        return openAI.embeddingModel("bytes", dimensions: dimensions, options: .init(maximumTokensPerText: 500))
    }

    @Test("Keeps the contract of an embedding model", arguments: EmbeddingModelConformance.checks)
    func conforms(_ check: EmbeddingModelConformance.Check) async throws {
        try await check.run(on: model(dimensions: 288))
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
