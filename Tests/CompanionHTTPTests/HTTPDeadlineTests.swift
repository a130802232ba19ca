import CompanionCore
import Foundation
import TestSupport
import Testing
import _CompanionHTTP

@Suite("Deadlines", .timeLimit(.minutes(1)))
struct HTTPDeadlineTests {
    /// Calls a server that sends nothing but what `script` says, while the clock runs fast.
    static func run(
        _ deadlines: HTTPDeadlines, script: @escaping ScriptedHTTPServer.Script,
        _ body: @escaping @Sendable (HTTPCall, String) async throws -> Void
    ) async throws -> (error: CompanionError?, elapsed: Duration) {
        let clock = SteppedClock()
        let start = clock.now
        return try await ScriptedHTTPServer.run(script) { server in
            let url = server.url
            let task = Task {
                try await HTTPTransport().withCall(to: "The server", deadlines: deadlines, clock: clock) {
                    try await body($0, url)
                }
            }
            let ended = Counter()
            let watcher = Task {
                _ = await task.result
                ended.add(1)
            }
            _ = await eventually {
                if clock.sleeperCount > 0 { clock.advance(by: .milliseconds(100)) }
                return ended.value > 0
            }
            await watcher.value
            let elapsed = Duration.seconds(clock.now.timeIntervalSince(start))
            do {
                try await task.value
                return (nil, elapsed)
            } catch {
                return (error as? CompanionError, elapsed)
            }
        }
    }

    @Test("A server that does not answer is given up, and sees it")
    func noAnswer() async throws {
        let gone = Gate()
        let (error, elapsed) = try await Self.run(.init(first: .seconds(30))) { exchange in
            try await exchange.disconnected()
            gone.open()
        } _: { call, url in
            _ = try await call.send(HTTPRequest(.get, url))
        }
        await gone.wait()
        #expect(error?.code == .timedOut && error?.retry == .backOff)
        #expect(elapsed >= .seconds(30), "\(elapsed)")
    }

    @Test("Before the first thing of use, other bytes do not move the deadline")
    func noFirst() async throws {
        let (error, _) = try await Self.run(.init(first: .seconds(30), between: .seconds(1000))) { exchange in
            try await exchange.begin()
            try await exchange.send(": still thinking\n\n")
            try await exchange.disconnected()
        } _: { call, url in
            _ = try await call.send(HTTPRequest(.get, url))
            while try await call.next() != nil {}
        }
        #expect(error?.code == .timedOut)
    }

    @Test("After it, only the silence counts")
    func between() async throws {
        let next = Gate()
        let (error, elapsed) = try await Self.run(.init(first: .seconds(100_000), between: .seconds(20))) { exchange in
            try await exchange.begin()
            try await exchange.send("a")
            await next.wait()
            try await exchange.send("b")
            try await exchange.disconnected()
        } _: { call, url in
            _ = try await call.send(HTTPRequest(.get, url))
            _ = try await call.next()
            call.markFirst()
            next.open()
            while try await call.next() != nil {}
        }
        #expect(error?.code == .timedOut)
        #expect(elapsed >= .seconds(20), "\(elapsed)")
    }

    @Test("The reader's own time is not the server's silence")
    func slowReader() async throws {
        let clock = SteppedClock()
        try await ScriptedHTTPServer.run { exchange in
            try await exchange.begin()
            try await exchange.send("a")
            try await exchange.end()
        } _: { server in
            try await HTTPTransport().withCall(to: "It", deadlines: .init(between: .seconds(20)), clock: clock) {
                call in
                _ = try await call.send(HTTPRequest(.get, server.url))
                _ = try await call.next()
                call.markFirst()
                for _ in 0..<10 {
                    #expect(await eventually { clock.sleeperCount > 0 })
                    clock.advance(by: .seconds(20))
                }
                #expect(try await call.next() == nil)
            }
        }
    }

    @Test("The total bounds a call that never falls silent")
    func total() async throws {
        let (error, elapsed) = try await Self.run(.init(total: .seconds(10))) { exchange in
            try await exchange.begin()
            while true { try await exchange.send("a") }
        } _: { call, url in
            _ = try await call.send(HTTPRequest(.get, url))
            while try await call.next() != nil {}
        }
        #expect(error?.code == .timedOut)
        #expect(elapsed >= .seconds(10), "\(elapsed)")
    }

    @Test("A clock that is set back starts the wait anew and ends nothing")
    func clockSetBack() async throws {
        let (clock, answered) = (SteppedClock(), Gate())
        try await ScriptedHTTPServer.run { exchange in
            await answered.wait()
            try await exchange.respond(body: "ok")
        } _: { server in
            let url = server.url
            async let text = HTTPTransport().withCall(
                to: "It", deadlines: .init(first: .seconds(20), total: .seconds(20)), clock: clock
            ) {
                _ = try await $0.send(HTTPRequest(.get, url))
                return try await $0.collect(10).bytes
            }
            #expect(await eventually { clock.sleeperCount > 0 && !server.requests.isEmpty })
            clock.advance(by: .seconds(-5000))
            clock.advance(by: .seconds(19))
            answered.open()
            let received = try await text
            #expect(received == Array("ok".utf8))
        }
    }

    @Test("A call without deadlines leaves the clock alone")
    func none() async throws {
        let clock = SteppedClock()
        try await ScriptedHTTPServer.run {
            try await $0.respond(body: "ok")
        } _: { server in
            try await HTTPTransport().withCall(to: "It", deadlines: .init(), clock: clock) { call in
                _ = try await call.send(HTTPRequest(.get, server.url))
            }
        }
        #expect(clock.sleeps.isEmpty)
    }
}
