import CompanionCore
import CompanionOpenAI

/// One usual chunk of a Chat Completions stream.
func chunk(_ text: String) -> String {
    let content = JSONValue.string(text).serialized()
    return """
        data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1763000000,"model":"m","choices":\
        [{"index":0,"delta":{"content":\(content)},"logprobs":null,"finish_reason":null}],"usage":null}


        """
}

extension LanguageModel {
    /// All events of a response.
    func events(
        of request: LanguageModelRequest, isolation: isolated (any Actor)? = #isolation
    ) async throws -> [LanguageModelEvent] {
        try await withResponse(to: request, isolation: isolation) { stream in
            var events: [LanguageModelEvent] = []
            for try await event in stream { events.append(event) }
            return events
        }
    }
}
