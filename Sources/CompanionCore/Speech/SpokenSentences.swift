/// The sound of sentences one after the other, with the next one asked for while one is read.
struct SpokenSentences: AsyncSequence, Sendable {
    typealias Element = [UInt8]

    let sentences: [String]
    let voice: String
    let format: SpeechFormat
    let synthesizer: any SpeechSynthesizer
    /// Is given all of it once it is whole.
    let keep: @Sendable ([UInt8]) async throws -> Void

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(reading: Reading(of: self)) }

    struct AsyncIterator: AsyncIteratorProtocol {
        let reading: Reading

        func next(isolation actor: isolated (any Actor)?) async throws -> [UInt8]? {
            try await reading.next(isolation: actor)
        }

        func next() async throws -> [UInt8]? { try await next(isolation: nil) }
    }

    /// Where one reader is.
    final class Reading {
        private let speech: SpokenSentences
        private var index = 0
        private var current: BlobStream.AsyncIterator?
        /// The request for the next sentence. It lives as long as the reading, whatever task reads: hence no child task.
        private var ahead: Task<BlobStream, any Error>?
        private var joiner: WAVJoiner?
        private var all: [UInt8] = []
        private var hasEnded = false

        init(of speech: SpokenSentences) {
            self.speech = speech
            joiner = speech.format == .wav ? WAVJoiner() : nil
        }

        deinit { ahead?.cancel() }

        func next(isolation: isolated (any Actor)?) async throws -> [UInt8]? {
            guard !hasEnded else { return nil }
            do {
                try Task.checkCancellation()
                while let bytes = try await piece(isolation: isolation) {
                    guard !bytes.isEmpty else { continue }
                    // One byte more than is kept tells that it is too much.
                    all += bytes.prefix(Swift.max(0, MessageSpeech.maximumKeptBytes + 1 - all.count))
                    return bytes
                }
                end()
                let whole = joiner == nil ? all : WAVJoiner.withSize(all)
                all = []
                try await speech.keep(whole)
                return nil
            } catch {
                end()
                throw error
            }
        }

        private func end() {
            hasEnded = true
            current = nil
            ahead?.cancel()
            ahead = nil
        }

        private func piece(isolation: isolated (any Actor)?) async throws -> [UInt8]? {
            while true {
                if current == nil {
                    guard index < speech.sentences.count else { return nil }
                    let request = ahead ?? ask(index)
                    index += 1
                    ahead = nil
                    let stream = try await withTaskCancellationHandler {
                        try await request.value
                    } onCancel: {
                        request.cancel()
                    }
                    current = stream.makeAsyncIterator()
                    joiner?.beginPart()
                    if index < speech.sentences.count { ahead = ask(index) }
                }
                if let bytes = try await current?.next(isolation: isolation) {
                    return try joiner?.take(bytes) ?? bytes
                }
                try joiner?.endPart()
                current = nil
            }
        }

        private func ask(_ index: Int) -> Task<BlobStream, any Error> {
            let sentences = speech.sentences
            let request = SpeechRequest(
                text: sentences[index], voice: speech.voice, format: speech.format,
                previousText: index > 0 ? sentences[index - 1] : nil,
                nextText: index + 1 < sentences.count ? sentences[index + 1] : nil)
            return Task { [synthesizer = speech.synthesizer] in try await synthesizer.speech(for: request) }
        }
    }
}

/// Makes one WAV file of several: the first one's header, saying that the size is not known, and all samples.
struct WAVJoiner: Sendable {
    private static let maximumHeader = 4_096
    private var header: [UInt8]? = []
    private var isFirst = true

    mutating func beginPart() { header = [] }

    mutating func take(_ bytes: [UInt8]) throws(CompanionError) -> [UInt8] {
        guard var header else { return bytes }
        header += bytes
        guard let start = try Self.samples(in: header) else {
            guard header.count <= Self.maximumHeader else { throw Self.noWAV }
            self.header = header
            return []
        }
        self.header = nil
        let samples = Array(header[start...])
        guard isFirst else { return samples }
        isFirst = false
        var first = Array(header[..<start])
        for place in [4, start - 4] {
            for offset in 0..<4 { first[place + offset] = 0xFF }
        }
        return first + samples
    }

    func endPart() throws(CompanionError) { if header != nil { throw Self.noWAV } }

    /// Where the samples begin; nil where the header is not whole.
    private static func samples(in bytes: [UInt8]) throws(CompanionError) -> Int? {
        guard bytes.count >= 12 else { return nil }
        guard bytes.starts(with: Array("RIFF".utf8)), bytes[8..<12].elementsEqual("WAVE".utf8) else { throw noWAV }
        var place = 12
        while place + 8 <= bytes.count {
            if bytes[place..<place + 4].elementsEqual("data".utf8) { return place + 8 }
            let size = (0..<4).reduce(0) { $0 | Int(bytes[place + 4 + $1]) << (8 * $1) }
            place += 8 + size + size % 2
        }
        return nil
    }

    /// A joined file whose size is known now.
    static func withSize(_ file: [UInt8]) -> [UInt8] {
        guard let start = try? samples(in: file) else { return file }
        var file = file
        for (place, size) in [(4, file.count - 8), (start - 4, file.count - start)] {
            for offset in 0..<4 { file[place + offset] = UInt8(truncatingIfNeeded: size >> (8 * offset)) }
        }
        return file
    }

    private static var noWAV: CompanionError {
        CompanionError(.malformedResponse, "The synthesizer sent something else than a WAV file.")
    }
}
