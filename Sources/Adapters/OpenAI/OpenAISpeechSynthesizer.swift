public import CompanionCore
internal import _CompanionHTTP

/// A model that speaks, at `/audio/speech`.
public struct OpenAISpeechSynthesizer: SpeechSynthesizer {
    /// OpenAI's voices (platform.openai.com/docs/guides/text-to-speech).
    static let knownVoices = [
        "alloy", "ash", "ballad", "coral", "echo", "fable", "nova", "onyx", "sage", "shimmer", "verse",
    ]

    let model: String
    public let defaultVoice: String
    public let options: Options
    let openAI: OpenAI

    /// What to know of the model beyond its name.
    public struct Options: Sendable, Hashable {
        /// How to speak, such as "calm and low"; only models that take instructions know it.
        public var instructions: String?
        /// What the server offers instead of OpenAI's voices; nil offers those.
        public var voices: [String]?

        public init(instructions: String? = nil, voices: [String]? = nil) {
            self.instructions = instructions
            self.voices = voices
        }
    }

    public var name: String { model + (options.instructions.map { "; \($0)" } ?? "") }
    public var provider: String { "openai" }
    public var formats: [SpeechFormat] { [.mp3, .opus, .wav, .pcm] }

    /// The voices that are known of OpenAI, or those of the options: the server has no list. The default one is among
    /// them.
    public func voices() async throws -> [SpeechVoice] {
        var ids = options.voices ?? Self.knownVoices
        if !ids.contains(defaultVoice) { ids.insert(defaultVoice, at: 0) }
        return ids.prefix(1_000).map { SpeechVoice(id: $0, name: $0.prefix(1).uppercased() + $0.dropFirst()) }
    }

    public func speech(for request: SpeechRequest) async throws -> BlobStream {
        try request.check(formats: formats)
        var body: JSONObject = [
            "model": .string(model), "input": .string(request.text), "voice": .string(request.voice),
            "response_format": .string("\(request.format)"),
        ]
        if let instructions = options.instructions { body["instructions"] = .string(instructions) }
        return try await openAI.transport.sound(
            openAI.request(.post, "/audio/speech", body: .object(body)),
            patience: openAI.configuration.deadlines.betweenTokens ?? .seconds(600),
            retries: openAI.configuration.retries.policy, random: openAI.random, peer: OpenAI.peer,
            clock: openAI.clock
        ) { ErrorMapping.error($0, peer: OpenAI.peer) }
    }
}

extension OpenAI {
    /// A model that speaks, by its name. Its silence is bounded by ``Deadlines/betweenTokens``, the first one too.
    public func speechSynthesizer(
        _ model: String = "gpt-4o-mini-tts", voice: String = "alloy",
        options: OpenAISpeechSynthesizer.Options = .init()
    ) -> OpenAISpeechSynthesizer {
        OpenAISpeechSynthesizer(model: model, defaultVoice: voice, options: options, openAI: self)
    }

    /// A model that writes down what is said, by its name.
    public func speechTranscriber(_ model: String = "gpt-4o-mini-transcribe") -> OpenAISpeechTranscriber {
        OpenAISpeechTranscriber(name: model, openAI: self)
    }
}
