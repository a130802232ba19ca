import CompanionCore
import CompanionOpenAI
import TestSupport
import Testing

@Suite("Chat Completions over HTTP", .timeLimit(.minutes(1)))
struct ChatCompletionsTests {
    @Test("A streamed reply arrives piece by piece, then what it cost, then its end")
    func streams() async throws {
        try await ScriptedHTTPServer.run { exchange in
            try await exchange.begin()
            for text in ["Hel", "lo", "."] { try await exchange.send(chunk(text)) }
            try await exchange.send(#"data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"# + "\n\n")
            try await exchange.send(
                #"data: {"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":3}}"# + "\n\ndata: [DONE]\n\n")
            try await exchange.end()
        } _: { server async throws in
            let model = server.openAI().languageModel("m")
            #expect(
                try await model.events() == [
                    .text("Hel"), .text("lo"), .text("."), .usage(TokenUsage(promptTokens: 9, completionTokens: 3)),
                    .finish(.stop),
                ])
            let request = try #require(server.requests.first)
            #expect(request.path == "/v1/chat/completions")
            #expect(request.header("authorization") == "Bearer sk-hunter2")
            #expect(request.header("content-type") == "application/json")
        }
    }

    @Test("Each event can be read before the server goes on, also where a character is cut by the network")
    func promptness() async throws {
        let next = Gate()
        try await ScriptedHTTPServer.run { exchange in
            try await exchange.begin()
            let bytes = Array(chunk("😀").utf8)
            let cut = try #require(bytes.firstIndex(of: 0xF0)) + 2
            try await exchange.send(chunk("a"))
            await next.wait()
            try await exchange.send(Array(bytes[..<cut]))
            try await exchange.send(Array(bytes[cut...]))
            try await exchange.send(ending)
            try await exchange.end()
        } _: { server async throws in
            try await server.openAI().languageModel("m").withResponse(to: greeting, isolation: nil) {
                stream async throws in
                var iterator = stream.makeAsyncIterator()
                #expect(try await iterator.next() == .text("a"))
                next.open()
                #expect(try await iterator.next() == .text("😀"))
                #expect(try await iterator.next() == .finish(.stop))
                #expect(try await iterator.next() == nil)
                #expect(try await iterator.next() == nil)
            }
        }
    }

    @Test("Nothing is sent before the first event is asked for")
    func laziness() async throws {
        try await ScriptedHTTPServer.run {
            try await $0.reply("a")
        } _: { server async throws in
            let model = server.openAI().languageModel("m")
            try await model.withResponse(to: greeting, isolation: nil) { _ in }
            #expect(server.connectionCount == 0)
        }
    }

    @Test("Leaving the scope after an event closes the connection")
    func leaving() async throws {
        let gone = Gate()
        try await ScriptedHTTPServer.run { exchange in
            try await exchange.begin()
            try await exchange.send(chunk("a"))
            try await exchange.disconnected()
            gone.open()
        } _: { server async throws in
            struct Enough: Error {}
            await #expect(throws: Enough.self) {
                try await server.openAI().languageModel("m").withResponse(to: greeting, isolation: nil) {
                    stream async throws in
                    for try await _ in stream { throw Enough() }
                }
            }
            await gone.wait()
        }
    }

    @Test(
        "Cancelling reaches the server within one chunk, while it is silent and while it talks",
        arguments: [true, false])
    func cancelling(talks: Bool) async throws {
        let (gone, reading) = (Gate(), Gate())
        try await ScriptedHTTPServer.run { exchange in
            try await exchange.begin()
            try await exchange.send(chunk("a"))
            while talks {
                do { try await exchange.send(chunk("b")) } catch { break }
            }
            try await exchange.disconnected()
            gone.open()
        } _: { server async throws in
            let model = server.openAI().languageModel("m")
            let task = Task {
                try await model.withResponse(to: greeting, isolation: nil) { stream async throws in
                    for try await _ in stream { reading.open() }
                }
            }
            await reading.wait()
            task.cancel()
            await gone.wait()
            await #expect(throws: CancellationError.self) { try await task.value }
        }
    }

    @Test("A reply that is cut throws after what arrived; it is not asked for again")
    func cut() async throws {
        try await ScriptedHTTPServer.run { exchange in
            try await exchange.begin()
            try await exchange.send(chunk("a"))
            try await exchange.cut()
        } _: { server async throws in
            let (events, error) = try await server.openAI().languageModel("m").failure()
            #expect(events == [.text("a")])
            #expect(error?.code == .unavailable)
            #expect(server.requests.count == 1)
        }
    }

