/// Speaks messages, and writes down what people say.
public struct SpeechService: Sendable {
    let store: any RelationalStore
    let synthesizer: (any SpeechSynthesizer)?
    let transcriber: (any SpeechTranscriber)?
    let blobStore: (any BlobStore)?
    let splitting: SentenceSplitter.Options

    /// - Parameters:
    ///   - store: Has the messages.
    ///   - synthesizer: Without it, speaking throws `unsupported`.
    ///   - transcriber: Without it, writing down throws `unsupported`.
    ///   - blobStore: Keeps what was spoken, so that hearing it again costs nothing; nil keeps nothing.
    ///   - splitting: How messages are cut into what is spoken at once.
    public init(
        store: any RelationalStore, synthesizer: (any SpeechSynthesizer)? = nil,
        transcriber: (any SpeechTranscriber)? = nil, blobStore: (any BlobStore)? = nil,
        splitting: SentenceSplitter.Options = .init()
    ) {
        self.store = store
        self.synthesizer = synthesizer
        self.transcriber = transcriber
        self.blobStore = blobStore
        self.splitting = splitting
    }

    init(context: CompanionContext) {
        self.init(
            store: context.store, synthesizer: context.speechSynthesizer, transcriber: context.speechTranscriber,
            blobStore: context.blobStore)
    }

    /// Whether messages can be spoken.
    public var canSpeak: Bool { synthesizer != nil }
    /// Whether recordings can be written down.
    public var canTranscribe: Bool { transcriber != nil }

    /// The voices to choose from.
    public func voices() async throws -> [SpeechVoice] { try await requireSynthesizer().voices() }

    /// The sound of a message that is kept.
    ///
    /// It is spoken sentence by sentence; the next sentence is asked for while one is read, and no further one. Once
    /// it was read to its end, and has at most ``MessageSpeech/maximumKeptBytes``, it is kept among the person's
    /// blobs, and goes when they go: whoever asks again for the same text, voice and format gets it from there.
    /// Who lets go of the stream, or is cancelled, ends the provider's work, and nothing is kept.
    ///
    /// - Parameters:
    ///   - alternative: An index; nil takes the selected one.
    ///   - voice: The person's choice; nil takes the character's for this synthesizer, or else the synthesizer's.
    ///   - format: Nil takes the synthesizer's first.
    /// - Throws: `notFound` for a message or alternative that there is not; `conflict` while the text is being written;
    ///   `invalidInput` where nothing of the text can be said; `unsupported` without a synthesizer, or for a format that
    ///   it does not write; and what ``SpeechSynthesizer`` and ``BlobStore`` throw.
    public func speech(
        of message: Message.ID, alternative: Int? = nil, voice: String? = nil, format: SpeechFormat? = nil,
        by user: User.ID
    ) async throws -> MessageSpeech {
        let synthesizer = try requireSynthesizer()
        let provider = synthesizer.provider
        let (found, own) = try await store.read { transaction in
            let found = try transaction.messages.require(message, of: user)
            let chat = try transaction.chats.require(found.chat, of: user)
            let card = try transaction.characters.character(
                chat.character, revision: chat.characterRevision, of: user)?.card
            return (found, found.author == .character ? card?.voice(of: provider) : nil)
        }
        let index = alternative ?? found.selected
        guard found.alternatives.indices.contains(index) else {
            throw CompanionError(.notFound, "The message has no alternative \(index).")
        }
        guard found.alternatives[index].status != .generating else {
            throw CompanionError(.conflict, "The message is still being written: wait for its end.")
        }
        let text = found.alternatives[index].text
        let format = format ?? synthesizer.formats[0]
        let voice = voice ?? own ?? synthesizer.defaultVoice
        let key = Self.key(
            for: [synthesizer.provider, synthesizer.name, voice, "\(format)", "\(splitting)", text], format)
        try SpeechRequest(text: "-", voice: voice, format: format).check(formats: synthesizer.formats)
        if let blobStore {
            do {
                let blob = try await blobStore.get(key, in: .user(user), range: nil)
                return MessageSpeech(format: format, voice: voice, isKept: true, audio: blob.body)
            } catch let error as CompanionError where error.code == .notFound {}
        }
        let sentences = SentenceSplitter.sentences(of: text, options: splitting).map(\.spoken).filter { !$0.isEmpty }
        guard !sentences.isEmpty else {
            throw CompanionError(.invalidInput, "Nothing of the message can be said.")
        }
        let spoken = SpokenSentences(
            sentences: sentences, voice: voice, format: format, synthesizer: synthesizer,
            keep: { audio in
                try await keep(audio, at: key, format, message, of: user)
            })
        return MessageSpeech(format: format, voice: voice, isKept: false, audio: BlobStream(spoken))
    }

