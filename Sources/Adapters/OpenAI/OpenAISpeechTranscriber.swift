public import CompanionCore
internal import _CompanionHTTP

/// A model that writes down what is said, at `/audio/transcriptions`.
public struct OpenAISpeechTranscriber: SpeechTranscriber {
    private static let maximumAnswer = 8 << 20

    public let name: String
    let openAI: OpenAI

    public func transcript(of recording: SpeechRecording) async throws -> SpeechTranscript {
        try recording.check()
        var form = MultipartForm(random: openAI.random)
        form.add("model", name)
        // Only Whisper tells language and duration; the newer models refuse to be asked for them.
        form.add("response_format", name.hasPrefix("whisper") ? "verbose_json" : "json")
        if let language = recording.language { form.add("language", language) }
        form.add("file", file: recording.fileName, mediaType: recording.mediaType, recording.audio)
        var request = try openAI.request(.post, "/audio/transcriptions")
        request.headers["Content-Type"] = form.contentType
        request.headers["Accept"] = "application/json"
        request.body = form.body
        let sent = request
        return try await openAI.transport.withCall(to: OpenAI.peer, deadlines: openAI.deadlines, clock: openAI.clock) {
            call in
            let bytes = try await call.answer(
                to: sent, limit: Self.maximumAnswer, retries: openAI.configuration.retries.policy,
                random: openAI.random
            ) { ErrorMapping.error($0, peer: OpenAI.peer) }
            return try TranscriptMapping.transcript(in: bytes)
        }
    }
}

/// `{"text": "…", "language": "english", "duration": 2.5}`; servers write the duration as a text, too.
enum TranscriptMapping {
    static func transcript(in bytes: [UInt8]) throws -> SpeechTranscript {
        guard let answer = try? JSONValue(parsing: bytes), let text = answer["text"]?.string else {
            throw CompanionError(.malformedResponse, "\(OpenAI.peer) answered with no transcript: check the base URL.")
        }
        let seconds = answer["duration"]?.double ?? answer["duration"]?.string.flatMap(Double.init)
        return SpeechTranscript(
            text: text, language: answer["language"]?.string,
            duration: seconds.flatMap { (0...1e6).contains($0) ? .seconds($0) : nil })
    }
}
