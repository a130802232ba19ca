public import CompanionCore

/// Stands in for a voice where there is none: each letter is a short tone, each pause a silence. Needs no network and no
/// key, and says the same for the same text.
public struct ToneSpeechSynthesizer: SpeechSynthesizer {
    private static let rate = 24_000
    private static let voicePitches: [(id: String, name: String, pitch: Double)] = [
        ("low", "Low tones", 0.6), ("middle", "Middle tones", 1), ("high", "High tones", 1.6),
    ]

    public init() {}

    public var name: String { "tones-1" }
    public var provider: String { "tones" }
    public var formats: [SpeechFormat] { [.wav, .pcm] }
    public var defaultVoice: String { "middle" }
    public var isSimulated: Bool { true }

    public func voices() async throws -> [SpeechVoice] {
        Self.voicePitches.map { SpeechVoice(id: $0.id, name: $0.name) }
    }

    public func speech(for request: SpeechRequest) async throws -> BlobStream {
        try Task.checkCancellation()
        try request.check(formats: formats)
        guard let voice = Self.voicePitches.first(where: { $0.id == request.voice }) else {
            throw CompanionError(.notFound, "There is no voice \(request.voice): choose low, middle or high.")
        }
        let scalars = Array(request.text.unicodeScalars)
        let size = scalars.reduce(0) { $0 + Self.samples(of: $1) } * 2
        let header = request.format == .wav ? Self.header(size) : nil
        return BlobStream(pulling: Place(header: header, rest: scalars[...])) { place in
            if let header = place.header {
                place.header = nil
                return header
            }
            guard let scalar = place.rest.popFirst() else { return nil }
            return Self.sound(of: scalar, pitch: voice.pitch)
        }
    }

    private struct Place: Sendable {
        var header: [UInt8]?
        var rest: ArraySlice<Unicode.Scalar>
    }

    private static func samples(of scalar: Unicode.Scalar) -> Int {
        isLetter(scalar) ? rate * 6 / 100 : rate * ([".", "!", "?", "。"].contains(scalar) ? 24 : 8) / 100
    }

    private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isAlphabetic || scalar.properties.numericType != nil
    }

    /// A triangle wave that swells and fades, so that tones don't click.
    private static func sound(of scalar: Unicode.Scalar, pitch: Double) -> [UInt8] {
        let count = samples(of: scalar)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count * 2)
        let frequency = (180 + Double(scalar.value % 32) * 12) * pitch
        for index in 0..<count {
            var sample = 0.0
            if isLetter(scalar) {
                let turns = Double(index) * frequency / Double(rate)
                let phase = turns - turns.rounded(.down)
                let place = Double(index) / Double(count)
                sample = (abs(phase * 4 - 2) - 1) * 4 * place * (1 - place) * 8_000
            }
            let value = Int16(sample)
            bytes.append(UInt8(truncatingIfNeeded: value))
            bytes.append(UInt8(truncatingIfNeeded: value >> 8))
        }
        return bytes
    }

    private static func header(_ size: Int) -> [UInt8] {
        func little(_ value: Int, _ count: Int) -> [UInt8] {
            (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
        }
        return Array("RIFF".utf8) + little(36 + size, 4) + Array("WAVEfmt ".utf8) + little(16, 4) + little(1, 2)
            + little(1, 2) + little(rate, 4) + little(rate * 2, 4) + little(2, 2) + little(16, 2) + Array("data".utf8)
            + little(size, 4)
    }
}
