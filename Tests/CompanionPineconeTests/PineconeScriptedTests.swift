import CompanionCore
import CompanionTesting
import Foundation
import Synchronization
import TestRandomness
import TestSupport
import Testing

@testable import CompanionPinecone

@Suite("Pinecone by a script")
struct PineconeScriptedTests {
    private func pinecone(_ server: ScriptedHTTPServer) throws -> Pinecone {
        try Pinecone(configuration: .init(apiKey: "key", index: "companion", controlURL: server.url))
    }

    private func description(_ server: String) -> String {
        "{\"name\":\"companion-2\",\"dimension\":2,\"metric\":\"cosine\",\"host\":\"\(server)\",\"status\":{\"ready\":true}}"
    }

    @Test("429 and 503 are tried again after the time that they name; 400 is not; the version of the API is said")
    func retries() async throws {
        let left = Mutex(2)
        try await ScriptedHTTPServer.run { exchange in
            let number = left.withLock { left in
                left -= 1
                return left
            }
            switch number {
            case 1: try await exchange.respond(429, headers: [("Retry-After", "0")], body: "{}")
            case 0: try await exchange.respond(503, headers: [("Retry-After", "0")], body: "{}")
            default: try await exchange.respond(400, body: "{\"code\":3,\"message\":\"no\",\"details\":[]}")
            }
        } _: { server in
            let error = try await #require(throws: CompanionError.self) { try await pinecone(server).check() }
            #expect(error.code == .invalidInput)
            #expect(server.requests.count == 3)
            #expect(server.requests.allSatisfy { $0.header("X-Pinecone-Api-Version") == "2025-10" })
            #expect(server.requests.allSatisfy { $0.header("Api-Key") == "key" })
        }
    }

