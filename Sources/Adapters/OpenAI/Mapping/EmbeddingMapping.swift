internal import CompanionCore

/// From the answer of a server to vectors.
enum EmbeddingMapping {
    /// The vectors of `count` texts, in the texts' order and of length 1.
    static func vectors(in answer: [UInt8], count: Int, dimensions: Int) throws -> [[Float]] {
        let found: [EmbeddingAnswer.Item]
        do {
            found = try EmbeddingAnswer.items(in: answer)
        } catch is JSONCursor.Malformed {
            throw malformed("answered with something that holds no embeddings: check the base URL")
        }
        guard found.count == count else {
            throw malformed("answered with \(found.count) vectors for \(count) texts")
        }
        var vectors = [[Float]](repeating: [], count: count)
        for (position, item) in found.enumerated() {
            let index = item.index ?? position
            guard vectors.indices.contains(index), vectors[index].isEmpty else {
                throw malformed("numbers its vectors in no order")
            }
            guard item.vector.count == dimensions else {
                throw malformed(
                    "gives vectors of \(item.vector.count) dimensions, not \(dimensions): state the model's own")
            }
            guard let unit = UnitVector.of(item.vector) else {
                throw malformed("gives a vector that has no direction")
            }
            vectors[index] = unit
        }
        return vectors
    }

    private static func malformed(_ what: String) -> CompanionError {
        CompanionError(.malformedResponse, "\(OpenAI.peer) \(what).")
    }
}
