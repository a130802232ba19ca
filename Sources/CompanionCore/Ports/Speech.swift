/// A voice that a synthesizer has.
public struct SpeechVoice: Identifiable, Sendable, Hashable {
    /// The synthesizer's own name for it: 1 to 128 ASCII letters, digits, `-`, `_` and `.`.
    public let id: String
    /// For people to choose by.
    public let name: String

    public init(id: String, name: String) {
        self.id = id
        self.name = name
    }
}

/// How sound is written as bytes. A closed set that may grow: compare with the static members, and keep a `default`.
public struct SpeechFormat: Sendable, Hashable, CustomStringConvertible {
    private enum Kind: String { case mp3, opus, wav, pcm }
    private let kind: Kind
    private init(kind: Kind) { self.kind = kind }

    public static let mp3 = SpeechFormat(kind: .mp3)
    /// Opus in Ogg.
    public static let opus = SpeechFormat(kind: .opus)
    public static let wav = SpeechFormat(kind: .wav)
    /// Samples alone: signed, 16 bits, little-endian, one channel, at 24,000 a second.
    public static let pcm = SpeechFormat(kind: .pcm)

    /// The format of that name; nil for a name that is not known.
    public init?(named name: String) {
        guard let kind = Kind(rawValue: name) else { return nil }
        self.kind = kind
    }

    public var description: String { kind.rawValue }

    /// Such as `audio/mpeg`.
    public var mediaType: String {
        switch kind {
        case .mp3: "audio/mpeg"
        case .opus: "audio/ogg"
        case .wav: "audio/wav"
        case .pcm: "audio/l16; rate=24000; channels=1"
        }
    }

    /// Of files, without a dot.
    public var fileExtension: String { kind == .opus ? "ogg" : kind.rawValue }
}

/// A text to speak.
public struct SpeechRequest: Sendable, Hashable {
    /// The most characters (Unicode scalars) of one request.
    public static let maximumCharacters = 4_096

    /// 1 to ``maximumCharacters``, with something else than white space.
    public var text: String
    /// The identifier of a voice.
    public var voice: String
    public var format: SpeechFormat
    /// What was said just before, so that the voice goes on as it was; who can't use it passes over it.
    public var previousText: String?
    /// What will be said next.
    public var nextText: String?

    public init(
        text: String, voice: String, format: SpeechFormat, previousText: String? = nil, nextText: String? = nil
    ) {
        self.text = text
        self.voice = voice
        self.format = format
        self.previousText = previousText
        self.nextText = nextText
    }

    /// For synthesizers: throws `invalidInput` where the text or the voice is out of its bounds, `unsupported` where
    /// the format is none of `formats`.
    public func check(formats: [SpeechFormat]) throws(CompanionError) {
        guard !text.isBlank, text.unicodeScalars.count <= Self.maximumCharacters else {
            throw CompanionError(
                .invalidInput, "A text to speak has 1 to \(Self.maximumCharacters) characters: split it.")
        }
        guard Self.isVoice(voice) else {
            throw CompanionError(
                .invalidInput, "A voice's identifier has 1 to 128 ASCII letters, digits, '-', '_' and '.'.")
        }
        guard formats.contains(format) else {
            let known = formats.map(\.description).joined(separator: ", ")
            throw CompanionError(.unsupported, "The synthesizer does not write \(format): choose one of \(known).")
        }
    }

    static func isVoice(_ text: String) -> Bool {
        (1...128).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                    || [0x2D, 0x2E, 0x5F].contains(byte)
            } && text != "." && text != ".."
    }
}

/// What somebody said, to be written down.
public struct SpeechRecording: Sendable, Hashable {
    /// The most bytes of one: 25 MB.
    public static let maximumBytes = 25_000_000

    /// 1 to ``maximumBytes`` bytes.
    public var audio: [UInt8]
    /// Such as `audio/webm`; at most 255 bytes of printable ASCII.
    public var mediaType: String
    /// A hint: two or three lower-case letters of ISO 639, such as `en`; nil lets the transcriber find out.
    public var language: String?

    public init(audio: [UInt8], mediaType: String, language: String? = nil) {
        self.audio = audio
        self.mediaType = mediaType
        self.language = language
    }

    /// Collects a stream. Throws `limitExceeded` as soon as more than ``maximumBytes`` have come.
    public init(collecting audio: BlobStream, mediaType: String, language: String? = nil) async throws {
        var bytes: [UInt8] = []
        for try await chunk in audio {
            guard bytes.count + chunk.count <= Self.maximumBytes else { throw Self.tooLong }
            bytes += chunk
        }
        self.init(audio: bytes, mediaType: mediaType, language: language)
    }

    private static var tooLong: CompanionError {
        CompanionError(.limitExceeded, "A recording has at most \(maximumBytes) bytes: send it in parts.")
    }

    /// For transcribers: throws `invalidInput` where something is out of its bounds, `limitExceeded` for too many bytes.
    public func check() throws(CompanionError) {
        guard !audio.isEmpty else { throw CompanionError(.invalidInput, "The recording is empty.") }
        guard audio.count <= Self.maximumBytes else { throw Self.tooLong }
        guard (1...255).contains(mediaType.utf8.count), mediaType.contains("/"),
            mediaType.utf8.allSatisfy({ (0x20...0x7E).contains($0) })
        else { throw CompanionError(.invalidInput, "A recording has a media type, such as audio/webm.") }
        if let language {
            guard (2...3).contains(language.utf8.count), language.utf8.allSatisfy({ (0x61...0x7A).contains($0) }) else {
                throw CompanionError(.invalidInput, "A language is two or three lower-case letters, such as en.")
            }
        }
    }
}

/// What was understood of a recording.
public struct SpeechTranscript: Sendable, Hashable {
    /// Empty where nothing was said.
    public var text: String
    /// What the transcriber calls the language; nil where it does not say.
    public var language: String?
    /// Of the recording; nil where the transcriber does not say.
    public var duration: Duration?

    public init(text: String, language: String? = nil, duration: Duration? = nil) {
        self.text = text
        self.language = language
        self.duration = duration
    }
}
