import CompanionCore
import CompanionTesting
import Foundation
import TestRandomness
import TestSupport
import Testing

@testable import CompanionS3

@Suite("S3 under random faults", .enabled(if: !S3Peer.all.isEmpty, "no server of S3 was started"))
struct S3RandomFaultTests {
    @Test("Each write is done once or reported, and nothing leaks")
    func randomFaults() async throws {
        let sockets = RandomFaults.openSockets
        let peer = try #require(S3Peer.all.first)
        let port = try #require(URLComponents(string: peer.endpoint)?.port)
        let fault = RandomFaults.fault(.announced(), afterBytes: 0...30_000)
        let count = RandomFaults.count(unlessSet: 500)
        let (scope, prefix) = (BlobScope.user(IdentifierGenerator().next()), "tests/" + UUID().uuidString.lowercased())
        try await FaultProxy.run(port: port, fault: fault()) { proxy, other in
            let store = try peer.store {
                $0.endpoint = "http://127.0.0.1:\(other)"
                $0.prefix = prefix
                $0.patience = .milliseconds(1_500)
            }
            let outcome = await RandomFaults.run(count, writers: 8) { number in
                let key = try #require(BlobKey("blob-\(number)"))
                try await store.put(Array("content of \(number)".utf8), at: key, in: scope)
            }
            print("\(outcome.failed.count) of \(count) writes failed, over \(proxy.accepted) connections")
            #expect(proxy.accepted > 20)
            let direct = try peer.store { $0.prefix = prefix }
            for number in outcome.acknowledged {
                let key = try #require(BlobKey("blob-\(number)"))
                let bytes = try await direct.bytes(of: key, in: scope, maximumBytes: 100)
                #expect(bytes == Array("content of \(number)".utf8))
            }
        }
        if let sockets {
            try await eventually("as many sockets are open as before") { RandomFaults.openSockets == sockets }
            print("\(sockets) sockets were open before, and are after")
        }
    }
}
