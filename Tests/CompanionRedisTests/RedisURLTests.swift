import CompanionCore
import CompanionRedis
import Testing

@testable import CompanionRedis

@Suite("Addresses of Redis")
struct RedisURLTests {
    @Test("All forms are read")
    func forms() throws {
        let plain = try RedisURL("redis://localhost")
        #expect(plain.endpoints == [.tcp(host: "localhost", port: 6_379)])
        #expect(plain.database == 0 && plain.user == nil && plain.password == nil && !plain.isEncrypted)
        let full = try RedisURL("rediss://ada:p%40ss%2Fw@cache.example:7000/3?cafile=/etc/ca.pem")
        #expect(full.endpoints == [.tcp(host: "cache.example", port: 7_000)])
        #expect(full.user == "ada" && full.password == "p@ss/w" && full.database == 3 && full.isEncrypted)
        #expect(full.trustedRoots == "/etc/ca.pem")
        let socket = try RedisURL("redis+unix://:secret@/run/redis.sock?db=2")
        #expect(socket.endpoints == [.unix(path: "/run/redis.sock")] && socket.password == "secret")
        #expect(socket.database == 2 && socket.user == nil)
        let cluster = try RedisURL("redis://a:1,b:2,[::1]:3/?cluster=true")
        #expect(cluster.topology == .cluster)
        #expect(cluster.endpoints == [.tcp(host: "a", port: 1), .tcp(host: "b", port: 2), .tcp(host: "::1", port: 3)])
        let sentinel = try RedisURL("redis://a,b/1?sentinel=main")
        #expect(sentinel.topology == .sentinel(master: "main") && sentinel.database == 1)
        #expect(sentinel.endpoints == [.tcp(host: "a", port: 26_379), .tcp(host: "b", port: 26_379)])
    }

    @Test(
        "What is wrong is said without the address",
        arguments: [
            "", "localhost", "http://secret", "redis://secret:x/", "redis://a:0", "redis://a:65536", "redis://a/secret",
            "redis://a,b/", "redis://a/1?cluster=true", "redis://a?secret=1", "redis://%zz@a", "redis+unix://secret",
            "rediss://a?certfile=secret", "redis://a?cafile=secret", "redis://[::1", "redis://a?cluster=secret",
            "redis://a?sentinel=",
        ])
    func faults(_ url: String) throws {
        let error = try #require(throws: CompanionError.self) { try RedisURL(url) }
        #expect(error.code == .invalidInput)
        #expect(!error.description.contains("secret"))
    }

    @Test("A prefix that keys can't begin with is refused")
    func prefix() {
        for prefix in ["", "A", "a:b", "{a}", String(repeating: "a", count: 65)] {
            #expect(throws: CompanionError.self) {
                try Redis(configuration: .init(url: "redis://localhost", prefix: prefix))
            }
        }
    }
}
