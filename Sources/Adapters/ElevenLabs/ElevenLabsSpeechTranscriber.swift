public import CompanionCore
internal import _CompanionHTTP

/// A model of ElevenLabs that writes down what is said.
public struct ElevenLabsSpeechTranscriber: SpeechTranscriber {
    public let name: String
    let elevenLabs: ElevenLabs

    public func transcript(of recording: SpeechRecording) async throws -> SpeechTranscript {
        try recording.check()
        var form = MultipartForm(random: elevenLabs.random)
        form.add("model_id", name)
        if let language = recording.language { form.add("language_code", language) }
        form.add("file", file: recording.fileName, mediaType: recording.mediaType, recording.audio)
        var request = try elevenLabs.request(.post, "/v1/speech-to-text")
        request.headers["Content-Type"] = form.contentType
        request.body = form.body
        let answer = try await elevenLabs.answer(to: request)
        guard let text = answer["text"]?.string else {
            throw CompanionError(
                .malformedResponse, "\(ElevenLabs.peer) answered with no transcript: check the base URL.")
        }
        let seconds = answer["audio_duration_secs"]?.double
        return SpeechTranscript(
            text: text, language: answer["language_code"]?.string,
            duration: seconds.flatMap { (0...1e6).contains($0) ? .seconds($0) : nil })
    }
}
