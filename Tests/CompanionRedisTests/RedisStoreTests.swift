import CompanionCore
import CompanionRedis
import CompanionTesting
import Testing

@Suite("What Redis keeps", .enabled(if: !RedisPeer.all.isEmpty, "no Redis was started"))
struct RedisStoreTests {
    @Test("Its cache keeps the port's contract", arguments: RedisPeer.all, CacheConformance.checks)
    func cache(_ peer: RedisPeer, _ check: CacheConformance.Check) async throws {
        try await check.run(on: CacheSubject(cache: try peer.client().cache, time: .real()))
    }

    @Test("Its rate limiter keeps the port's contract", arguments: RedisPeer.all, RateLimiterConformance.checks)
    func rateLimiter(_ peer: RedisPeer, _ check: RateLimiterConformance.Check) async throws {
        let time = ConformanceTime.real(unit: .seconds(1))
        try await check.run(on: RateLimiterSubject(limiter: try peer.client().rateLimiter, time: time))
    }

    @Test("Its log of replies keeps the port's contract", arguments: RedisPeer.all, ReplyLogConformance.checks)
    func replyLog(_ peer: RedisPeer, _ check: ReplyLogConformance.Check) async throws {
        try await check.run(on: ReplyLogSubject(log: try peer.client().replyLog, time: .real()))
    }

    @Test("Two clients share what is kept, and one that waits hears of the other's frames", arguments: RedisPeer.all)
    func shared(_ peer: RedisPeer) async throws {
        let user: User.ID = IdentifierGenerator().next()
        try await peer.withClient { one in
            try await peer.withClient { other in
                try await one.cache.set([1], for: "k", in: .user(user, "test"), expiringAfter: .seconds(60))
                #expect(try await other.cache.value(for: "k", in: .user(user, "test")) == [1])
                let limit = RateLimit("shared", count: 1, per: .seconds(3_600))
                #expect(try await one.rateLimiter.take(1, for: .user(user), within: [limit]).isAllowed)
                #expect(try await !other.rateLimiter.take(1, for: .user(user), within: [limit]).isAllowed)
                let key = ReplyLogKey(user: user, name: "reply")
                async let waiting = other.replyLog.frames(of: key, after: 0, limit: 1, waitingUpTo: .seconds(60))
                try await one.replyLog.append([[7]], at: 1, to: key, expiringAfter: .seconds(60))
                #expect(try await waiting == [ReplyFrame(sequence: 1, bytes: [7])])
            }
        }
    }

    @Test("Other prefixes see nothing of it", arguments: RedisPeer.all)
    func prefixes(_ peer: RedisPeer) async throws {
        let user: User.ID = IdentifierGenerator().next()
        try await peer.withClient { one in
            try await one.cache.set([1], for: "k", in: .user(user, "test"), expiringAfter: .seconds(60))
            let elsewhere = { (configuration: inout Redis.Configuration) in configuration.prefix = "companion-other" }
            try await peer.withClient(elsewhere) { other in
                let (value, count) = (
                    try await other.cache.value(for: "k", in: .user(user, "test")),
                    try await other.cache.count(of: user)
                )
                #expect(value == nil)
                #expect(count == 0)
            }
        }
    }

    @Test("More keys of a person than one step takes are counted and removed", arguments: RedisPeer.all)
    func manyKeys(_ peer: RedisPeer) async throws {
        let user: User.ID = IdentifierGenerator().next()
        try await peer.withClient { redis in
            try await withThrowingTaskGroup { group in
                for number in 0..<1_203 {
                    group.addTask {
                        try await redis.cache.set(
                            [1], for: "\(number)", in: .user(user, "test"), expiringAfter: .seconds(600))
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await redis.cache.count(of: user) == 1_203)
            #expect(try await redis.cache.removeAll(of: user) == 1_203)
            #expect(try await redis.cache.count(of: user) == 0)
        }
    }
}
