import CompanionCore
import TestSupport
import Testing

@testable import _CompanionHTTP

@Suite("Calls", .timeLimit(.minutes(1)))
struct HTTPCallTests {
    static func call<Result>(
        _ transport: HTTPTransport = HTTPTransport(), deadlines: HTTPDeadlines = .init(),
        clock: any WallClock = SystemClock(),
        isolation: isolated (any Actor)? = #isolation, _ body: (HTTPCall) async throws -> Result
    ) async throws -> Result {
        try await transport.withCall(to: "The server", deadlines: deadlines, clock: clock, body)
    }

    static func text(_ call: HTTPCall) async throws -> String {
        String(decoding: try await call.collect(1 << 20).bytes, as: UTF8.self)
    }

    @Test("A request arrives as it was made, and its answer as it was sent")
    func roundTrip() async throws {
        try await ScriptedHTTPServer.run { exchange in
            try await exchange.begin(201, headers: [("X-Custom", "yes")])
            for piece in ["a", "bc", "", "def"] { try await exchange.send(piece) }
            try await exchange.end()
        } _: { server in
            let request = HTTPRequest(
                .put, server.url + "/a?b=c", headers: HTTPHeaderFields([("X-Name", "value")]), body: Array("body".utf8))
            try await Self.call { call in
                let head = try await call.send(request)
                #expect(head.status == 201)
                #expect(head.headers["x-custom"] == "yes")
                #expect(try await Self.text(call) == "abcdef")
                #expect(try await call.next() == nil)
            }
            let seen = try #require(server.requests.first)
            #expect(seen.method == "PUT" && seen.path == "/a?b=c" && seen.header("x-name") == "value")
            #expect(seen.body == Array("body".utf8))
        }
    }

    @Test("Leaving before the end closes the connection before the scope ends")
    func leaving() async throws {
        let gone = Gate()
        try await ScriptedHTTPServer.run { exchange in
            try await exchange.begin()
            try await exchange.send("x")
            try await exchange.disconnected()
            gone.open()
        } _: { server in
            try await Self.call { call in
                _ = try await call.send(HTTPRequest(.get, server.url))
                #expect(try await call.next() == [UInt8(ascii: "x")])
            }
            await gone.wait()
        }
    }

    @Test("Cancelling closes the connection while nobody pulls, and while somebody waits", arguments: [true, false])
    func cancelling(waits: Bool) async throws {
        let (gone, isReading) = (Gate(), Gate())
        try await ScriptedHTTPServer.run { exchange in
            try await exchange.begin()
            try await exchange.send("x")
            try await exchange.disconnected()
            gone.open()
        } _: { server in
            let url = server.url
            let task = Task {
                try await Self.call { call in
                    _ = try await call.send(HTTPRequest(.get, url))
                    _ = try await call.next()
                    isReading.open()
                    if !waits { await gone.wait() }
                    _ = try await call.next()
                }
            }
            await isReading.wait()
            task.cancel()
            await gone.wait()
            await #expect(throws: CancellationError.self) { try await task.value }
        }
    }

    @Test("A whole answer leaves its connection to the next call, also when its end was not asked for")
    func reuse() async throws {
        try await ScriptedHTTPServer.run { exchange in
            try await exchange.begin()
            try await exchange.send("data: [DONE]\n\n")
            try await exchange.end()
        } _: { server in
            let transport = HTTPTransport()
            for _ in 0..<5 {
                try await Self.call(transport) { call in
                    _ = try await call.send(HTTPRequest(.get, server.url))
                    _ = try await call.next()
                    call.markComplete()
                }
            }
            #expect(server.requests.count == 5)
            #expect(server.connectionCount <= 2)
        }
    }

