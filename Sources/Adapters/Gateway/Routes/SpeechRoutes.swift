internal import CompanionCore
internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
internal import NIOCore

/// Messages as sound, and recordings as text.
enum SpeechRoutes {
    static let all: [GatewayRoute] = [
        .get("/v1/speech", "speechOptions", "What there is of speech.", answer: .json("SpeechOptions")) { gateway, _ in
            let speech = gateway.companion.speech
            return .json(["synthesis": .bool(speech.canSpeak), "transcription": .bool(speech.canTranscribe)])
        },
        .get("/v1/speech/voices", "voices", "The voices to choose from.", answer: .list("Voice")) { gateway, _ in
            let voices = try await gateway.companion.speech.voices()
            return .json(["items": .list(voices) { .members(["id": .string($0.id), "name": .string($0.name)]) }])
        },
        .get(
            "/v1/messages/{id}/speech", "speech", "A message as sound, streamed while it is made.",
            query: [
                .init(name: "alternative", summary: "Which of its texts; else the selected one.", type: "integer"),
                .init(name: "voice", summary: "Which voice; else the character's."),
                .init(name: "format", summary: "mp3, opus, wav or pcm."),
            ], answer: .file("audio/*")
        ) { gateway, request in
            var format: SpeechFormat?
            if let name = request.query["format"] {
                format = SpeechFormat(named: name)
                guard format != nil else { throw CompanionError(.invalidInput, "`format` is mp3, opus, wav or pcm.") }
            }
            let speech = try await gateway.companion.speech.speech(
                of: request.id(), alternative: request.query["alternative"].flatMap(Int.init),
                voice: request.query["voice"], format: format, by: request.user)
            // The first piece is waited for: until then an error can still be told.
            var pieces = speech.audio.makeAsyncIterator()
            let first = try await pieces.next()
            let rest = UncheckedIterator(pieces)
            return GatewayResponse(
                headers: [.contentType: speech.format.mediaType, .cacheControl: "no-store"],
                body: ResponseBody { writer in
                    if let first { try await writer.write(ByteBuffer(bytes: first)) }
                    while let piece = try await rest.next() { try await writer.write(ByteBuffer(bytes: piece)) }
                    try await writer.finish(nil)
                })
        },
        .post(
            "/v1/speech/transcriptions", "transcribe", "What was said in a recording.",
            body: .file(types: ["audio/*"], maximumBytes: SpeechRecording.maximumBytes), answer: .json("Transcript"),
            query: [.init(name: "language", summary: "In which language it is, where that is known.")],
            ignoresIdempotencyKey: true
        ) { gateway, request in
            let transcript = try await gateway.companion.speech.transcribe(
                SpeechRecording(
                    audio: request.body, mediaType: request.headers[.contentType] ?? "audio/wav",
                    language: request.query["language"]), by: request.user)
            return .json(
                .members([
                    "text": .string(transcript.text),
                    "language": transcript.language.map(JSONValue.string) ?? .null,
                ]))
        },
    ]
}

/// Safety: made by the task that answers the request, and from then on the body's alone.
private final class UncheckedIterator: @unchecked Sendable {
    private var base: BlobStream.AsyncIterator

    init(_ base: BlobStream.AsyncIterator) { self.base = base }

    func next() async throws -> [UInt8]? { try await base.next() }
}
