/// Writes down what was said.
///
/// Throws ``CompanionError`` (`invalidInput`, `limitExceeded`, `unauthenticated`, `forbidden`, `rateLimited`,
/// `unavailable`, `timedOut`, `malformedResponse`) or `CancellationError`.
///
/// Implementations: `OpenAISpeechTranscriber` (CompanionOpenAI), `ElevenLabsSpeechTranscriber` (CompanionElevenLabs).
/// Suite: `SpeechTranscriberConformance` (CompanionTesting).
public protocol SpeechTranscriber: Sendable {
    /// Of the model.
    var name: String { get }

    /// - Throws: What ``SpeechRecording/check()`` throws, before anything is sent.
    func transcript(of recording: SpeechRecording) async throws -> SpeechTranscript
}
