import CompanionCore
import CompanionPinecone
import CompanionTesting
import Foundation
import TestRandomness
import TestSupport
import Testing

private let peer: (url: String, key: String)? = {
    let environment = ProcessInfo.processInfo.environment
    guard let url = environment["COMPANION_PINECONE_URL"], let key = environment["COMPANION_PINECONE_KEY"] else {
        return nil
    }
    return (url, key)
}()

@Suite("The vector store at Pinecone", .enabled(if: peer != nil, "no server of Pinecone's protocol was started"))
struct PineconeStoreTests {
    private func pinecone(_ index: String = "companion") throws -> Pinecone {
        try Pinecone(
            configuration: .init(apiKey: peer?.key ?? "", index: index, controlURL: peer?.url ?? ""))
    }

    @Test("It keeps the port's contract", arguments: VectorStoreConformance.checks)
    func conforms(_ check: VectorStoreConformance.Check) async throws {
        try await check.run(on: try pinecone().vectorStore)
    }

    @Test("What the data plane keeps is fetched, listed, updated and counted")
    func dataPlane() async throws {
        let pinecone = try pinecone()
        let name = "plane-" + UUID().uuidString.lowercased().prefix(8)
        _ = try await pinecone.createIndex(name, dimensions: 2, cloud: "aws", region: "us-east-1")
        let again = try await pinecone.createIndex(name, dimensions: 2, cloud: "aws", region: "us-east-1")
        #expect(again.dimensions == 2 && again.metric == "cosine" && again.isReady)
        await #expect(throws: CompanionError.self) {
            try await pinecone.createIndex(name, dimensions: 3, cloud: "aws", region: "us-east-1")
        }
        let index = pinecone.index(name)
        let records = (0..<1_250).map { number in
            PineconeRecord(
                id: "r" + String(10_000 + number), values: [1, Float(number) / 3],
                metadata: ["n": .number(Double(number))])
        }
        try await index.upsert(records, namespace: "a b/é")
        try await eventually("all records") {
            try await index.statistics().recordCounts["a b/é"] == 1_250
        }
        let fetched = try await index.fetch(records.prefix(120).map(\.id) + ["none"], namespace: "a b/é")
        #expect(fetched == Array(records.prefix(120)))
        let page = try await index.list(prefix: "r1000", limit: 7, namespace: "a b/é")
        #expect(page.ids == records.prefix(7).map(\.id) && page.next != nil)
        try await index.update("r10003", metadata: ["n": .number(-1)], namespace: "a b/é")
        try await eventually("the update") {
            try await index.fetch(["r10003"], namespace: "a b/é").first?.metadata["n"] == .number(-1)
        }
        let spaces = try await index.namespaces(prefix: "a ")
        #expect(spaces == ["a b/é"])
        try await pinecone.deleteIndex(name)
        try await pinecone.deleteIndex(name)
    }

    @Test("A wrong key is told as such, and stands in no error")
    func credentials() async throws {
        let pinecone = try Pinecone(
            configuration: .init(apiKey: "wrong-secret", index: "companion", controlURL: peer?.url ?? ""))
        let error = try await #require(throws: CompanionError.self) { try await pinecone.check() }
        #expect(error.code == .unauthenticated)
        #expect(!error.debugDescription.contains("wrong-secret"))
    }

    @Test("Under random faults each write is done once or reported, and nothing leaks")
    func randomFaults() async throws {
        let sockets = RandomFaults.openSockets
        try await writeUnderRandomFaults()
        if let sockets {
            try await eventually("as many sockets are open as before") { RandomFaults.openSockets == sockets }
            print("\(sockets) sockets were open before, and are after")
        }
    }

    private func writeUnderRandomFaults() async throws {
        let namespace = VectorNamespace(
            user: IdentifierGenerator().next(), space: EmbeddingSpace(model: "faults", dimensions: 4))
        let direct = try pinecone()
        // The index is there; its own port is what the faults are put before.
        try await direct.vectorStore.upsert([VectorRecord(id: "first", values: [1, 0, 0, 0])], in: namespace)
        let host = try await direct.describeIndex("companion-4").host
        let plane = try #require(URLComponents(string: host)?.port)
        let fault = RandomFaults.fault(.announced(), afterBytes: 0...20_000)
        let count = RandomFaults.count(unlessSet: 500)
        try await FaultProxy.run(port: plane, fault: fault()) { proxy, other in
            let answer =
                "{\"name\":\"companion-4\",\"dimension\":4,\"metric\":\"cosine\",\"host\":\"http://127.0.0.1:\(other)\"}"
            try await ScriptedHTTPServer.run {
                try await $0.respond(body: answer)
            } _: { control in
                let store = try Pinecone(
                    configuration: .init(
                        apiKey: peer?.key ?? "", index: "companion", controlURL: control.url,
                        patience: .milliseconds(1_500))
                ).vectorStore
                let outcome = await RandomFaults.run(count, writers: 8) { number in
                    try await store.upsert(
                        [VectorRecord(id: "v\(number)", values: [1, Float(number), 0, 0])], in: namespace)
                }
                print("\(outcome.failed.count) of \(count) writes failed, over \(proxy.accepted) connections")
                #expect(proxy.accepted > 10)
                let acknowledged = Set(outcome.acknowledged.map { "v\($0)" })
                try await eventually("all that was acknowledged") {
                    var (ids, last): (Set<String>, String?) = ([], nil)
                    repeat {
                        let page = try await direct.vectorStore.ids(in: namespace, after: last, limit: 1_000)
                        ids.formUnion(page)
                        last = page.count == 1_000 ? page.last : nil
                    } while last != nil
                    return acknowledged.isSubset(of: ids)
                }
            }
        }
    }
}
