import CompanionCore
import CompanionOpenAI
import CompanionTesting
import TestSupport
import Testing

@Suite struct SpeechTests {
    @Sendable private static func serve(_ exchange: ScriptedExchange) async throws {
        if exchange.request.path.hasSuffix("/audio/transcriptions") {
            let body = #"{"text":"Hello there","language":"english","duration":"2.5"}"#
            return try await exchange.respond(headers: [("Content-Type", "application/json")], body: body)
        }
        try await exchange.begin(headers: [("Content-Type", "audio/mpeg")])
        try await exchange.send("sound")
        try await exchange.end()
    }

    @Test("Keeps the contract of a synthesizer", arguments: SpeechSynthesizerConformance.checks)
    func synthesizer(_ check: SpeechSynthesizerConformance.Check) async throws {
        try await ScriptedHTTPServer.run(Self.serve) { server async throws in
            try await check.run(on: server.openAI().speechSynthesizer())
        }
    }

    @Test("Keeps the contract of a transcriber", arguments: SpeechTranscriberConformance.checks)
    func transcriber(_ check: SpeechTranscriberConformance.Check) async throws {
        try await ScriptedHTTPServer.run(Self.serve) { server async throws in
            try await check.run(
                on: SpeechTranscriberSubject(
                    transcriber: server.openAI().speechTranscriber(),
                    recording: SpeechRecording(audio: [1, 2], mediaType: "audio/webm"), word: "hello"))
        }
    }

    @Test("A text is sent as OpenAI wants it")
    func speech() async throws {
        try await ScriptedHTTPServer.run(Self.serve) { server async throws in
            let synthesizer = server.openAI().speechSynthesizer("tts", options: .init(instructions: "Calm."))
            let request = SpeechRequest(text: "Hi.", voice: "nova", format: .opus)
            var bytes: [UInt8] = []
            for try await chunk in try await synthesizer.speech(for: request) { bytes += chunk }
            #expect(bytes == Array("sound".utf8))
            #expect(server.requests.map(\.path) == ["/v1/audio/speech"])
            #expect(
                server.bodies == [
                    [
                        "model": "tts", "input": "Hi.", "voice": "nova", "response_format": "opus",
                        "instructions": "Calm.",
                    ]
                ])
        }
    }

    @Test("Whisper is asked for language and duration, newer models are not")
    func transcript() async throws {
        try await ScriptedHTTPServer.run(Self.serve) { server async throws in
            let recording = SpeechRecording(audio: [0x41], mediaType: "audio/mpeg")
            let whisper = try await server.openAI().speechTranscriber("whisper-1").transcript(of: recording)
            #expect(
                whisper == SpeechTranscript(text: "Hello there", language: "english", duration: .milliseconds(2_500)))
            _ = try await server.openAI().speechTranscriber("newer").transcript(of: recording)
            let bodies = server.requests.map { String(decoding: $0.body, as: UTF8.self) }
            #expect(bodies.map { $0.contains("verbose_json") } == [true, false])
            #expect(bodies.allSatisfy { $0.contains("filename=\"audio.mp3\"") })
        }
    }
}
