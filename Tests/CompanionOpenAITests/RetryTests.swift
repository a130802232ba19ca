import CompanionCore
import CompanionOpenAI
import TestSupport
import Testing

@Suite("Retrying a request", .timeLimit(.minutes(1)))
struct RetryTests {
    /// Answers the first requests with `failures`, the next with a reply.
    static func script(_ failures: [@Sendable (ScriptedExchange) async throws -> Void]) -> ScriptedHTTPServer.Script {
        let count = Counter()
        return { exchange in
            let index = count.value
            count.add(1)
            if index < failures.count { try await failures[index](exchange) } else { try await exchange.reply("a") }
        }
    }

    /// Runs with a clock that moves as soon as somebody waits for it.
    static func hurry<Result: Sendable>(
        _ clock: SteppedClock, step: Duration = .milliseconds(500),
        _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        let task = Task(operation: body)
        let ended = Counter()
        let watcher = Task {
            _ = await task.result
            ended.add(1)
        }
        _ = await eventually {
            if clock.sleeperCount > 0 { clock.advance(by: step) }
            return ended.value > 0
        }
        await watcher.value
        return try await task.value
    }

    static let unbounded = OpenAI.Deadlines(firstToken: nil, betweenTokens: nil, total: nil)

    @Test("What may pass is tried again until a reply comes", arguments: [408, 409, 425, 429, 500, 502, 503, 504, 529])
    func statuses(status: Int) async throws {
        let failure: @Sendable (ScriptedExchange) async throws -> Void = { try await $0.respond(status, body: "no") }
        try await ScriptedHTTPServer.run(Self.script([failure, failure])) { server async throws in
            #expect(try await server.openAI().languageModel("m").events() == [.text("a"), .finish(.stop)])
            #expect(server.requests.count == 3)
        }
    }

    @Test("What can't pass is not tried again", arguments: [400, 401, 402, 403, 404, 413, 422, 501])
    func permanent(status: Int) async throws {
        try await ScriptedHTTPServer.run {
            try await $0.respond(status, body: #"{"error":{"message":"no","code":"such_is_life"}}"#)
        } _: { server async throws in
            let (events, error) = try await server.openAI().languageModel("m").failure()
            #expect(events.isEmpty && error != nil)
            #expect(server.requests.count == 1)
        }
    }

    @Test("Attempts are bounded, and the last error is thrown")
    func bounded() async throws {
        try await ScriptedHTTPServer.run {
            try await $0.respond(503)
        } _: { server async throws in
            let (_, error) = try await server.openAI(attempts: 2).languageModel("m").failure()
            #expect(error?.code == .unavailable)
            #expect(server.requests.count == 2)
        }
    }

    @Test("The wait is the one that the server asks for; one that is too long is not waited for but passed on")
    func retryAfter() async throws {
        let clock = SteppedClock()
        let script = Self.script([{ try await $0.respond(429, headers: [("Retry-After", "20")]) }])
        try await ScriptedHTTPServer.run(script) { server async throws in
            let model = server.openAI(clock: clock, deadlines: Self.unbounded).languageModel("m")
            let events = try await Self.hurry(clock) { try await model.events() }
            #expect(events.last == .finish(.stop))
            #expect(clock.sleeps == [.seconds(20)])
        }
        try await ScriptedHTTPServer.run {
            try await $0.respond(429, headers: [("Retry-After", "3600")])
        } _: { server async throws in
            let (_, error) = try await server.openAI().languageModel("m").failure()
            #expect(error?.code == .rateLimited && error?.retry == .after(.seconds(3600)))
            #expect(server.requests.count == 1)
        }
    }

    @Test("A connection that is cut before an answer, or before its first token, is opened again")
    func connections() async throws {
        let script = Self.script([
            { try await $0.cut() },
            { exchange in
                try await exchange.begin()
                try await exchange.send(": hello\n\n")
                try await exchange.cut()
            },
        ])
        try await ScriptedHTTPServer.run(script) { server async throws in
            #expect(try await server.openAI().languageModel("m").events() == [.text("a"), .finish(.stop)])
            #expect(server.requests.count == 3)
        }
    }

    @Test("A kept connection that the server closed meanwhile is no failure")
    func keptConnection() async throws {
        let closes = Counter()
        try await ScriptedHTTPServer.run { exchange in
            try await exchange.reply("a")
            closes.add(1)
            try await exchange.cut()
        } _: { server async throws in
            let model = server.openAI().languageModel("m")
            for _ in 0..<10 { #expect(try await model.events() == [.text("a"), .finish(.stop)]) }
        }
    }

    @Test("An error as the stream's first event is tried again; a later one is not")
    func errorEvents() async throws {
        let overloaded = "data: {\"error\":{\"message\":\"overloaded\",\"code\":503}}\n\n"
        let script = Self.script([
            { exchange in
                try await exchange.begin()
                try await exchange.send(overloaded)
                try await exchange.end()
            }
        ])
        try await ScriptedHTTPServer.run(script) { server async throws in
            #expect(try await server.openAI().languageModel("m").events() == [.text("a"), .finish(.stop)])
        }
        try await ScriptedHTTPServer.run { exchange in
            try await exchange.begin()
            try await exchange.send(chunk("a") + overloaded)
            try await exchange.end()
        } _: { server async throws in
            let (events, error) = try await server.openAI().languageModel("m").failure()
            #expect(events == [.text("a")])
            #expect(error?.code == .unavailable)
            #expect(server.requests.count == 1)
        }
    }

    @Test("Cancelling ends the wait between attempts")
    func cancelledWait() async throws {
        let clock = SteppedClock()
        try await ScriptedHTTPServer.run {
            try await $0.respond(429, headers: [("Retry-After", "20")])
        } _: { server async throws in
            let model = server.openAI(clock: clock, deadlines: Self.unbounded).languageModel("m")
            let task = Task { try await model.events() }
            #expect(await eventually { clock.sleeperCount == 1 })
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(server.requests.count == 1)
        }
    }

    @Test("A silent server times out before the first token, and after it")
    func deadlines() async throws {
        let deadlines = OpenAI.Deadlines(firstToken: .seconds(40), betweenTokens: .seconds(5), total: nil)
        for firstToken in [false, true] {
            let clock = SteppedClock()
            let arrived = Gate()
            try await ScriptedHTTPServer.run { exchange in
                try await exchange.begin()
                if firstToken { try await exchange.send(chunk("a")) }
                try await exchange.disconnected()
            } _: { server async throws in
                let model = server.openAI(clock: clock, attempts: 1, deadlines: deadlines).languageModel("m")
                let task = Task {
                    try await model.withResponse(to: greeting, isolation: nil) { stream async throws in
                        for try await _ in stream { arrived.open() }
                    }
                }
                if firstToken { await arrived.wait() }
                #expect(await eventually { !server.requests.isEmpty && clock.sleeperCount > 0 })
                await #expect { try await Self.hurry(clock) { try await task.value } } throws: {
                    ($0 as? CompanionError)?.code == .timedOut
                }
            }
        }
    }
}
