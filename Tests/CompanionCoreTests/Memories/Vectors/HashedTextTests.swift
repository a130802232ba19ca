import Testing

@testable import CompanionCore

@Suite struct HashedTextTests {
    private func similarity(_ document: String, _ query: String) -> Float {
        zip(HashedText.vector(of: document, as: .document), HashedText.vector(of: query, as: .query))
            .reduce(0) { $0 + $1.0 * $1.1 }
    }

    @Test("Texts are alike as far as they share words, forms of words and pieces of words")
    func similarities() {
        let document = "Ada moved to Turin with her sister"
        #expect(similarity(document, "Where did Ada move?") > similarity(document, "What does Bram cook?") + 0.1)
        #expect(similarity("She likes running", "runs") > 0.1)
        #expect(similarity("Her name is Katharina", "Katarina") > 0.2)
        #expect(similarity("Она живёт в Турине", "Турине") > 0.3)
        #expect(similarity("彼女はトリノに引っ越した", "トリノ") > 0.1)
        #expect(abs(similarity("a dog", "the puppy")) < 0.2)
    }

    @Test("Stop words alone say as little as nothing")
    func stopWords() {
        for purpose in [EmbeddingPurpose.document, .query] {
            #expect(HashedText.vector(of: "what was it about", as: purpose) == HashedText.vector(of: "", as: purpose))
        }
    }

    @Test("A short document is no better than a long one for being short")
    func shortDocuments() {
        #expect(similarity("Turin", "Turin") < similarity("Turin Turin Turin Turin", "Turin"))
    }

    @Test("The last coordinate fills documents up to length 1, and is 0 in queries")
    func filler() {
        let document = HashedText.vector(of: "Turin", as: .document)
        let query = HashedText.vector(of: "Turin", as: .query)
        #expect(document[1_023] > 0.5 && query[1_023] == 0)
        for vector in [document, query] { #expect(abs(vector.reduce(0) { $0 + $1 * $1 } - 1) < 1e-5) }
    }

    @Test("Vectors are the same on every platform and in every version")
    func stability() {
        let vector = HashedText.vector(of: "Ada moved to Turin in 2024.", as: .query)
        let places = vector.indices.filter { vector[$0] != 0 }
        #expect(places.count > 10)
        let sum = places.reduce(0) { ($0 &* 31 &+ $1 &* (vector[$1] > 0 ? 1 : 2)) % 1_000_003 }
        #expect(sum == 71_781)
    }
}
