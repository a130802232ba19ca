public import CompanionCore

/// The contract of `SpeechSynthesizer` as checks.
///
/// ```swift
/// @Test(arguments: SpeechSynthesizerConformance.checks)
/// func conforms(_ check: SpeechSynthesizerConformance.Check) async throws { try await check.run(on: synthesizer) }
/// ```
public enum SpeechSynthesizerConformance {
    public typealias Check = ConformanceCheck<any SpeechSynthesizer>

    public static let checks: [Check] = [
        Check("It has names, a format, and the default voice among its voices") { subject, _ in
            try expect(!subject.name.isEmpty, "a name that is not empty", seen: "an empty one")
            try expect(!subject.provider.isEmpty, "a provider that is not empty", seen: "an empty one")
            try expect(!subject.formats.isEmpty, "a format", seen: "none")
            let voices = try await subject.voices().map(\.id)
            try expect(voices.contains(subject.defaultVoice), "the default voice among the voices", seen: "\(voices)")
            try expect(Set(voices).count == voices.count, "each voice once", seen: "\(voices)")
            try expect(voices.count <= 1_000, "at most 1,000 voices", seen: "\(voices.count)")
        },
        Check("A text has a sound in each format, and any text is taken") { subject, _ in
            for format in subject.formats {
                let count = try await size(of: "Good morning.", format, subject)
                try expect(count > 0, "some sound as \(format)", seen: "none")
            }
            for text in ["a", "漢字。", "\"Quotes\" & <tags>\n\\", String(repeating: "word ", count: 800)] {
                let count = try await size(of: text, subject.formats[0], subject)
                try expect(count > 0, "some sound of \(text.prefix(20))", seen: "none")
            }
        },
        Check("What is out of bounds is refused") { subject, _ in
            let (voice, format) = (subject.defaultVoice, subject.formats[0])
            let long = String(repeating: "a", count: SpeechRequest.maximumCharacters + 1)
            for (text, voice) in [("", voice), (" \n", voice), (long, voice), ("Hi.", ""), ("Hi.", "a/../b")] {
                try await refuses(.invalidInput, "\(text.prefix(10)), \(voice)") {
                    _ = try await subject.speech(for: SpeechRequest(text: text, voice: voice, format: format))
                }
            }
            for format in [SpeechFormat.mp3, .opus, .wav, .pcm] where !subject.formats.contains(format) {
                try await refuses(.unsupported, "\(format)") {
                    _ = try await subject.speech(for: SpeechRequest(text: "Hi.", voice: voice, format: format))
                }
            }
        },
        Check("Several callers are served at a time") { subject, _ in
            let sizes = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<6 { group.addTask { try await size(of: "Hello.", subject.formats[0], subject) } }
                return try await group.reduce(into: [Int]()) { $0.append($1) }
            }
            try expect(sizes.allSatisfy { $0 > 0 }, "some sound for each", seen: "\(sizes)")
        },
        Check("A cancelled task gets CancellationError, not a sound") { subject, _ in
            let seen = await cancelled {
                _ = try await size(of: "Hello.", subject.formats[0], subject)
            }
            try expect(seen == nil, "CancellationError", seen: seen ?? "")
        },
    ]

    private static func size(
        of text: String, _ format: SpeechFormat, _ subject: any SpeechSynthesizer
    ) async throws -> Int {
        let request = SpeechRequest(text: text, voice: subject.defaultVoice, format: format)
        var count = 0
        for try await bytes in try await subject.speech(for: request) { count += bytes.count }
        return count
    }
}

/// The contract of `SpeechTranscriber` as checks.
public enum SpeechTranscriberConformance {
    public typealias Check = ConformanceCheck<SpeechTranscriberSubject>

    public static let checks: [Check] = [
        Check("What is said is written down") { subject, _ in
            let text = try await subject.transcriber.transcript(of: subject.recording).text
            let found = text.lowercased().contains(subject.word.lowercased())
            try expect(found, "a transcript with \(subject.word)", seen: text)
        },
        Check("What is out of bounds is refused") { subject, _ in
            func recording(_ change: (inout SpeechRecording) -> Void) -> SpeechRecording {
                var recording = subject.recording
                change(&recording)
                return recording
            }
            for wrong in [
                recording { $0.audio = [] }, recording { $0.mediaType = "" },
                recording { $0.mediaType = "a/b\r\nc: d" },
                recording { $0.language = "English" },
            ] {
                try await refuses(.invalidInput, "\(wrong.mediaType), \(wrong.language ?? "no language")") {
                    _ = try await subject.transcriber.transcript(of: wrong)
                }
            }
            let long = recording { $0.audio = [UInt8](repeating: 0, count: SpeechRecording.maximumBytes + 1) }
            try await refuses(.limitExceeded, "a long recording") {
                _ = try await subject.transcriber.transcript(of: long)
            }
        },
        Check("A cancelled task gets CancellationError, not a transcript") { subject, _ in
            let seen = await cancelled { _ = try await subject.transcriber.transcript(of: subject.recording) }
            try expect(seen == nil, "CancellationError", seen: seen ?? "")
        },
    ]
}

/// A transcriber, and a recording in which it must understand a word.
public struct SpeechTranscriberSubject: Sendable {
    public var transcriber: any SpeechTranscriber
    public var recording: SpeechRecording
    public var word: String

    public init(transcriber: any SpeechTranscriber, recording: SpeechRecording, word: String) {
        self.transcriber = transcriber
        self.recording = recording
        self.word = word
    }
}

private func refuses(
    _ code: CompanionError.Code, _ what: String, _ body: () async throws -> Void
) async throws {
    do {
        try await body()
    } catch let error as CompanionError where error.code == code {
        return
    } catch {
        throw Disappointment(expectation: "\(code) for \(what)", seen: String(reflecting: error))
    }
    throw Disappointment(expectation: "\(code) for \(what)", seen: "no error")
}

/// What a task that is cancelled before it begins gets; nil for CancellationError.
private func cancelled(_ body: @escaping @Sendable () async throws -> Void) async -> String? {
    let task = Task {
        withUnsafeCurrentTask { $0?.cancel() }
        try await body()
    }
    switch await task.result {
    case .success: return "no error"
    case .failure(let error): return error is CancellationError ? nil : String(reflecting: error)
    }
}