    @Test("A complete answer whose connection the server never ends is closed after a moment")
    func grace() async throws {
        let gone = Gate()
        try await ScriptedHTTPServer.run { exchange in
            try await exchange.begin()
            try await exchange.send("data: [DONE]\n\n")
            try await exchange.disconnected()
            gone.open()
        } _: { server in
            let transport = HTTPTransport()
            try await Self.call(transport) { call in
                _ = try await call.send(HTTPRequest(.get, server.url))
                _ = try await call.next()
                call.markComplete()
            }
            await gone.wait()
        }
    }

    @Test("An error's body is read as far as its bound, and a bound is no reason to wait for the rest")
    func errorBody() async throws {
        try await ScriptedHTTPServer.run { exchange in
            try await exchange.begin(500, headers: [("x-request-id", "r1")])
            let block = [UInt8](repeating: 0x61, count: 32 * 1024)
            while true { try await exchange.send(block) }
        } _: { server in
            try await Self.call { call in
                do {
                    _ = try await call.send(HTTPRequest(.get, server.url))
                    Issue.record("an error passed as an answer")
                } catch let failure as HTTPFailure {
                    #expect(failure.status == 500 && failure.requestID == "r1")
                    #expect(failure.body.count == HTTPFailure.maximumBodySize)
                }
            }
        }
    }

    @Test("What arrived before the connection broke can be taken")
    func broken() async throws {
        try await ScriptedHTTPServer.run { exchange in
            try await exchange.begin()
            try await exchange.send("first half")
            try await exchange.cut()
        } _: { server in
            try await Self.call { call in
                _ = try await call.send(HTTPRequest(.get, server.url))
                var text: [UInt8] = []
                do {
                    while let bytes = try await call.next() { text += bytes }
                    Issue.record("a broken answer passed as whole")
                } catch let error as CompanionError {
                    #expect(error.code == .unavailable && error.retry == .backOff)
                }
                #expect(text == Array("first half".utf8))
            }
        }
    }

    @Test("A server that is not there is unavailable at once, and its address is named")
    func unreachable() async throws {
        let url = try await ScriptedHTTPServer.run { _ in
        } _: {
            $0.url
        }
        do {
            _ = try await Self.call { try await $0.send(HTTPRequest(.get, url + "/v1/x")) }
            Issue.record("answered by nobody")
        } catch let error as CompanionError {
            #expect(error.code == .unavailable && error.retry == .backOff)
            #expect(error.message.contains(url))
        }
    }

    @Test("Who reads slowly slows the server down, and not our memory")
    func backPressure() async throws {
        let sent = Counter()
        try await ScriptedHTTPServer.run { exchange in
            try await exchange.begin()
            let block = [UInt8](repeating: 0x61, count: 64 * 1024)
            for _ in 0..<1024 {
                try await exchange.send(block)
                sent.add(block.count)
            }
            try await exchange.end()
        } _: { server in
            try await Self.call { call in
                _ = try await call.send(HTTPRequest(.get, server.url))
                _ = try await call.next()
                // The system's buffers fill up, then the server must wait.
                var last = -1
                while last != sent.value {
                    last = sent.value
                    try await Task.sleep(for: .milliseconds(100))
                }
                #expect(sent.value < 32 << 20)
                var count = 0
                while let bytes = try await call.next() { count += bytes.count }
                #expect(count > 60 << 20)
            }
        }
    }

    @Test("Many calls at the same time do not wait for each other")
    func concurrency() async throws {
        let all = Gate()
        let begun = Counter()
        try await ScriptedHTTPServer.run { exchange in
            try await exchange.begin()
            begun.add(1)
            if begun.value == 64 { all.open() }
            await all.wait()
            try await exchange.send("x")
            try await exchange.end()
        } _: { server in
            let transport = HTTPTransport()
            let url = server.url
            try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<64 {
                    group.addTask {
                        try await Self.call(transport) { call in
                            _ = try await call.send(HTTPRequest(.get, url))
                            return try await Self.text(call)
                        }
                    }
                }
                for try await text in group { #expect(text == "x") }
            }
        }
    }
}
