internal import CompanionCore

/// The form that requests take: what of the protocol a server is trusted to know.
///
/// It begins with what is known of the model. A server that refuses a part of it gets the request again without.
struct RequestShape: Sendable, Hashable {
    var asksForUsage = true
    var structuredOutput: LanguageModelCapabilities.StructuredOutput
    var tokenLimitName: ModelProfile.TokenLimitName
    var sendsSampling: Bool
    var sendsStopSequences: Bool
    private var hasSwappedTokenLimit = false

    init(profile: ModelProfile, capabilities: LanguageModelCapabilities) {
        structuredOutput = capabilities.structuredOutput
        tokenLimitName = profile.tokenLimitName
        sendsSampling = capabilities.acceptsSampling
        sendsStopSequences = profile.acceptsStopSequences
    }

    /// What to try next after the server refused `request` in this form; nil where the form is not to blame.
    ///
    /// What the server names is left out. A refusal that names nothing is put down to the structured output, then to
    /// the question for usage: the two parts of the protocol that servers most often do not know.
    func weakened(by details: ErrorDetails, status: Int?, for request: LanguageModelRequest) -> RequestShape? {
        guard let status, [400, 404, 415, 422, 500, 501].contains(status) else { return nil }
        var shape = self
        let isStructured = request.outputFormat != .text && structuredOutput > .none
        let isRefusal = status != 404 && status != 500
        if asksForUsage, details.names("stream_options", "include_usage") {
            shape.asksForUsage = false
        } else if isStructured, details.names("response_format", "json_schema", "json_object", "text.format", "grammar")
        {
            shape.weakenStructuredOutput()
        } else if request.maximumOutputTokens != nil, !hasSwappedTokenLimit, isRefusal,
            details.names("max_tokens", "max_completion_tokens")
        {
            shape.tokenLimitName =
                tokenLimitName == .maximumTokens ? .maximumCompletionTokens : .maximumTokens
            shape.hasSwappedTokenLimit = true
        } else if sendsSampling, isRefusal, request.sampling != .init(),
            details.names("temperature", "top_p", "frequency_penalty", "presence_penalty", "seed")
        {
            shape.sendsSampling = false
        } else if sendsStopSequences, isRefusal, !request.stopSequences.isEmpty,
            details.parameter == "stop" || details.names("'stop'", "\"stop\"", "`stop`")
        {
            shape.sendsStopSequences = false
        } else if isStructured, isRefusal, details.isVague {
            shape.weakenStructuredOutput()
        } else if asksForUsage, isRefusal, details.isVague {
            shape.asksForUsage = false
        } else {
            return nil
        }
        return shape
    }

    private mutating func weakenStructuredOutput() {
        structuredOutput = structuredOutput == .jsonSchema ? .jsonObject : .none
    }
}
