import CompanionCore
import CompanionElevenLabs
import CompanionTesting
import TestSupport
import Testing

/// Waits between attempts are as short as they may be.
private struct NoRandomness: RandomSource {
    func next() -> UInt64 { 0 }
}

extension ScriptedHTTPServer {
    fileprivate var elevenLabs: ElevenLabs {
        ElevenLabs(configuration: .init(apiKey: "xi-hunter2", baseURL: url), random: NoRandomness())
    }
}

extension ScriptedExchange {
    fileprivate func sound(_ pieces: String...) async throws {
        try await begin(headers: [("Content-Type", "audio/mpeg")])
        for piece in pieces { try await send(piece) }
        try await end()
    }
}

private func bytes(of stream: BlobStream) async throws -> [UInt8] {
    var bytes: [UInt8] = []
    for try await chunk in stream { bytes += chunk }
    return bytes
}

private let hello = SpeechRequest(
    text: "Hello.", voice: "v1", format: .mp3, previousText: "So.", nextText: "Bye.")

@Suite struct ElevenLabsTests {
    @Sendable private static func serve(_ exchange: ScriptedExchange) async throws {
        switch exchange.request.path.prefix(while: { $0 != "?" }) {
        case "/v2/voices": try await exchange.respond(body: #"{"voices":[{"voice_id":"v1","name":"Ann"}]}"#)
        case "/v1/speech-to-text": try await exchange.respond(body: #"{"text":"Hello there","language_code":"eng"}"#)
        default: try await exchange.sound("ID3", "sound")
        }
    }

    @Test("Keeps the contract of a synthesizer", arguments: SpeechSynthesizerConformance.checks)
    func synthesizer(_ check: SpeechSynthesizerConformance.Check) async throws {
        try await ScriptedHTTPServer.run(Self.serve) { server async throws in
            try await check.run(on: server.elevenLabs.speechSynthesizer(voice: "v1"))
        }
    }

    @Test("Keeps the contract of a transcriber", arguments: SpeechTranscriberConformance.checks)
    func transcriber(_ check: SpeechTranscriberConformance.Check) async throws {
        try await ScriptedHTTPServer.run(Self.serve) { server async throws in
            try await check.run(
                on: SpeechTranscriberSubject(
                    transcriber: server.elevenLabs.speechTranscriber(),
                    recording: SpeechRecording(audio: [1, 2], mediaType: "audio/webm"), word: "hello"))
        }
    }

    @Test("A text is sent with what stands around it, and its sound is what came")
    func speech() async throws {
        try await ScriptedHTTPServer.run(Self.serve) { server async throws in
            let synthesizer = server.elevenLabs.speechSynthesizer("m", voice: "v1", settings: .init(stability: 0.5))
            let sound = try await bytes(of: synthesizer.speech(for: hello))
            #expect(sound == Array("ID3sound".utf8))
            let request = try #require(server.requests.first)
            #expect(request.method == "POST")
            #expect(request.path == "/v1/text-to-speech/v1/stream?output_format=mp3_44100_128")
            #expect(request.header("xi-api-key") == "xi-hunter2")
            let body = try JSONValue(parsing: request.body)
            #expect(
                body == [
                    "text": "Hello.", "model_id": "m", "previous_text": "So.", "next_text": "Bye.",
                    "voice_settings": ["stability": 0.5],
                ])
        }
    }

    @Test("Voices are read page by page")
    func voices() async throws {
        try await ScriptedHTTPServer.run { exchange in
            let isSecond = exchange.request.path.contains("next_page_token=a%2Fb")
            try await exchange.respond(
                body: isSecond
                    ? #"{"voices":[{"voice_id":"v2","name":"Ben"}],"has_more":false,"next_page_token":null}"#
                    : #"{"voices":[{"voice_id":"v1","name":"Ann"}],"has_more":true,"next_page_token":"a/b"}"#)
        } _: { server async throws in
            let voices = try await server.elevenLabs.speechSynthesizer(voice: "v2").voices()
            #expect(voices == [SpeechVoice(id: "v1", name: "Ann"), SpeechVoice(id: "v2", name: "Ben")])
            #expect(
                server.requests.map(\.path) == [
                    "/v2/voices?page_size=100", "/v2/voices?page_size=100&next_page_token=a%2Fb",
                ])
        }
    }

    @Test("A recording is sent as a form")
    func transcript() async throws {
        try await ScriptedHTTPServer.run(Self.serve) { server async throws in
            let recording = SpeechRecording(audio: Array("sound".utf8), mediaType: "audio/webm", language: "en")
            let transcript = try await server.elevenLabs.speechTranscriber("s").transcript(of: recording)
            #expect(transcript == SpeechTranscript(text: "Hello there", language: "eng"))
            let request = try #require(server.requests.first)
            let boundary = "companion-00000000000000000000000000000000"
            #expect(request.header("Content-Type") == "multipart/form-data; boundary=\(boundary)")
            let lines = [
                "--\(boundary)", "Content-Disposition: form-data; name=\"model_id\"", "", "s",
                "--\(boundary)", "Content-Disposition: form-data; name=\"language_code\"", "", "en",
                "--\(boundary)", "Content-Disposition: form-data; name=\"file\"; filename=\"audio.webm\"",
                "Content-Type: audio/webm", "", "sound", "--\(boundary)--", "",
            ]
            #expect(String(decoding: request.body, as: UTF8.self) == lines.joined(separator: "\r\n"))
        }
    }

    @Test("A sound that breaks off ends with an error, and is not asked for again")
    func cut() async throws {
        try await ScriptedHTTPServer.run { exchange in
            try await exchange.begin(headers: [("Content-Type", "audio/mpeg")])
            try await exchange.send("begin")
            try await exchange.cut()
        } _: { server async throws in
            let synthesizer = server.elevenLabs.speechSynthesizer(voice: "v1")
            let error = await #expect(throws: CompanionError.self) {
                _ = try await bytes(of: synthesizer.speech(for: hello))
            }
            #expect(error?.code == .unavailable)
        }
    }

