internal import CompanionCore

/// What Pinecone answers with. What is not read is left out of account.
enum PineconeAnswers {
    struct Index: Decodable {
        struct Status: Decodable { var ready: Bool? }
        var name: String
        var dimension: Int?
        var metric: String?
        var host: String
        var status: Status?
    }

    struct Indexes: Decodable { var indexes: [Index]? }

    struct Sparse: Decodable {
        var indices: [UInt32]
        var values: [Float]
    }

    struct Vector: Decodable {
        var id: String
        var values: [Float]?
        var sparseValues: Sparse?
        var metadata: [String: Value]?
    }

    struct Match: Decodable {
        var id: String
        var score: Double?
        var values: [Float]?
        var metadata: [String: Value]?
    }

    struct Matches: Decodable { var matches: [Match]? }
    struct Vectors: Decodable { var vectors: [String: Vector]? }

    struct Pagination: Decodable { var next: String? }

    struct Names: Decodable {
        struct Name: Decodable { var id: String }
        var vectors: [Name]?
        var pagination: Pagination?
    }

    struct Namespaces: Decodable {
        struct Namespace: Decodable { var name: String }
        var namespaces: [Namespace]?
        var pagination: Pagination?
    }

    struct Statistics: Decodable {
        struct Namespace: Decodable { var vectorCount: Int? }
        var namespaces: [String: Namespace]?
        var dimension: Int?
        var totalVectorCount: Int?
    }

    /// Of either plane.
    struct Failure: Decodable {
        struct Detail: Decodable {
            var code: String?
            var message: String?
        }
        var message: String?
        var error: Detail?
    }

    /// A value of metadata; lists and what else others may have written are left out.
    struct Value: Decodable {
        var metadata: VectorMetadata?

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let flag = try? container.decode(Bool.self) {
                metadata = .boolean(flag)
            } else if let number = try? container.decode(Double.self) {
                metadata = .number(number)
            } else if let text = try? container.decode(String.self) {
                metadata = .string(text)
            }
        }
    }
}

extension [String: PineconeAnswers.Value] {
    var metadata: [String: VectorMetadata] { compactMapValues(\.metadata) }
}
