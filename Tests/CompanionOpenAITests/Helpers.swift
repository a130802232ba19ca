import CompanionCore
import CompanionOpenAI
import TestSupport
import Testing

/// One usual chunk of a Chat Completions stream.
func chunk(_ text: String) -> String {
    let content = JSONValue.string(text).serialized()
    return """
        data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1763000000,"model":"m","choices":\
        [{"index":0,"delta":{"content":\(content)},"logprobs":null,"finish_reason":null}],"usage":null}


        """
}

/// What ends a Chat Completions stream.
let ending = "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n"

extension ScriptedExchange {
    /// Streams the texts as a whole reply.
    func reply(_ texts: String...) async throws {
        try await begin()
        for text in texts { try await send(chunk(text)) }
        try await send(ending)
        try await end()
    }

    var json: JSONValue { (try? JSONValue(parsing: request.body)) ?? .null }
}

extension ScriptedHTTPServer {
    /// A provider that talks to this server and waits for nothing longer than a moment.
    func openAI(
        key: String? = "sk-hunter2", path: String = "", clock: any WallClock = SystemClock(), attempts: Int = 3,
        deadlines: OpenAI.Deadlines = .init()
    ) -> OpenAI {
        OpenAI(
            configuration: .init(
                apiKey: key, baseURL: url + path, deadlines: deadlines, retries: .init(maximumAttempts: attempts)),
            clock: clock, random: NoRandomness())
    }

    var bodies: [JSONValue] { requests.map { (try? JSONValue(parsing: $0.body)) ?? .null } }
}

/// Waits between attempts are as short as they may be.
struct NoRandomness: RandomSource {
    func next() -> UInt64 { 0 }
}

let greeting = LanguageModelRequest(messages: [.init(.system, "You are Luna."), .init(.user, "Hi.")])

extension LanguageModel {
    /// All events of a response.
    func events(
        of request: LanguageModelRequest = greeting, isolation: isolated (any Actor)? = #isolation
    ) async throws -> [LanguageModelEvent] {
        try await withResponse(to: request, isolation: isolation) { stream in
            var events: [LanguageModelEvent] = []
            for try await event in stream { events.append(event) }
            return events
        }
    }

    /// The events until the error that the response ends in.
    func failure(
        of request: LanguageModelRequest = greeting, isolation: isolated (any Actor)? = #isolation
    ) async throws -> (events: [LanguageModelEvent], error: CompanionError?) {
        try await withResponse(to: request, isolation: isolation) { stream in
            var events: [LanguageModelEvent] = []
            do {
                for try await event in stream { events.append(event) }
                return (events, nil)
            } catch {
                return (events, try #require(error as? CompanionError))
            }
        }
    }
}
