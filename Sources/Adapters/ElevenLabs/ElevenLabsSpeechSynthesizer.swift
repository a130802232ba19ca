public import CompanionCore
internal import _CompanionHTTP

/// Voices of ElevenLabs.
public struct ElevenLabsSpeechSynthesizer: SpeechSynthesizer {
    /// How a voice is used; each from 0 to 1. What is nil is as it is kept with the voice.
    public struct VoiceSettings: Sendable, Hashable {
        public var stability: Double?
        public var similarityBoost: Double?
        public var style: Double?

        public init(stability: Double? = nil, similarityBoost: Double? = nil, style: Double? = nil) {
            self.stability = stability
            self.similarityBoost = similarityBoost
            self.style = style
        }

        var json: JSONValue {
            var object = JSONObject()
            for (key, value) in [("stability", stability), ("similarity_boost", similarityBoost), ("style", style)] {
                if let value { object[key] = .number(JSONNumber(value)) }
            }
            return .object(object)
        }
    }

    /// ElevenLabs' names of what ``SpeechFormat`` says.
    private static let outputFormats: [SpeechFormat: String] = [
        .mp3: "mp3_44100_128", .opus: "opus_48000_64", .pcm: "pcm_24000",
    ]
    private static let pageSize = 100
    private static let maximumVoices = 1_000

    let model: String
    public let defaultVoice: String
    public let settings: VoiceSettings?
    let elevenLabs: ElevenLabs

    public var name: String { model + (settings.map { "; \($0.json.serialized())" } ?? "") }
    public var provider: String { "elevenlabs" }
    public var formats: [SpeechFormat] { [.mp3, .opus, .pcm] }

    /// The account's voices, page by page. The default one is among them, also where the account does not list it.
    public func voices() async throws -> [SpeechVoice] {
        var voices: [SpeechVoice] = []
        var page: String?
        repeat {
            let query = [("page_size", "\(Self.pageSize)")] + (page.map { [("next_page_token", $0)] } ?? [])
            let answer = try await elevenLabs.answer(to: elevenLabs.request(.get, "/v2/voices", query: query))
            guard let found = answer["voices"]?.array else {
                throw CompanionError(
                    .malformedResponse, "\(ElevenLabs.peer) answered with no list of voices: check the base URL.")
            }
            for voice in found {
                guard let id = voice["voice_id"]?.string else { continue }
                voices.append(SpeechVoice(id: id, name: voice["name"]?.string ?? id))
            }
            // A page that brings nothing is the last one, whatever it says.
            page = found.isEmpty || answer["has_more"] != true ? nil : answer["next_page_token"]?.string
        } while page != nil && voices.count < Self.maximumVoices
        voices = Array(voices.prefix(Self.maximumVoices))
        if !voices.contains(where: { $0.id == defaultVoice }) {
            voices = [SpeechVoice(id: defaultVoice, name: defaultVoice)] + voices.prefix(Self.maximumVoices - 1)
        }
        return voices
    }

    public func speech(for request: SpeechRequest) async throws -> BlobStream {
        try request.check(formats: formats)
        var body: JSONObject = ["text": .string(request.text), "model_id": .string(model)]
        if let text = request.previousText { body["previous_text"] = .string(text) }
        if let text = request.nextText { body["next_text"] = .string(text) }
        if let settings { body["voice_settings"] = settings.json }
        return try await elevenLabs.transport.sound(
            elevenLabs.request(
                .post, "/v1/text-to-speech/\(request.voice)/stream",
                query: [("output_format", Self.outputFormats[request.format] ?? "mp3_44100_128")],
                body: .object(body)),
            patience: elevenLabs.configuration.patience, retries: elevenLabs.retries, random: elevenLabs.random,
            peer: ElevenLabs.peer, clock: elevenLabs.clock
        ) { ElevenLabsErrors.error($0) }
    }
}
