import CompanionCore
import CompanionRedis
import CompanionTesting
import TestRandomness
import TestSupport
import Testing

@Suite("Redis when something fails", .enabled(if: RedisPeer.url("REDIS") != nil, "no Redis was started"))
struct RedisFaultTests {
    private var peer: RedisPeer { RedisPeer(name: "Redis", url: RedisPeer.url("REDIS") ?? "") }
    private var namespace: CacheNamespace { .user(IdentifierGenerator().next(), "test") }

    private func error(_ body: () async throws -> Void) async throws -> CompanionError {
        do {
            try await body()
        } catch {
            return try #require(error as? CompanionError)
        }
        Issue.record("It did not fail.")
        return CompanionError(.internalInconsistency, "")
    }

    @Test("A wrong password, and none, are told as such, and stand in no error")
    func credentials() async throws {
        for url in ["redis://companion:wrong-secret@127.0.0.1:\(peer.port)/", "redis://127.0.0.1:\(peer.port)/"] {
            for version in [Redis.ProtocolVersion.automatic, .resp2] {
                let redis = try Redis(
                    configuration: .init(
                        url: url, protocolVersion: version, connectTimeout: .seconds(60), commandTimeout: .seconds(60)))
                let error = try await error { try await redis.check() }
                #expect(error.code == .unauthenticated)
                #expect(!error.debugDescription.contains("wrong-secret"))
                await redis.close()
            }
        }
    }

    @Test("A right that the user does not have is told as such")
    func rights() async throws {
        let elsewhere = { (configuration: inout Redis.Configuration) in configuration.prefix = "elsewhere" }
        try await peer.withClient(elsewhere) { redis in
            let error = try await error { _ = try await redis.cache.value(for: "k", in: namespace) }
            #expect(error.code == .unauthenticated)
            #expect(error.message.contains("rights"))
        }
    }

    @Test("A port at which nobody listens is unavailable, and at once")
    func unreachable() async throws {
        let redis = try Redis(configuration: .init(url: "redis://127.0.0.1:1/"))
        let start = ContinuousClock.now
        for _ in 0..<20 {
            let error = try await error { try await redis.check() }
            #expect(error.code == .unavailable)
        }
        #expect(ContinuousClock.now - start < .seconds(20))
        await redis.close()
    }

    @Test("A server that speaks no TLS says so by its silence")
    func withoutTLS() async throws {
        let url = "rediss://127.0.0.1:\(peer.port)/"
        let redis = try Redis(configuration: .init(url: url, connectTimeout: .milliseconds(200)))
        let error = try await error { try await redis.check() }
        #expect(error.code == .timedOut)
        #expect(error.message.contains("TLS"))
        await redis.close()
    }

    @Test("A certificate that nobody vouches for is refused")
    func certificate() async throws {
        guard let url = RedisPeer.url("REDIS_TLS") else { return }
        let redis = try Redis(
            configuration: .init(url: String(url.prefix { $0 != "?" }), connectTimeout: .seconds(60)))
        let error = try await error { try await redis.check() }
        #expect(error.code == .unavailable && error.message.contains("certificate"))
        await redis.close()
    }

    @Test("A server that is silent costs its deadline and no more")
    func silence() async throws {
        try await FaultProxy.run(port: peer.port, fault: .blackHole(afterBytes: 0)) { proxy, port in
            let url = peer.url(atPort: port)
            let redis = try Redis(
                configuration: .init(url: url, connectTimeout: .milliseconds(200), commandTimeout: .milliseconds(300)))
            let start = ContinuousClock.now
            let error = try await error { try await redis.check() }
            #expect(error.code == .timedOut)
            #expect(ContinuousClock.now - start < .seconds(30))
            await redis.close()
        }
    }

    @Test("What is cancelled ends at once, and the connection goes on")
    func cancellation() async throws {
        try await FaultProxy.run(port: peer.port, fault: .delay(.milliseconds(500))) { proxy, port in
            let redis = try Redis(
                configuration: .init(
                    url: peer.url(atPort: port), prefix: "companion-test", connections: 1...1,
                    connectTimeout: .seconds(60), commandTimeout: .seconds(60)))
            try await redis.check()
            let task = Task { try await redis.check() }
            await Task.yield()
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            try await redis.check()
            #expect(proxy.accepted == 1)
            await redis.close()
        }
    }