    /// What was said in a recording. Nothing of the recording is kept.
    ///
    /// - Throws: `notFound` for a person that there is not; `unsupported` without a transcriber; what
    ///   ``SpeechTranscriber`` throws.
    public func transcribe(_ recording: SpeechRecording, by user: User.ID) async throws -> SpeechTranscript {
        guard let transcriber else {
            throw CompanionError(.unsupported, "Nothing here writes down what is said: give a transcriber.")
        }
        try recording.check()
        let isThere = try await store.read { try $0.users.user(user) != nil }
        guard isThere else { throw CompanionError(.notFound, "There is no such person.") }
        return try await transcriber.transcript(of: recording)
    }

    private func requireSynthesizer() throws -> any SpeechSynthesizer {
        guard let synthesizer else {
            throw CompanionError(.unsupported, "Nothing here speaks: give a synthesizer.")
        }
        return synthesizer
    }

    /// Keeps what was heard; that it can't be kept is no reason to disturb who has heard it.
    ///
    /// Looks for the message again after the writing: one that was erased meanwhile takes its sound along.
    private func keep(
        _ audio: [UInt8], at key: BlobKey, _ format: SpeechFormat, _ message: Message.ID, of user: User.ID
    ) async throws {
        guard let blobStore, audio.count <= MessageSpeech.maximumKeptBytes else { return }
        do {
            guard try await isThere(message, of: user) else { return }
            try await blobStore.put(
                audio, at: key, in: .user(user), attributes: BlobAttributes(contentType: format.mediaType))
            try await uncancelled {
                if try await !isThere(message, of: user) { try await blobStore.delete(key, in: .user(user)) }
            }
        } catch is CompanionError {}
    }

    private func isThere(_ message: Message.ID, of user: User.ID) async throws -> Bool {
        try await store.read { try $0.messages.message(message, of: user) != nil }
    }

    /// Each part with its length, so that no two lists of parts have the same digest.
    static func key(for parts: [String], _ format: SpeechFormat) -> BlobKey {
        let bytes = parts.flatMap { Array("\($0.utf8.count):".utf8) + Array($0.utf8) }
        let digest = SHA256Digest.digest(bytes).map { byte in
            let text = String(byte, radix: 16)
            return byte < 16 ? "0" + text : text
        }.joined()
        guard let key = BlobKey("speech/\(digest).\(format.fileExtension)") else {
            preconditionFailure("A digest makes a key.")
        }
        return key
    }
}

/// The sound of a message.
public struct MessageSpeech: Sendable {
    /// What is longer is not kept: 32 MiB.
    public static let maximumKeptBytes = 32 << 20

    public let format: SpeechFormat
    /// The identifier of the voice.
    public let voice: String
    /// Whether it comes from what was kept.
    public let isKept: Bool
    /// Pulled as it is made. For one consumer, once.
    public let audio: BlobStream
}

extension CharacterCard {
    private static let voicesKey = "companion_voices"

    /// The identifier of the character's voice at a provider of voices, such as `openai`, from the card's extensions under
    /// `companion_voices`, so that files carry it; nil where there is none.
    public func voice(of provider: String) -> String? {
        extensions[Self.voicesKey]?[provider]?.string.flatMap { SpeechRequest.isVoice($0) ? $0 : nil }
    }

    /// Gives the character a voice at a provider, or takes it away. What is no identifier of a voice takes it away too.
    public mutating func setVoice(_ voice: String?, of provider: String) {
        var voices = extensions[Self.voicesKey]?.object ?? [:]
        voices[provider] = voice.flatMap { SpeechRequest.isVoice($0) ? JSONValue.string($0) : nil }
        extensions[Self.voicesKey] = voices.isEmpty ? nil : .object(voices)
    }
}
