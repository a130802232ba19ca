import BenchmarkSupport
import CompanionCore
import CompanionRedis
import Foundation

/// The cache on Redis beside what comes with Redis, on a server of its own: in rounds, so that all meet the same load.
///
/// redis-py wants `Benchmarks/Peers/setup.sh` to have run; without it, it is left out, and says so.
@main
enum RedisBenchmark {
    private static let rounds = 5
    private static let value = [UInt8](repeating: 0x78, count: 100)

    static func main() async throws { try await run() }

    nonisolated private static func run() async throws {
        guard let server = try RedisServer() else {
            print("redis-server is not installed: nothing to measure.")
            return
        }
        defer { server.stop() }
        let redis = try Redis(configuration: .init(url: "redis://127.0.0.1:\(server.port)"))
        while (try? await redis.check()) == nil { try await Task.sleep(for: .milliseconds(20)) }
        let cache = redis.cache
        try await cache.set(value, for: "key", in: .shared("test"), expiringAfter: .seconds(600))

        var report = Report("Values of 100 bytes in Redis: medians of \(rounds) rounds, operations a second.")
        var rates: [String: [Double]] = [:]
        func note(_ name: String, _ rate: Double?) { if let rate { rates[name, default: []].append(rate) } }
        for _ in 0..<rounds {
            let get: @Sendable () async throws -> Void = { _ = try await cache.value(for: "key", in: .shared("test")) }
            let set: @Sendable () async throws -> Void = {
                try await cache.set(value, for: "key", in: .shared("test"), expiringAfter: .seconds(600))
            }
            note("get", try await rate(of: 200_000, callers: 50, get))
            note("set", try await rate(of: 200_000, callers: 50, set))
            note("get x16", try await rate(of: 400_000, callers: 800, get))
            note("set x16", try await rate(of: 400_000, callers: 800, set))
            for (name, pipeline) in [("", 1), (" x16", 16)] {
                let found = server.benchmark(count: 200_000 * (pipeline == 1 ? 1 : 4), pipeline: pipeline)
                note("peer get" + name, found["GET"])
                note("peer set" + name, found["SET"])
            }
            if let found = server.pythonClient(count: 20_000) {
                note("python get", found.get)
                note("python set", found.set)
            }
        }
        func median(_ name: String) -> Double? { rates[name].map { $0.sorted()[$0.count / 2] } }
        for (title, suffix, limit) in [("50 at once", "", 0.8), ("800 at once beside 50 × 16", " x16", 0.5)] {
            report.section(title)
            for kind in ["get", "set"] {
                guard let ours = median(kind + suffix), let peer = median("peer " + kind + suffix) else { continue }
                report.row("\(kind), here", ours.asCount)
                report.row("\(kind), redis-benchmark", peer.asCount)
                report.limit("\(kind), time beside redis-benchmark's", peer / ours, atMost: 1 / limit) { $0.asFactor }
                guard suffix.isEmpty, let python = median("python " + kind) else { continue }
                report.row("\(kind), redis-py with hiredis", python.asCount)
                report.limit("\(kind), time beside redis-py's", python / ours, atMost: 1 / 3) { $0.asFactor }
            }
        }
        await redis.close()
        report.finish()
    }

    nonisolated private static func rate(
        of count: Int, callers: Int, _ operation: @escaping @Sendable () async throws -> Void
    ) async throws -> Double {
        let start = ContinuousClock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<callers {
                group.addTask { for _ in 0..<count / callers { try await operation() } }
            }
            try await group.waitForAll()
        }
        return Double(count) / ((ContinuousClock.now - start) / .seconds(1))
    }
}
