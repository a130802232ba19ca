public import CompanionCore
internal import Synchronization

/// A synthesizer for tests: its sound is what a function makes of each request.
public final class ScriptedSpeechSynthesizer: SpeechSynthesizer {
    public let formats: [SpeechFormat]
    private let answer: @Sendable (_ call: Int, _ request: SpeechRequest) async throws -> BlobStream
    private let asked = Mutex<[SpeechRequest]>([])

    /// A synthesizer that answers by a function of the call's number (from 0) and the request.
    public init(
        formats: [SpeechFormat] = [.mp3, .pcm],
        answering answer: @escaping @Sendable (_ call: Int, _ request: SpeechRequest) async throws -> BlobStream
    ) {
        self.formats = formats
        self.answer = answer
    }

    /// A synthesizer whose sound is the voice's name and the text, in several pieces.
    public convenience init() {
        self.init { _, request in
            BlobStream(pulling: Array("[\(request.voice)] \(request.text)".utf8)[...]) { rest in
                let piece = Array(rest.prefix(7))
                rest = rest.dropFirst(7)
                return piece.isEmpty ? nil : piece
            }
        }
    }

    public var name: String { "scripted" }
    public var provider: String { "scripted" }
    public var defaultVoice: String { "anna" }
    public var isSimulated: Bool { true }

    /// The requests so far, in their order.
    public var requests: [SpeechRequest] { asked.withLock { $0 } }

    public func voices() async throws -> [SpeechVoice] {
        [SpeechVoice(id: "anna", name: "Anna"), SpeechVoice(id: "ben", name: "Ben")]
    }

    public func speech(for request: SpeechRequest) async throws -> BlobStream {
        try Task.checkCancellation()
        try request.check(formats: formats)
        guard ["anna", "ben"].contains(request.voice) else {
            throw CompanionError(.notFound, "There is no voice \(request.voice).")
        }
        let call = asked.withLock { requests in
            requests.append(request)
            return requests.count - 1
        }
        return try await answer(call, request)
    }
}

/// A transcriber for tests: understands what a function makes of each recording.
public struct ScriptedSpeechTranscriber: SpeechTranscriber {
    private let answer: @Sendable (SpeechRecording) async throws -> SpeechTranscript

    public init(answering answer: @escaping @Sendable (SpeechRecording) async throws -> SpeechTranscript) {
        self.answer = answer
    }

    /// A transcriber that takes the recording's bytes for UTF-8.
    public init() {
        self.init { recording in
            SpeechTranscript(text: String(decoding: recording.audio, as: UTF8.self), language: recording.language)
        }
    }

    public var name: String { "scripted" }

    public func transcript(of recording: SpeechRecording) async throws -> SpeechTranscript {
        try Task.checkCancellation()
        try recording.check()
        return try await answer(recording)
    }
}