    @Test("A busy server is asked again")
    func busy() async throws {
        let counter = Counter()
        try await ScriptedHTTPServer.run { exchange in
            counter.add(1)
            if counter.value == 1 {
                try await exchange.respond(429, body: #"{"detail":{"status":"system_busy","message":"Busy."}}"#)
            } else {
                try await exchange.sound("sound")
            }
        } _: { server async throws in
            let sound = try await bytes(of: server.elevenLabs.speechSynthesizer(voice: "v1").speech(for: hello))
            #expect(sound == Array("sound".utf8))
            #expect(server.requests.count == 2)
        }
    }

    @Test(
        "Errors of each form have their meaning",
        arguments: [
            (401, #"{"detail":{"status":"quota_exceeded","message":"No credit."}}"#, CompanionError.Code.forbidden),
            (401, #"{"detail":{"status":"invalid_api_key","message":"No."}}"#, .unauthenticated),
            (401, #"{"detail":"No."}"#, .unauthenticated),
            (400, #"{"detail":{"code":"voice_not_found","message":"No."}}"#, .notFound),
            (422, #"{"detail":[{"loc":["body"],"msg":"No."}]}"#, .invalidInput),
        ])
    func errors(_ status: Int, _ body: String, _ code: CompanionError.Code) async throws {
        try await ScriptedHTTPServer.run { exchange in
            try await exchange.respond(status, body: body)
        } _: { server async throws in
            let synthesizer = server.elevenLabs.speechSynthesizer(voice: "v1")
            let error = await #expect(throws: CompanionError.self) { _ = try await synthesizer.speech(for: hello) }
            #expect(error?.code == code)
            #expect(server.requests.count == 1)
        }
    }

    @Test("Who lets go of a sound, or is cancelled, closes the connection")
    func leaving() async throws {
        try await ScriptedHTTPServer.run { exchange in
            try await exchange.begin(headers: [("Content-Type", "audio/mpeg")])
            try await exchange.send("begin")
        } _: { server async throws in
            let synthesizer = server.elevenLabs.speechSynthesizer(voice: "v1")
            let task = Task { try await bytes(of: synthesizer.speech(for: hello)) }
            try await eventually("the sound begins") { !server.requests.isEmpty }
            task.cancel()
            await #expect(throws: CancellationError.self) { _ = try await task.value }
            try await eventually("the connection is closed") { server.openConnectionCount == 0 }
            do { _ = try await synthesizer.speech(for: hello) }
            try await eventually("the connection is closed") { server.openConnectionCount == 0 }
        }
    }
}
