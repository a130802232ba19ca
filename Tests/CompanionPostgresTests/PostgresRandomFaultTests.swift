import CompanionCore
import CompanionTesting
import Foundation
import TestRandomness
import TestSupport
import Testing

@testable import CompanionPostgres

@Suite(.enabled(if: PostgresPeer.url != nil)) struct PostgresRandomFaultTests {
    @Test("Under random faults each transaction is done once or reported, and nothing leaks")
    func randomFaults() async throws {
        let sockets = RandomFaults.openSockets
        let url = try #require(PostgresPeer.url)
        let port = try #require(URLComponents(string: url)?.port)
        let fault = RandomFaults.fault(.announced(), afterBytes: 2_000...60_000)
        let count = RandomFaults.count(unlessSet: 3_000)
        var schema = ""
        try await PostgresPeer.withStore {
            schema = $0.schema ?? ""
        } _: { direct in
            try await FaultProxy.run(port: port, fault: fault()) { proxy, other in
                var configuration = PostgresPeer.configuration(schema: schema, connections: 0...8)
                configuration.url = url.replacingOccurrences(of: ":\(port)/", with: ":\(other)/")
                configuration.statementTimeout = .seconds(2)
                configuration.connectTimeout = .seconds(2)
                let store = try await opened(configuration)
                let outcome = await RandomFaults.run(count) { number in
                    let user = User(
                        id: IdentifierGenerator().next(), name: "person-\(number)",
                        createdAt: Date(millisecondsSince1970: 0))
                    try await store.transaction { try $0.users.insert(user) }
                }
                print("\(outcome.failed.count) of \(count) transactions failed, over \(proxy.accepted) connections")
                #expect(proxy.accepted > 20)
                var names: [String] = []
                var last: User.ID?
                repeat {
                    let page = try await direct.read { [last] in try $0.users.users(after: last, limit: 500) }
                    names += page.map(\.name)
                    last = page.count == 500 ? page.last?.id : nil
                } while last != nil
                let kept = Set(names)
                #expect(kept.count == names.count, "none is there twice")
                let lost = outcome.acknowledged.filter { !kept.contains("person-\($0)") }
                #expect(lost.isEmpty, "none that was acknowledged is missing")
                try await store.close(within: .seconds(30))
                try await eventually("no connection is left open") { proxy.openCount == 0 }
            }
        }
        if let sockets {
            try await eventually("as many sockets are open as before") { RandomFaults.openSockets == sockets }
            print("\(sockets) sockets were open before, and are after")
        }
    }

    /// Opening meets faults too.
    private func opened(_ configuration: PostgresStore.Configuration) async throws -> PostgresStore {
        for _ in 0..<50 {
            if let store = try? await PostgresStore.open(configuration) { return store }
        }
        return try await PostgresStore.open(configuration)
    }
}
