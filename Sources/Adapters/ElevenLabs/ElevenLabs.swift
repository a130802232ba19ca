public import CompanionCore
internal import _CompanionHTTP

/// ElevenLabs: voices, and a model that writes down what is said.
///
/// ```swift
/// let elevenLabs = ElevenLabs(configuration: .init(apiKey: key))
/// let synthesizer = elevenLabs.speechSynthesizer(voice: "JBFqnCBsd6RMkjVDRZzb")
/// ```
///
/// Copies, and what they hand out, share one pool of connections. Nothing is sent before it is needed.
public struct ElevenLabs: Sendable {
    static let peer = "ElevenLabs"

    public let configuration: Configuration
    let clock: any WallClock
    let random: any RandomSource
    let transport: HTTPTransport

    /// - Parameters:
    ///   - clock: For the waits between attempts.
    ///   - random: For the jitter of those waits.
    public init(
        configuration: Configuration, clock: any WallClock = SystemClock(),
        random: any RandomSource = SystemRandomSource()
    ) {
        self.configuration = configuration
        self.clock = clock
        self.random = random
        transport = HTTPTransport()
    }

    /// A synthesizer.
    ///
    /// - Parameters:
    ///   - model: Such as `eleven_multilingual_v2`, or the faster `eleven_flash_v2_5`.
    ///   - voice: The identifier of the voice for those who choose none.
    ///   - settings: Nil takes those that are kept with the voice.
    public func speechSynthesizer(
        _ model: String = "eleven_multilingual_v2", voice: String,
        settings: ElevenLabsSpeechSynthesizer.VoiceSettings? = nil
    ) -> ElevenLabsSpeechSynthesizer {
        ElevenLabsSpeechSynthesizer(model: model, defaultVoice: voice, settings: settings, elevenLabs: self)
    }

    /// A model that writes down what is said, by its name.
    public func speechTranscriber(_ model: String = "scribe_v1") -> ElevenLabsSpeechTranscriber {
        ElevenLabsSpeechTranscriber(name: model, elevenLabs: self)
    }
}

extension ElevenLabs {
    /// Where the server is, and how to talk to it. Neither descriptions nor mirrors of it show the key.
    public struct Configuration: Sendable {
        public static let defaultBaseURL = "https://api.elevenlabs.io"

        /// Sent as `xi-api-key`.
        public var apiKey: String
        /// What paths such as `/v1/speech-to-text` are appended to.
        public var baseURL: String
        /// How long a silence may be that somebody waits in. By default 60 seconds.
        public var patience: Duration
        /// How often a request is sent before it is given up, the first time included; once its sound has begun, it is not
        /// sent again. By default 3.
        public var maximumAttempts: Int

        public init(
            apiKey: String, baseURL: String = defaultBaseURL, patience: Duration = .seconds(60),
            maximumAttempts: Int = 3
        ) {
            self.apiKey = apiKey
            self.baseURL = baseURL
            self.patience = patience
            self.maximumAttempts = maximumAttempts
        }
    }

    var retries: RetryPolicy { RetryPolicy(maximumAttempts: max(1, configuration.maximumAttempts)) }

    /// Throws where the base URL is no URL.
    func request(
        _ method: HTTPRequest.Method, _ path: String, query: [(String, String)] = [], body: JSONValue? = nil
    ) throws -> HTTPRequest {
        let address = try HTTPAddress(configuration.baseURL)
        var url = address.url(path)
        for (name, value) in query {
            url += (url.contains("?") ? "&" : "?") + name + "=" + Self.percentEncoded(value)
        }
        var headers = HTTPHeaderFields()
        headers["User-Agent"] = "swift-companion"
        headers["xi-api-key"] = configuration.apiKey
        if body != nil { headers["Content-Type"] = "application/json" }
        return HTTPRequest(method, url, headers: headers, body: body?.serializedBytes())
    }

    /// The whole answer, which must be JSON.
    func answer(to request: HTTPRequest) async throws -> JSONValue {
        let deadlines = HTTPDeadlines(first: configuration.patience, between: configuration.patience)
        return try await transport.withCall(to: Self.peer, deadlines: deadlines, clock: clock) { call in
            let bytes = try await call.answer(to: request, limit: 16 << 20, retries: retries, random: random) {
                ElevenLabsErrors.error($0)
            }
            guard let answer = try? JSONValue(parsing: bytes) else {
                throw CompanionError(.malformedResponse, "\(Self.peer) answered with no JSON: check the base URL.")
            }
            return answer
        }
    }

    private static func percentEncoded(_ text: String) -> String {
        text.utf8.map { byte in
            let isPlain =
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || [0x2D, 0x2E, 0x5F, 0x7E].contains(byte)
            let hex = String(byte, radix: 16, uppercase: true)
            return isPlain ? String(UnicodeScalar(byte)) : "%" + (byte < 16 ? "0" : "") + hex
        }.joined()
    }
}

extension ElevenLabs.Configuration: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "ElevenLabs at \(HTTPAddress.redacted(baseURL))" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: ["description": description]) }
}
