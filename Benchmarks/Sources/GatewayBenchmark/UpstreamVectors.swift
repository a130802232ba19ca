import Foundation

/// Answers for embeddings, made beforehand: which vector a text gets depends on its bytes alone.
final class UpstreamVectors: Sendable {
    static let dimensions = 768
    private let vectors: [[UInt8]]
    private let encoded: [[UInt8]]

    init() {
        var state: UInt64 = 88_172_645_463_325_252
        var vectors: [[UInt8]] = []
        var encoded: [[UInt8]] = []
        for _ in 0..<64 {
            var vector: [Float] = []
            for _ in 0..<Self.dimensions {
                state ^= state << 13
                state ^= state >> 7
                state ^= state << 17
                vector.append(Float(state >> 40) / Float(1 << 24) - 0.5)
            }
            let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
            vector = vector.map { $0 / length }
            vectors.append(Array("[\(vector.map { "\($0)" }.joined(separator: ","))]".utf8))
            let data = vector.withUnsafeBytes { Data($0) }
            encoded.append(Array("\"\(data.base64EncodedString())\"".utf8))
        }
        self.vectors = vectors
        self.encoded = encoded
    }

    func answer(to body: UnsafeRawBufferPointer) -> [UInt8] {
        let pool = body.index(of: "\"base64\"") == nil ? vectors : encoded
        var answer = Array(#"{"object":"list","data":["#.utf8)
        for (index, hash) in Self.inputs(of: body).enumerated() {
            if index > 0 { answer.append(UInt8(ascii: ",")) }
            answer += Array(#"{"object":"embedding","index":\#(index),"embedding":"#.utf8)
            answer += pool[Int(hash >> 17 % UInt64(pool.count))]
            answer.append(UInt8(ascii: "}"))
        }
        answer += Array(#"],"model":"mock","usage":{"prompt_tokens":8,"total_tokens":8}}"#.utf8)
        return answer
    }

    /// A number for each text of the input.
    private static func inputs(of body: UnsafeRawBufferPointer) -> [UInt64] {
        guard var index = body.index(of: "\"input\":").map({ $0 + 8 }), index < body.count else { return [] }
        let isList = body[index] == UInt8(ascii: "[")
        var hashes: [UInt64] = []
        var hash: UInt64?
        while index < body.count {
            let byte = body[index]
            if let sum = hash {
                switch byte {
                case UInt8(ascii: "\""):
                    hashes.append(sum)
                    hash = nil
                    if !isList { return hashes }
                case UInt8(ascii: "\\"): index += 1
                default: hash = (sum ^ UInt64(byte)) &* 1_099_511_628_211
                }
            } else if byte == UInt8(ascii: "\"") {
                hash = 14_695_981_039_346_656_037
            } else if byte == UInt8(ascii: "]") {
                break
            }
            index += 1
        }
        return hashes
    }
}
