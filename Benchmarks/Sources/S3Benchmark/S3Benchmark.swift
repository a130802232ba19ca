import BenchmarkSupport
import CompanionCore
import CompanionS3
import Foundation

/// Puts and gets a large blob through the store on S3 and through boto3, at a server of its own, in turns.
///
/// The servers are those of the tests: `make test` installs them. moto holds what it is given in memory; OpenStack Swift writes it
/// to the disk and verifies each signature.
@main
enum S3Benchmark {
    private static let size = 256 << 20
    private static let rounds = 3

    static func main() async throws { try await run() }

    nonisolated private static func run() async throws {
        var report = Report("A blob of 256 MiB put and got again: medians of \(rounds) rounds, MiB a second.")
        for (name, script, variable) in [
            ("moto", "Scripts/peers/s3-moto.py", "COMPANION_MOTO_URL"),
            ("OpenStack Swift", "Scripts/peers/s3-swift.py", "COMPANION_S3API_URL"),
        ] {
            guard let server = try PeerProcess(script) else { continue }
            defer { server.stop() }
            guard let endpoint = server.ready()?[variable] else { continue }
            try await measure(name, endpoint, &report)
        }
        report.finish()
    }

    nonisolated private static func measure(_ name: String, _ endpoint: String, _ report: inout Report) async throws {
        let (access, secret) = ("test:tester", "testing")
        let store = try S3BlobStore(
            configuration: .init(
                bucket: "companion-test", prefix: "benchmark", endpoint: endpoint,
                credentials: StaticS3Credentials(.init(accessKeyID: access, secretAccessKey: secret))))
        guard let key = BlobKey("large") else { return }
        let chunk = [UInt8](repeating: 7, count: 1 << 20)
        var rates: [String: [Double]] = [:]
        var growth = 0.0
        for _ in 0..<rounds {
            let before = Usage.residentBytes
            var (most, start) = (before, ContinuousClock.now)
            let body = BlobStream(pulling: 0) { (count: inout Int) in
                count += 1
                return count <= size >> 20 ? chunk : nil
            }
            let watching = Task {
                var most = 0.0
                while !Task.isCancelled {
                    most = max(most, Usage.residentBytes)
                    try? await Task.sleep(for: .milliseconds(5))
                }
                return most
            }
            _ = try await store.put(body, at: key, in: .shared, attributes: .init(), condition: .always)
            rates["put", default: []].append(256 / ((ContinuousClock.now - start) / .seconds(1)))
            start = .now
            var count = 0
            for try await chunk in try await store.get(key, in: .shared, range: nil).body { count += chunk.count }
            guard count == size else { fatalError("\(count) bytes came back") }
            rates["get", default: []].append(256 / ((ContinuousClock.now - start) / .seconds(1)))
            watching.cancel()
            most = max(most, await watching.value)
            growth = max(growth, most - before)
            try await store.delete(key, in: .shared)
            if let peer = try PeerProcess(
                "Benchmarks/Peers/boto3-transfer.py", [endpoint, access, secret, "companion-test", "\(size)"])
            {
                let words = peer.line()?.split(separator: " ").compactMap { Double($0) } ?? []
                guard words.count == 2 else { continue }
                rates["peer put", default: []].append(words[0])
                rates["peer get", default: []].append(words[1])
            }
        }
        func median(_ name: String) -> Double? { rates[name].map { $0.sorted()[$0.count / 2] } }
        report.section(name)
        for kind in ["put", "get"] {
            guard let ours = median(kind) else { continue }
            report.row("\(kind), here", ours.asCount)
            guard let peer = median("peer " + kind) else { continue }
            report.row("\(kind), boto3", peer.asCount)
            report.limit("\(kind), time beside boto3's", peer / ours, atMost: 1 / 0.9) { $0.asFactor }
        }
        report.limit("resident memory grows by", growth / 1_048_576, atMost: 32) { $0.asCount + " MiB" }
    }
}