    @Test("A connection that breaks after the reason of the end took nothing away")
    func cutAfterReason() async throws {
        try await ScriptedHTTPServer.run { exchange in
            try await exchange.begin()
            try await exchange.send(chunk("a") + #"data: {"choices":[{"delta":{},"finish_reason":"length"}]}"# + "\n\n")
            try await exchange.cut()
        } _: { server async throws in
            #expect(try await server.openAI().languageModel("m").events() == [.text("a"), .finish(.length)])
        }
    }

    @Test("A server that answers in one piece is understood")
    func wholeReply() async throws {
        try await ScriptedHTTPServer.run { exchange in
            try await exchange.respond(
                headers: [("Content-Type", "application/json; charset=utf-8")],
                body: #"{"choices":[{"message":{"content":"Hi"},"finish_reason":"stop"}]}"#)
        } _: { server async throws in
            #expect(try await server.openAI().languageModel("m").events() == [.text("Hi"), .finish(.stop)])
        }
    }

    @Test("The caller's actor is kept: the scope's body runs on it")
    @MainActor func isolation() async throws {
        try await ScriptedHTTPServer.run {
            try await $0.reply("a")
        } _: { server async throws in
            let model = server.openAI().languageModel("m")
            try await model.withResponse(to: greeting, isolation: #isolation) { stream in
                for try await _ in stream { MainActor.assertIsolated() }
            }
        }
    }

    @Test(
        "Base URLs with and without a path, a key, user information",
        arguments: [
            ("", "sk-hunter2", "/v1/chat/completions", "Bearer sk-hunter2"), ("/v1/", nil, "/v1/chat/completions", nil),
            ("/api/v3?version=1", "", "/api/v3/chat/completions?version=1", nil),
        ] as [(String, String?, String, String?)])
    func addresses(path: String, key: String?, expected: String, authorization: String?) async throws {
        try await ScriptedHTTPServer.run {
            try await $0.reply("a")
        } _: { server async throws in
            _ = try await server.openAI(key: key, path: path).languageModel("m").events()
            let request = try #require(server.requests.first)
            #expect(request.path == expected)
            #expect(request.header("authorization") == authorization)
        }
    }

    @Test("Headers of the configuration are sent, and replace ours")
    func headers() async throws {
        try await ScriptedHTTPServer.run {
            try await $0.reply("a")
        } _: { server async throws in
            let base = server.url.split(separator: "//", maxSplits: 1).last ?? ""
            let configuration = OpenAI.Configuration(
                baseURL: "http://me:pass@\(base)", organization: "org", project: "proj",
                extraHeaders: ["X-Title": "Companion", "user-agent": "mine"])
            _ = try await OpenAI(configuration: configuration).languageModel("m").events()
            let request = try #require(server.requests.first)
            #expect(request.header("OpenAI-Organization") == "org" && request.header("OpenAI-Project") == "proj")
            #expect(request.header("X-Title") == "Companion" && request.header("User-Agent") == "mine")
            #expect(request.header("Authorization") == "Basic bWU6cGFzcw==")
        }
    }

    @Test("A base URL that is none is invalid input, thrown by the stream")
    func invalidAddress() async throws {
        let (_, error) = try await OpenAI(configuration: .init(baseURL: "localhost")).languageModel("m").failure()
        #expect(error?.code == .invalidInput)
    }

    @Test("The key shows in no description, dump or error")
    func secrets() async throws {
        try await ScriptedHTTPServer.run {
            try await $0.respond(401, body: #"{"error":{"message":"Incorrect API key provided: sk-hunter2"}}"#)
        } _: { server async throws in
            let openAI = server.openAI()
            let (_, error) = try await openAI.languageModel("m").failure()
            #expect(error?.code == .unauthenticated)
            var texts = [
                "\(openAI)", String(reflecting: openAI), "\(openAI.languageModel("m"))", "\(openAI.configuration)",
            ]
            texts += [error.map { String(reflecting: $0) } ?? "", error.map { "\($0)" } ?? ""]
            for text in texts { #expect(!text.contains("hunter2"), "\(text)") }
            var dumped = ""
            dump(openAI.languageModel("m"), to: &dumped)
            dump(error, to: &dumped)
            #expect(!dumped.contains("hunter2"))
        }
    }

    @Test("The names of models are listed; a list that is none is malformed")
    func models() async throws {
        try await ScriptedHTTPServer.run { exchange in
            #expect(exchange.request.method == "GET")
            let isV1 = exchange.request.path == "/v1/models"
            try await exchange.respond(
                headers: [("Content-Type", "application/json")],
                body: isV1 ? #"{"object":"list","data":[{"id":"b"},{"id":"a"},{"x":1}]}"# : "<html>")
        } _: { server async throws in
            #expect(try await server.openAI().models() == ["b", "a"])
            await #expect { try await server.openAI(path: "/x").models() } throws: {
                ($0 as? CompanionError)?.code == .malformedResponse
            }
        }
    }
}