    @Test("The host is asked for once, by how many ever at once")
    func host() async throws {
        try await ScriptedHTTPServer.run { exchange in
            if exchange.request.path == "/indexes/companion-2" {
                try await exchange.respond(body: description("http://" + (exchange.request.header("host") ?? "")))
            } else {
                try await exchange.respond(body: "{\"matches\":[]}")
            }
        } _: { server in
            let index = try pinecone(server).index("companion-2")
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<20 { group.addTask { _ = try await index.query([1, 2], limit: 1, namespace: "a") } }
                try await group.waitForAll()
            }
            #expect(server.requests.count { $0.path.hasPrefix("/indexes") } == 1)
        }
    }

    @Test("An answer that would be too large comes without metadata, which is fetched")
    func largeAnswer() async throws {
        try await ScriptedHTTPServer.run { exchange in
            let text = String(decoding: exchange.request.body, as: UTF8.self)
            if exchange.request.path == "/indexes/companion-2" {
                try await exchange.respond(body: description("http://" + (exchange.request.header("host") ?? "")))
            } else if exchange.request.path.hasPrefix("/vectors/fetch") {
                try await exchange.respond(
                    body: "{\"vectors\":{\"a\":{\"id\":\"a\",\"values\":[1,2],\"metadata\":{\"n\":1}}}}")
            } else if text.contains("\"includeMetadata\":true") {
                try await exchange.respond(400, body: "{\"code\":11,\"message\":\"too large\",\"details\":[]}")
            } else {
                try await exchange.respond(body: "{\"matches\":[{\"id\":\"a\",\"score\":0.5}]}")
            }
        } _: { server in
            let index = try pinecone(server).index("companion-2")
            let found = try await index.query([1, 2], limit: 500, namespace: "a")
            #expect(found.map(\.metadata) == [["n": .number(1)]] && found.map(\.score) == [0.5])
        }
    }

    @Test("Batches are within both bounds, and hold each record once, in order")
    func batches() throws {
        var random = SeededGenerator.announced()
        for dimensions in [1, 40, 1_536] {
            let records = (0..<2_600).map { number in
                PineconeRecord(
                    id: "r\(number)", values: (0..<dimensions).map { _ in Float.random(in: -1...1, using: &random) },
                    metadata: number.isMultiple(of: 500) ? ["text": .string(String(repeating: "é", count: 9_000))] : [:]
                )
            }
            var batches = PineconeBatches(records, namespace: "a\"b")
            var seen: [String] = []
            while let body = try batches.next() {
                struct Body: Decodable {
                    struct Vector: Decodable {
                        var id: String
                        var values: [Float]
                    }
                    var vectors: [Vector]
                    var namespace: String
                }
                #expect(body.count <= 2_000_000)
                let decoded = try JSONDecoder().decode(Body.self, from: Data(body))
                #expect((1...1_000).contains(decoded.vectors.count) && decoded.namespace == "a\"b")
                let expected = records[seen.count..<seen.count + decoded.vectors.count].map(\.values)
                #expect(decoded.vectors.map(\.values) == expected)
                seen += decoded.vectors.map(\.id)
            }
            #expect(seen == records.map(\.id))
        }
        var large = PineconeBatches(
            [PineconeRecord(id: "r", values: [1], metadata: ["t": .string(String(repeating: "a", count: 2_000_000))])],
            namespace: "")
        #expect(throws: CompanionError.self) { try large.next() }
    }

    @Test("Any text and number is written so that it is read as the same")
    func body() throws {
        var random = SeededGenerator.announced()
        for _ in 0..<2_000 {
            let text = String(
                String.UnicodeScalarView(
                    (0..<Int.random(in: 0...20, using: &random)).compactMap { _ in
                        Unicode.Scalar(
                            UInt32.random(in: random.chance(1, in: 2) ? 0...0x7F : 0...0x10FFFF, using: &random))
                    }))
            let floats = (0..<5).map { _ in Float(bitPattern: UInt32.random(in: 0...UInt32.max, using: &random)) }
                .filter(\.isFinite)
            var body = PineconeBody()
            body.append("[")
            body.append(string: text)
            body.append("]")
            let read = try JSONDecoder().decode([String].self, from: Data(body.bytes))
            #expect(read.first.map { $0.utf8.elementsEqual(text.utf8) } == true)
            var numbers = PineconeBody()
            numbers.append(floats)
            #expect(try JSONDecoder().decode([Float].self, from: Data(numbers.bytes)) == floats)
        }
    }

    @Test("A filter means to Pinecone what it means to us")
    func filters() throws {
        var random = SeededGenerator.announced()
        let keys = ["a", "b"]
        func value() -> VectorMetadata {
            switch Int.random(in: 0...2, using: &random) {
            case 0: .string(["x", "y"].randomElement(using: &random)!)
            case 1: .number(Double(Int.random(in: 0...2, using: &random)))
            default: .boolean(random.chance(1, in: 2))
            }
        }
        func filter(_ depth: Int) -> VectorFilter {
            let key = keys.randomElement(using: &random)!
            switch Int.random(in: 0...(depth > 0 ? 8 : 6), using: &random) {
            case 0: return .equal(key, value())
            case 1: return .notEqual(key, value())
            case 2: return .isIn(key, (0..<Int.random(in: 0...3, using: &random)).map { _ in value() })
            case 3: return .less(key, than: 1)
            case 4: return .lessOrEqual(key, to: 1)
            case 5: return .greater(key, than: 1)
            case 6: return .greaterOrEqual(key, to: 1)
            case 7: return .all((0..<Int.random(in: 0...3, using: &random)).map { _ in filter(depth - 1) })
            default: return .any((0..<Int.random(in: 0...3, using: &random)).map { _ in filter(depth - 1) })
            }
        }
        for _ in 0..<3_000 {
            let filter = filter(3)
            for _ in 0..<5 {
                var metadata: [String: VectorMetadata] = [:]
                for key in keys where random.chance(2, in: 3) { metadata[key] = value() }
                let expected = filter.matches(metadata)
                let found: Bool
                switch PineconeFilter(filter) {
                case .nothing: found = false
                case .everything: found = true
                case .json(let json): found = PineconeSemantics.matches(try JSONValue(parsing: json), metadata)
                }
                #expect(found == expected, "\(filter) on \(metadata)")
            }
        }
    }

    @Test("Addresses are read, and what is wrong in them is told without the key")
    func addresses() throws {
        let environment = ["PINECONE_API_KEY": "secret"]
        let configuration = try Pinecone.Configuration(
            url: "pinecone://memories?cloud=gcp&region=europe-west4&control=http://127.0.0.1:1",
            environment: environment)
        #expect(configuration.index == "memories" && configuration.controlURL == "http://127.0.0.1:1")
        #expect(configuration.creation?.cloud == "gcp" && configuration.creation?.region == "europe-west4")
        #expect(!"\(configuration)".contains("secret"))
        for url in ["", "http://a", "pinecone://", "pinecone://A", "pinecone://a?x=1", "pinecone://a?cloud="] {
            #expect(throws: CompanionError.self, "\(url)") {
                try Pinecone(configuration: .init(url: url, environment: environment))
            }
        }
        #expect(throws: CompanionError.self) { try Pinecone.Configuration(url: "pinecone://a", environment: [:]) }
    }
}

/// What Pinecone's documentation says of filters.
enum PineconeSemantics {
    static func matches(_ filter: JSONValue, _ metadata: [String: VectorMetadata]) -> Bool {
        guard case .object(let object) = filter else { return false }
        return object.allSatisfy { matches($0.key, $0.value, metadata) }
    }

    private static func matches(_ key: String, _ value: JSONValue, _ metadata: [String: VectorMetadata]) -> Bool {
        if key == "$and", case .array(let parts) = value { return parts.allSatisfy { matches($0, metadata) } }
        if key == "$or", case .array(let parts) = value { return parts.contains { matches($0, metadata) } }
        guard case .object(let object) = value, let comparison = object.first(where: { _ in true }) else {
            return false
        }
        let found = metadata[key]
        let bound = comparison.value
        switch comparison.key {
        case "$exists": return (found != nil) == (bound == .bool(true))
        case "$eq": return found.map { isSame($0, bound) } ?? false
        case "$ne": return !(found.map { isSame($0, bound) } ?? false)
        default: break
        }
        guard case .number(let number)? = found, let limit = bound.double else { return false }
        return switch comparison.key {
        case "$lt": number < limit
        case "$lte": number <= limit
        case "$gt": number > limit
        default: number >= limit
        }
    }

    private static func isSame(_ value: VectorMetadata, _ other: JSONValue) -> Bool {
        switch (value, other) {
        case (.string(let left), .string(let right)): left == right
        case (.boolean(let left), .bool(let right)): left == right
        case (.number(let left), _): other.double == left
        default: false
        }
    }
}
