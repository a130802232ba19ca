internal import CompanionCore
internal import Tracing

extension ObservedWork {
    var isCall: Bool { kind == .response || kind == .embedding }

    /// What OpenTelemetry calls the operation; nil where it has no word for it.
    var operation: String? {
        switch kind {
        case .turn: "invoke_agent"
        case .response: "chat"
        case .embedding: "embeddings"
        default: nil
        }
    }

    var spanName: String {
        guard let operation else { return job.map { "companion.job \($0.kind)" } ?? "companion.\(kind)" }
        return model.map { "\(operation) \($0)" } ?? operation
    }
}

extension SpanAttributes {
    mutating func describe(_ work: ObservedWork, of provider: String) {
        if let operation = work.operation { self["gen_ai.operation.name"] = operation }
        if work.isCall { self["gen_ai.provider.name"] = provider }
        if let model = work.model { self["gen_ai.request.model"] = model }
        if let chat = work.chat { self["gen_ai.conversation.id"] = "\(chat)" }
        if let user = work.user { self["user.id"] = "\(user)" }
        if let turn = work.turn { self["companion.turn.id"] = "\(turn)" }
        if let count = work.count { self["companion.embedding.count"] = count }
        if let job = work.job {
            self["companion.job.kind"] = "\(job.kind)"
            self["companion.job.attempt"] = job.attempt
        }
    }

    mutating func describe(_ ended: Ended) {
        let notes = ended.notes
        self["companion.outcome"] = ended.outcome
        if let model = notes.model { self["gen_ai.request.model"] = model }
        if let usage = notes.usage {
            self["gen_ai.usage.input_tokens"] = usage.promptTokens
            self["gen_ai.usage.output_tokens"] = usage.completionTokens
            if usage.cachedPromptTokens > 0 {
                self["gen_ai.usage.cache_read.input_tokens"] = usage.cachedPromptTokens
            }
        }
        if let reason = notes.finishReason { self["gen_ai.response.finish_reasons"] = [reason.openTelemetryName] }
        if let count = notes.count { self["companion.recall.count"] = count }
        if notes.isCrisis { self["companion.crisis"] = true }
        if let error = ended.errorType { self["error.type"] = error }
    }
}

extension FinishReason {
    var openTelemetryName: String {
        switch self {
        case .contentFilter: "content_filter"
        default: description
        }
    }
}
