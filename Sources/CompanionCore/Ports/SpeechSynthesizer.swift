/// Speaks texts.
///
/// Throws ``CompanionError`` (`invalidInput`, `unsupported`, `notFound`, `unauthenticated`, `forbidden`, `rateLimited`,
/// `unavailable`, `timedOut`, `refused`) or `CancellationError`.
///
/// Implementations: `OpenAISpeechSynthesizer` (CompanionOpenAI), `ElevenLabsSpeechSynthesizer` (CompanionElevenLabs),
/// `ToneSpeechSynthesizer` (CompanionInMemory). Suite: `SpeechSynthesizerConformance` (CompanionTesting).
public protocol SpeechSynthesizer: Sendable {
    /// Of the model and what else the sound depends on besides text, voice and format: kept audio is known by it.
    var name: String { get }
    /// Whose voices these are, such as `openai`: cards name a voice for each.
    var provider: String { get }
    /// What it can write, the best for most first; never empty.
    var formats: [SpeechFormat] { get }
    /// The identifier of the voice for those who choose none.
    var defaultVoice: String { get }
    /// Whether it only stands in for a voice.
    var isSimulated: Bool { get }

    /// The voices, the default one among them; at most 1,000.
    func voices() async throws -> [SpeechVoice]

    /// The sound of a text, pulled as it is made. For one consumer, once.
    ///
    /// Returns when the sound begins. Little of it waits in memory; who lets go of the stream, or is cancelled while
    /// reading, ends the provider's work. One that breaks off throws: what ended with nil is whole.
    ///
    /// - Throws: What ``SpeechRequest/check(formats:)`` throws; `notFound` for a voice that there is not.
    func speech(for request: SpeechRequest) async throws -> BlobStream
}

extension SpeechSynthesizer {
    public var isSimulated: Bool { false }
}
