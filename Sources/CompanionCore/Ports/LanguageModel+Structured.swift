extension LanguageModel {
    /// Asks for a reply that follows a schema, and checks that it does.
    ///
    /// Models that can't be held to a form wrap the JSON in words or fences; it is looked for there. The reply counts
    /// only when it is whole: one that was cut at its token limit is an error.
    ///
    /// - Returns: The checked value, and what the call has cost where the provider says so.
    /// - Throws: `malformedResponse` where the reply holds no JSON that follows the schema, `limitExceeded` where it was
    ///   cut or is longer than 1 MiB, `refused` where the model refused; and what the model throws.
    public func structuredResponse(
        to request: LanguageModelRequest, schema: JSONSchema, accepting accepted: JSONSchema? = nil,
        isolation: isolated (any Actor)? = #isolation
    ) async throws -> (value: JSONValue, usage: TokenUsage?) {
        var request = request
        request.outputFormat = .json(schema)
        let response = try await withResponse(to: request, isolation: isolation) { stream in
            try await WholeResponse(of: stream)
        }
        switch response.finish {
        case .refusal, .contentFilter:
            throw CompanionError(.refused, "The model refused to answer in the form '\(schema.name)'.")
        case .length:
            throw CompanionError(
                .limitExceeded, "The answer in the form '\(schema.name)' was cut at its token limit; allow more tokens."
            )
        default: break
        }
        let value = try StructuredText(response.text).value(following: accepted ?? schema)
        return (value, response.usage)
    }
}

/// A response read to its end.
private struct WholeResponse: Sendable {
    private static let maximumBytes = 1 << 20

    var text = ""
    var usage: TokenUsage?
    var finish: FinishReason?

    nonisolated(nonsending) init(of stream: LanguageModelStream) async throws {
        for try await event in stream {
            switch event {
            case .text(let piece): text += piece
            case .refusal: finish = .refusal
            case .usage(let usage): self.usage = usage
            case .finish(let reason): if finish == nil { finish = reason }
            }
            guard text.utf8.count <= Self.maximumBytes else {
                throw CompanionError(.limitExceeded, "The model's answer is longer than \(Self.maximumBytes) bytes.")
            }
        }
    }
}

/// Text of a model in which JSON is looked for.
struct StructuredText {
    private let text: String

    init(_ text: String) { self.text = text }

    /// The first place that holds JSON which follows the schema: the whole text, what stands between fences, or what
    /// stands between the first bracket and the last.
    func value(following schema: JSONSchema) throws -> JSONValue {
        var failure: any Error = CompanionError(
            .malformedResponse, "The model's answer holds no JSON for the form '\(schema.name)'.")
        for candidate in [text[...], fenced, bracketed].compactMap(\.self) {
            guard let value = try? JSONValue(parsing: candidate) else { continue }
            do {
                try schema.validate(value)
                return value
            } catch { failure = error }
        }
        throw failure
    }

    /// Between the first fence's line and the next fence.
    private var fenced: Substring? {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard let open = lines.firstIndex(where: { $0.drop(while: \.isWhitespace).hasPrefix("```") }) else {
            return nil
        }
        let inside = lines[(open + 1)...].prefix { !$0.drop(while: \.isWhitespace).hasPrefix("```") }
        guard let first = inside.first, let last = inside.last else { return nil }
        return text[first.startIndex..<last.endIndex]
    }

    private var bracketed: Substring? {
        guard let start = text.firstIndex(where: { $0 == "{" || $0 == "[" }),
            let end = text.lastIndex(where: { $0 == "}" || $0 == "]" }), start < end
        else { return nil }
        return text[start...end]
    }
}
