import CompanionCore
import CompanionInMemory
import CompanionTesting
import Testing

@Suite struct SpeechServiceTests {
    private static let text = "The lamp is lit. The tide comes in. Nobody is at sea tonight."
    private static let whole = "[anna] The lamp is lit.[anna] The tide comes in.[anna] Nobody is at sea tonight."

    private static func message(
        _ text: String = text, card: CharacterCard = CharacterCard(name: "Luna")
    ) async throws -> (TurnFixture, Message.ID) {
        let fixture = try await TurnFixture(.text(text), card: card)
        return (fixture, try await fixture.say("Hi.").id)
    }

    private static func heard(_ speech: MessageSpeech) async throws -> String {
        var bytes: [UInt8] = []
        for try await chunk in speech.audio { bytes += chunk }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test("A message is spoken sentence by sentence; heard again, it comes from what was kept")
    func kept() async throws {
        let (fixture, message) = try await Self.message()
        let (synthesizer, blobs) = (ScriptedSpeechSynthesizer(), InMemoryBlobStore())
        let service = SpeechService(store: fixture.store, synthesizer: synthesizer, blobStore: blobs)
        let first = try await service.speech(of: message, by: fixture.user)
        #expect(!first.isKept)
        let sound = try await Self.heard(first)
        #expect(sound == Self.whole)
        #expect(synthesizer.requests.map(\.previousText) == [nil, "The lamp is lit.", "The tide comes in."])
        let second = try await service.speech(of: message, by: fixture.user)
        #expect(second.isKept)
        let again = try await Self.heard(second)
        #expect(again == Self.whole)
        #expect(synthesizer.requests.count == 3)
        let entries = try await blobs.list(in: .user(fixture.user), prefix: "speech/", after: nil, limit: 10)
        #expect(entries.count == 1)
    }

    @Test("Another voice is another sound")
    func voices() async throws {
        var card = CharacterCard(name: "Luna")
        card.setVoice("ben", of: "scripted")
        let (fixture, message) = try await Self.message("Good evening.", card: card)
        let service = SpeechService(
            store: fixture.store, synthesizer: ScriptedSpeechSynthesizer(), blobStore: InMemoryBlobStore())
        let own = try await Self.heard(service.speech(of: message, by: fixture.user))
        #expect(own == "[ben] Good evening.")
        let chosen = try await Self.heard(service.speech(of: message, voice: "anna", by: fixture.user))
        #expect(chosen == "[anna] Good evening.")
    }

    @Test("One sentence is asked for ahead, and no further one; what is let go of is not kept")
    func ahead() async throws {
        let (fixture, message) = try await Self.message()
        let (synthesizer, blobs) = (ScriptedSpeechSynthesizer(), InMemoryBlobStore())
        let service = SpeechService(store: fixture.store, synthesizer: synthesizer, blobStore: blobs)
        let speech = try await service.speech(of: message, by: fixture.user)
        #expect(synthesizer.requests.isEmpty)
        var reader = speech.audio.makeAsyncIterator()
        _ = try await reader.next()
        try await eventually("the next sentence is asked for") { synthesizer.requests.count == 2 }
        _ = try await reader.next()
        #expect(synthesizer.requests.count == 2)
        let entries = try await blobs.list(in: .user(fixture.user), prefix: "", after: nil, limit: 10)
        #expect(entries.isEmpty)
    }

    @Test("What breaks off throws, and is not kept")
    func broken() async throws {
        let (fixture, message) = try await Self.message()
        let synthesizer = ScriptedSpeechSynthesizer { call, _ in
            if call == 1 { throw CompanionError(.unavailable, "away") }
            return BlobStream([1])
        }
        let blobs = InMemoryBlobStore()
        let service = SpeechService(store: fixture.store, synthesizer: synthesizer, blobStore: blobs)
        let speech = try await service.speech(of: message, by: fixture.user)
        let error = await #expect(throws: CompanionError.self) { _ = try await Self.heard(speech) }
        #expect(error?.code == .unavailable)
        let entries = try await blobs.list(in: .user(fixture.user), prefix: "", after: nil, limit: 10)
        #expect(entries.isEmpty)
    }

    @Test("Sentences as WAV make one file, with its size where it was kept")
    func wav() async throws {
        let (fixture, message) = try await Self.message()
        let service = SpeechService(
            store: fixture.store, synthesizer: ToneSpeechSynthesizer(), blobStore: InMemoryBlobStore())
        func bytes() async throws -> [UInt8] {
            var bytes: [UInt8] = []
            for try await chunk in try await service.speech(of: message, by: fixture.user).audio { bytes += chunk }
            return bytes
        }
        let (streamed, kept) = (try await bytes(), try await bytes())
        #expect(streamed[40..<44] == [0xFF, 0xFF, 0xFF, 0xFF])
        #expect(Array(streamed[44...]) == Array(kept[44...]))
        let size = (0..<4).reduce(0) { $0 | Int(kept[40 + $1]) << (8 * $1) }
        #expect(size == kept.count - 44)
    }

    @Test("Somebody else's message is not found, and without its ports the service says so")
    func refused() async throws {
        let (fixture, message) = try await Self.message()
        let other = try await fixture.companion.accounts.register(name: "Bob").id
        let service = SpeechService(store: fixture.store, synthesizer: ScriptedSpeechSynthesizer())
        let stranger = await #expect(throws: CompanionError.self) {
            _ = try await service.speech(of: message, by: other)
        }
        #expect(stranger?.code == .notFound)
        let bare = SpeechService(store: fixture.store)
        let mute = await #expect(throws: CompanionError.self) { _ = try await bare.speech(of: message, by: other) }
        #expect(mute?.code == .unsupported)
        let deaf = await #expect(throws: CompanionError.self) {
            _ = try await bare.transcribe(SpeechRecording(audio: [1], mediaType: "audio/wav"), by: fixture.user)
        }
        #expect(deaf?.code == .unsupported)
    }

    @Test("What is said is written down")
    func transcript() async throws {
        let (fixture, _) = try await Self.message()
        let service = SpeechService(store: fixture.store, transcriber: ScriptedSpeechTranscriber())
        let recording = SpeechRecording(audio: Array("Hello.".utf8), mediaType: "audio/wav", language: "en")
        let transcript = try await service.transcribe(recording, by: fixture.user)
        #expect(transcript == SpeechTranscript(text: "Hello.", language: "en"))
    }

    @Test("The stand-ins keep the contract of a synthesizer", arguments: SpeechSynthesizerConformance.checks)
    func conforms(_ check: SpeechSynthesizerConformance.Check) async throws {
        try await check.run(on: ScriptedSpeechSynthesizer())
        try await check.run(on: ToneSpeechSynthesizer())
    }

    @Test("The suite finds a synthesizer that does not keep its contract")
    func sabotage() async throws {
        var found = 0
        for check in SpeechSynthesizerConformance.checks {
            do { try await check.run(on: SilentSynthesizer()) } catch is ConformanceFailure { found += 1 }
        }
        #expect(found == SpeechSynthesizerConformance.checks.count)
    }
}

/// Breaks every rule: has no such voice, refuses nothing, is silent, and does not hear of cancellation.
private struct SilentSynthesizer: SpeechSynthesizer {
    var name: String { "silent" }
    var provider: String { "silent" }
    var formats: [SpeechFormat] { [.mp3] }
    var defaultVoice: String { "nobody" }

    func voices() async throws -> [SpeechVoice] { [] }
    func speech(for request: SpeechRequest) async throws -> BlobStream { BlobStream(Silence()) }
}

/// Ends at once, also for who is cancelled.
private struct Silence: AsyncSequence, Sendable {
    struct AsyncIterator: AsyncIteratorProtocol {
        func next(isolation _: isolated (any Actor)?) async throws -> [UInt8]? { nil }
        func next() async throws -> [UInt8]? { nil }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator() }
}