    @Test("A lost connection is opened anew, and what may be repeated is")
    func reconnection() async throws {
        try await FaultProxy.run(port: peer.port) { proxy, port in
            let redis = try Redis(
                configuration: .init(
                    url: peer.url(atPort: port), prefix: "companion-test", connectTimeout: .seconds(60),
                    commandTimeout: .seconds(60)))
            let namespace = namespace
            try await redis.cache.set([1], for: "k", in: namespace, expiringAfter: .seconds(60))
            for _ in 0..<20 {
                proxy.cutAll()
                #expect(try await redis.cache.value(for: "k", in: namespace) == [1])
            }
            proxy.refuse(true)
            proxy.cutAll()
            try await eventually("an error") {
                (try? await redis.cache.value(for: "k", in: namespace)) == nil
            }
            proxy.refuse(false)
            try await eventually("the server again") {
                (try? await redis.cache.value(for: "k", in: namespace)) == [1]
            }
            await redis.close()
        }
    }

    @Test("Under random faults each of 10,000 operations is done once or reported, and nothing leaks")
    func randomFaults() async throws {
        let sockets = RandomFaults.openSockets
        let count = RandomFaults.count(unlessSet: 10_000)
        let fault = RandomFaults.fault(.announced(), afterBytes: 0...20_000)
        try await FaultProxy.run(port: peer.port, fault: fault()) { proxy, port in
            let redis = try Redis(
                configuration: .init(
                    url: peer.url(atPort: port), prefix: "companion-test", connections: 1...4,
                    connectTimeout: .milliseconds(100), commandTimeout: .milliseconds(150),
                    backOff: .milliseconds(1) ... .milliseconds(5)))
            let user: User.ID = IdentifierGenerator().next()
            // One writer to each log, whose numbers go up only when the append was acknowledged.
            let outcomes = try await withThrowingTaskGroup(of: (acknowledged: Int, failed: Int).self) { group in
                for writer in 0..<20 {
                    group.addTask {
                        var (acknowledged, failed) = (0, 0)
                        let key = ReplyLogKey(user: user, name: "writer-\(writer)")
                        for _ in 0..<count / 20 {
                            do {
                                let next = acknowledged + 1
                                try await redis.replyLog.append(
                                    [Array("\(next)".utf8)], at: next, to: key, expiringAfter: .seconds(600))
                                acknowledged = next
                            } catch let error as CompanionError {
                                #expect([.unavailable, .timedOut].contains(error.code), "\(error)")
                                failed += 1
                            }
                        }
                        return (acknowledged, failed)
                    }
                    group.addTask { [self] in
                        // Beside them, connections come and go.
                        for _ in 0..<10 {
                            try await Task.sleep(for: .milliseconds(writer + 1))
                            _ = try? await redis.cache.value(for: "k", in: namespace)
                        }
                        return (0, 0)
                    }
                }
                var all: [(acknowledged: Int, failed: Int)] = []
                for try await outcome in group { all.append(outcome) }
                return all
            }
            let failed = outcomes.reduce(0) { $0 + $1.failed }
            print("randomFaults: \(failed) of \(count) appends failed, over \(proxy.accepted) connections")
            #expect(proxy.accepted > 50)
            try await peer.withClient { direct in
                for writer in 0..<20 {
                    let key = ReplyLogKey(user: user, name: "writer-\(writer)")
                    let frames = try await direct.replyLog.frames(of: key, after: 0, limit: 1_000, waitingUpTo: .zero)
                    // In order, each once; and none that was acknowledged is missing.
                    #expect(frames.map(\.bytes) == (0..<frames.count).map { Array("\($0 + 1)".utf8) })
                }
                let kept = try await direct.replyLog.count(of: user)
                #expect(kept == 20)
                _ = try await direct.replyLog.removeAll(of: user)
            }
            await redis.close()
            try await eventually("no connection is left open") { proxy.openCount == 0 }
        }
        if let sockets {
            try await eventually("as many sockets are open as before") { RandomFaults.openSockets == sockets }
            print("\(sockets) sockets were open before, and are after")
        }
    }

    @Test("When the sentinels name another master, it is asked")
    func failover() async throws {
        guard let url = RedisPeer.url("REDIS_SENTINEL") else { return }
        let sentinel = RedisPeer(name: "sentinel", url: url)
        try await sentinel.withClient { redis in
            let namespace = namespace
            try await redis.cache.set([1], for: "k", in: namespace, expiringAfter: .seconds(600))
            // A replica lags behind.
            try await RawRedis.talk(port: sentinel.port, ["failover", "main"])
            let before = try await RawRedis.talk(port: sentinel.port, ["get-master-addr-by-name", "main"])
            try await eventually("another master") {
                try await RawRedis.talk(port: sentinel.port, ["get-master-addr-by-name", "main"]) != before
            }
            // What the old one takes until it knows is lost, as the documentation of Redis says.
            try await sentinel.withClient { fresh in
                try await eventually("a write at the new master") {
                    try? await redis.cache.set([2], for: "k", in: namespace, expiringAfter: .seconds(600))
                    return (try? await fresh.cache.value(for: "k", in: namespace)) == [2]
                }
            }
        }
    }
}
