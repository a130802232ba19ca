internal import CompanionCore

/// What a server says about an error, in whatever of the known forms it says it.
///
/// Known are: OpenAI's `{"error": {message, type, param, code}}` with a code that is a string, a number or null; the
/// same without the envelope (vLLM) or in an array (Google); `{"error": "…"}` (Ollama); `{"detail": "…"}` and
/// `{"detail": [{loc, msg}]}` (FastAPI); and plain text.
struct ErrorDetails: Sendable, Hashable {
    var message: String
    var type: String?
    var parameter: String?
    /// A code that is no number.
    var code: String?
    /// A code that is a number, as long as it is an HTTP status.
    var status: Int?

    /// nil where the value holds no error.
    init?(_ value: JSONValue) {
        let value = value.array?.first ?? value
        if let error = value["error"], !error.isNull {
            self.init(envelope: error)
        } else if let detail = value["detail"], !detail.isNull {
            self.init(envelope: detail)
        } else if value["object"]?.string == "error" || value["type"]?.string == "error" {
            self.init(envelope: value)
        } else {
            return nil
        }
    }

    /// The details in an answer's body; a body that is no known form of error counts as its message.
    init(_ body: [UInt8]) {
        let details = (try? JSONValue(parsing: body)).flatMap(ErrorDetails.init)
        self = details ?? ErrorDetails(envelope: .string(String(decoding: body.prefix(2000), as: UTF8.self)))
    }

    private init(envelope: JSONValue) {
        message = envelope["message"]?.string ?? envelope.string ?? envelope.serialized()
        type = envelope["type"]?.string
        parameter = envelope["param"]?.string
        let code = envelope["code"]
        self.code = code?.string
        status = (code?.integer ?? code?.string.flatMap { Int($0) }).flatMap { (400..<600).contains($0) ? $0 : nil }
        if status != nil { self.code = nil }
    }

    /// Whether the server says nothing of what it does not like.
    var isVague: Bool { parameter == nil && (code == nil || code == "invalid_request_error") }

    /// Whether the server names one of `words` as what it does not like.
    func names(_ words: String...) -> Bool {
        let text = (message + " " + (parameter ?? "")).lowercased()
        return words.contains { text.contains($0) }
    }
}
