import CompanionCore
import Testing
import _CompanionHTTP

@testable import CompanionOpenAI

@Suite("What streams mean")
struct ReplyStateTests {
    /// The events of a stream, and the error that it ends in.
    static func read(
        _ stream: String, api: OpenAILanguageModel.API.Kind = .chatCompletions, stops: [String] = []
    ) -> (events: [LanguageModelEvent], error: CompanionError?) {
        var parser = ServerSentEventParser()
        var state = ReplyState(api: api, peer: "The server", stopSequences: stops)
        var events: [LanguageModelEvent] = []
        parser.append(Array(stream.utf8))
        do {
            while !state.isOver, let step = try parser.next({ try state.read($0) }) {
                if let event = step { events.append(event) }
            }
            events += try state.ending()
            return (events, nil)
        } catch {
            return (events, error as? CompanionError)
        }
    }

    static func stream(_ chunks: String..., done: Bool = true) -> String {
        chunks.map { "data: \($0)\n\n" }.joined() + (done ? "data: [DONE]\n\n" : "")
    }

    // MARK: Chat Completions

    @Test("OpenAI: role, text, reason, usage, end")
    func openAI() {
        let (events, error) = Self.read(
            Self.stream(
                #"{"id":"c","choices":[{"index":0,"delta":{"role":"assistant","content":"","refusal":null},"logprobs":null,"finish_reason":null}],"usage":null}"#,
                #"{"id":"c","choices":[{"index":0,"delta":{"content":"Hi"},"logprobs":null,"finish_reason":null}],"usage":null}"#,
                #"{"id":"c","choices":[{"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}],"usage":null}"#,
                #"{"id":"c","choices":[],"usage":{"prompt_tokens":19,"completion_tokens":10,"total_tokens":29,"prompt_tokens_details":{"cached_tokens":3,"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":0}}}"#
            ))
        #expect(error == nil)
        #expect(
            events == [
                .text("Hi"), .usage(TokenUsage(promptTokens: 19, cachedPromptTokens: 3, completionTokens: 10)),
                .finish(.stop),
            ])
    }

    @Test("Usage with every chunk counts once, the last one")
    func runningUsage() {
        let (events, _) = Self.read(
            Self.stream(
                #"{"choices":[{"delta":{"content":"a"}}],"usage":{"prompt_tokens":5,"completion_tokens":1}}"#,
                #"{"choices":[{"delta":{"content":"b"},"finish_reason":"length"}],"usage":{"prompt_tokens":5,"completion_tokens":2}}"#
            ))
        #expect(
            events == [
                .text("a"), .text("b"), .usage(TokenUsage(promptTokens: 5, completionTokens: 2)), .finish(.length),
            ])
    }

    @Test("A refusal comes in its own pieces and is the reason of the end")
    func refusal() {
        let (events, _) = Self.read(
            Self.stream(
                #"{"choices":[{"delta":{"role":"assistant","content":null,"refusal":"I'm "}}]}"#,
                #"{"choices":[{"delta":{"refusal":"sorry."}}]}"#, #"{"choices":[{"delta":{},"finish_reason":"stop"}]}"#)
        )
        #expect(events == [.refusal("I'm "), .refusal("sorry."), .finish(.refusal)])
    }

    @Test(
        "Reasons of the end",
        arguments: [
            ("stop", FinishReason.stop), ("length", .length), ("content_filter", .contentFilter), ("eos", .stop),
            ("tool_calls", .other), ("something_new", .other),
        ])
    func reasons(name: String, reason: FinishReason) {
        let (events, _) = Self.read(Self.stream(#"{"choices":[{"delta":{},"finish_reason":"\#(name)"}]}"#))
        #expect(events == [.finish(reason)])
    }

    @Test("The end without [DONE] is whole after a reason, and the reason may be missing before [DONE]")
    func leniency() {
        let said = #"{"choices":[{"delta":{"content":"a"}}]}"#
        let reason = #"{"choices":[{"delta":{},"finish_reason":"stop"}]}"#
        #expect(Self.read(Self.stream(said, reason, done: false)).events == [.text("a"), .finish(.stop)])
        #expect(Self.read(Self.stream(said)).events == [.text("a"), .finish(.stop)])
    }

    @Test("The end without a reason and without [DONE] broke off")
    func brokenOff() {
        let (events, error) = Self.read(Self.stream(#"{"choices":[{"delta":{"content":"a"}}]}"#, done: false))
        #expect(events == [.text("a")])
        #expect(error?.code == .unavailable)
    }

    @Test("What is not known is passed over: empty data, comments, other events, other fields, empty choices")
    func unknown() {
        let text = """
            : OPENROUTER PROCESSING

            event: ping
            data:

            data: {"type":"ping"}

            data: {"choices":[]}

            data: {"choices":[{"delta":{"role":"assistant","reasoning_content":"Hm."}}],"x_groq":{"id":"1"}}

            data: {"choices":[{"delta":{"tool_calls":[{"index":0}]}}]}

            data: {"choices":[{"text":"legacy","delta":null}],"error":null}

            data: {"choices":[{"delta":{"content":"a"},"finish_reason":"stop"}]}


            """
        #expect(Self.read(text).events == [.text("a"), .finish(.stop)])
    }

    @Test("Content in parts is read as a whole; what the model thought is none of it")
    func parts() {
        let (events, _) = Self.read(
            Self.stream(
                #"{"choices":[{"delta":{"content":[{"type":"thinking","thinking":[{"type":"text","text":"Hm"}]}]}}]}"#,
                #"{"choices":[{"delta":{"content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]},"finish_reason":"stop"}]}"#
            ))
        #expect(events == [.text("ab"), .finish(.stop)])
    }

    @Test(
        "An error in the middle of the stream ends it, in whatever form it comes",
        arguments: [
            (
                #"{"error":{"message":"The server had an error","type":"server_error","param":null,"code":null}}"#,
                CompanionError.Code.unavailable
            ),
            (#"{"error":{"message":"Rate limited","code":429}}"#, .rateLimited),
            (#"{"error":{"message":"Rate limited","code":"429"}}"#, .rateLimited),
            (#"{"error":{"message":"x","type":"requests","code":"rate_limit_exceeded"}}"#, .rateLimited),
            (#"{"error":"model runner has unexpectedly stopped"}"#, .unavailable),
            (#"{"detail":"Internal error"}"#, .unavailable),
            (#"{"object":"error","message":"x","code":400}"#, .invalidInput),
            (
                #"{"id":"g","choices":[{"delta":{"content":""},"finish_reason":"error"}],"error":{"code":502,"message":"Provider disconnected"}}"#,
                .unavailable
            ),
            (#"{"error":{"message":"flagged","code":"content_filter"}}"#, .refused),
        ])
    func errors(chunk: String, code: CompanionError.Code) {
        let (events, error) = Self.read(Self.stream(#"{"choices":[{"delta":{"content":"a"}}]}"#, chunk))
        #expect(events == [.text("a")])
        #expect(error?.code == code)
    }

    @Test("What is no JSON is malformed, and is not repeated in the error")
    func malformed() {
        let (_, error) = Self.read(Self.stream(#"{"choices":[{"delta":{"content":"Ada's secret"#))
        #expect(error?.code == .malformedResponse)
        #expect(error.map { String(reflecting: $0) }?.contains("Ada") == false)
    }

    @Test("A stop sequence that the server is not told of ends the reply as if it had been")
    func stopSequences() {
        let (events, error) = Self.read(
            Self.stream(
                #"{"choices":[{"delta":{"content":"Hi.\nUs"}}]}"#, #"{"choices":[{"delta":{"content":"er: and"}}]}"#,
                #"{"choices":[{"delta":{"content":" more"}}]}"#, done: false),
            stops: ["\nUser:"])
        #expect(error == nil)
        #expect(events == [.text("Hi."), .finish(.stop)])
    }

    // MARK: Responses

    @Test("OpenAI's Responses: deltas, then the completed response with what it cost")
    func responses() {
        let text = """
            event: response.created
            data: {"type":"response.created","sequence_number":0,"response":{"id":"resp_1","status":"in_progress","error":null,"output":[]}}

            event: response.output_item.added
            data: {"type":"response.output_item.added","sequence_number":2,"output_index":0,"item":{"type":"message"}}

            event: response.output_text.delta
            data: {"type":"response.output_text.delta","sequence_number":4,"item_id":"m","delta":"Hi","logprobs":[]}

            event: response.output_text.delta
            data: {"delta":" there","type":"response.output_text.delta","sequence_number":5}

            event: response.output_text.done
            data: {"type":"response.output_text.done","sequence_number":6,"text":"Hi there"}

            event: response.completed
            data: {"type":"response.completed","sequence_number":9,"response":{"id":"resp_1","status":"completed","error":null,"incomplete_details":null,"output":[{"type":"message","content":[{"type":"output_text","text":"Hi there"}]}],"usage":{"input_tokens":37,"input_tokens_details":{"cached_tokens":30},"output_tokens":11,"output_tokens_details":{"reasoning_tokens":0},"total_tokens":48}}}


            """
        let (events, error) = Self.read(text, api: .responses)
        #expect(error == nil)
        #expect(
            events == [
                .text("Hi"), .text(" there"),
                .usage(TokenUsage(promptTokens: 37, cachedPromptTokens: 30, completionTokens: 11)), .finish(.stop),
            ])
    }

    @Test(
        "A response that is incomplete says why",
        arguments: [
            ("max_output_tokens", FinishReason.length), ("content_filter", .contentFilter), ("new", .other),
        ])
    func incomplete(reason: String, expected: FinishReason) {
        let (events, _) = Self.read(
            Self.stream(
                #"{"type":"response.incomplete","response":{"status":"incomplete","incomplete_details":{"reason":"\#(reason)"}}}"#,
                done: false),
            api: .responses)
        #expect(events == [.finish(expected)])
    }

    @Test(
        "A response that failed throws what the server says",
        arguments: [
            (
                #"{"type":"response.failed","response":{"status":"failed","error":{"code":"server_error","message":"x"}}}"#,
                CompanionError.Code.unavailable
            ),
            (
                #"{"type":"response.failed","response":{"status":"failed","error":{"code":"rate_limit_exceeded","message":"x"}}}"#,
                .rateLimited
            ),
            (
                #"{"type":"error","sequence_number":3,"code":"context_length_exceeded","message":"x","param":null}"#,
                .promptTooLarge
            ),
            (
                #"{"type":"error","error":{"type":"invalid_request_error","code":"model_not_found","message":"x"}}"#,
                .notFound
            ),
            (#"{"error":{"message":"x","code":503}}"#, .unavailable),
            (#"{"type":"response.failed","response":{"status":"failed","error":null}}"#, .unavailable),
        ])
    func failed(event: String, code: CompanionError.Code) {
        let (_, error) = Self.read(Self.stream(event, done: false), api: .responses)
        #expect(error?.code == code)
    }

    @Test("A refusal in Responses; and text that came only with the end")
    func responsesRest() {
        let end =
            #"{"type":"response.completed","response":{"status":"completed","output":[{"type":"reasoning"},{"type":"message","content":[{"type":"output_text","text":"whole"}]}]}}"#
        #expect(
            Self.read(
                Self.stream(#"{"type":"response.refusal.delta","delta":"No."}"#, end, done: false), api: .responses
            )
            .events == [.refusal("No."), .finish(.refusal)])
        #expect(Self.read(Self.stream(end, done: false), api: .responses).events == [.text("whole"), .finish(.stop)])
    }

    // MARK: In one piece

    @Test(
        "A reply without streaming",
        arguments: [
            (
                #"{"object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}],"usage":{"prompt_tokens":2,"completion_tokens":1}}"#,
                [LanguageModelEvent.text("Hi"), .usage(.init(promptTokens: 2, completionTokens: 1)), .finish(.stop)]
            ),
            (
                #"{"object":"response","status":"completed","error":null,"output":[{"content":[{"type":"output_text","text":"Hi"}]}],"usage":{"input_tokens":2,"output_tokens":1}}"#,
                [.text("Hi"), .usage(.init(promptTokens: 2, completionTokens: 1)), .finish(.stop)]
            ),
            (
                #"{"choices":[{"message":{"content":null,"refusal":"No."},"finish_reason":"stop"}]}"#,
                [.refusal("No."), .finish(.refusal)]
            ),
        ])
    func whole(body: String, expected: [LanguageModelEvent]) throws {
        var state = ReplyState(api: .chatCompletions, peer: "The server")
        #expect(try state.readReply(Array(body.utf8)) == expected)
    }

    @Test("What is no reply is malformed", arguments: ["", "null", "{}", "<html>", #"{"choices":[]}"#])
    func noReply(body: String) {
        var state = ReplyState(api: .chatCompletions, peer: "The server")
        #expect { try state.readReply(Array(body.utf8)) } throws: {
            ($0 as? CompanionError)?.code == .malformedResponse
        }
    }
}
