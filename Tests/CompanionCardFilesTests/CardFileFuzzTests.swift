import CompanionCore
import TestRandomness
import Testing

@testable import CompanionCardFiles

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

@Suite("Hostile card files")
struct CardFileFuzzTests {
    /// More with `FUZZ_COUNT` in the environment.
    private let count = ProcessInfo.processInfo.environment["FUZZ_COUNT"].flatMap(Int.init) ?? 3_000

    @Test("A mutated file is read or refused with a reason, soon", .timeLimit(.minutes(10)))
    func mutated() throws {
        var random = SeededGenerator.announced()
        let card = CharacterCard(
            name: "Wren", alternateGreetings: ["a", "b"], tags: ["t"],
            book: Lorebook(entries: [LorebookEntry(keys: ["k"], content: "c", id: .number(JSONNumber(1)))]),
            assets: [.defaultIcon], source: ["s"])
        let json = card.json(as: .v3).serializedBytes()
        let base64 = Base64.encode(json)
        let files = [
            json, card.json(as: .v1).serializedBytes(), try CardFile.png(card: card, image: PictureSamples.pixel),
            PictureSamples.picture([PictureSamples.compressedText("ccv3", base64)]),
            PictureSamples.picture([PictureSamples.internationalText("ccv3", base64, isCompressed: true)]),
            try CardFile.charx(card: card, icon: PictureSamples.pixel),
        ]
        var slowest = Duration.zero
        for round in 0..<count {
            var bytes = files[round % files.count]
            for _ in 0..<Int.random(in: 1...4, using: &random) { random.mutate(&bytes) }
            // Half of the pictures get right checksums again, so that what stands behind them is reached.
            if Bool.random(using: &random) { bytes = random.withRightChecksums(bytes) }
            let time = ContinuousClock().measure {
                do {
                    let contents = try CardFile.read(bytes)
                    _ = contents.imported.card.json(as: .v3)
                } catch let error as CompanionError {
                    let codes = [CompanionError.Code.invalidInput, .limitExceeded, .unsupported]
                    #expect(codes.contains(error.code), "seed \(random.seed), round \(round): \(error)")
                } catch {
                    Issue.record("seed \(random.seed), round \(round): \(error)")
                }
            }
            slowest = max(slowest, time)
        }
        #expect(slowest < .seconds(1), "seed \(random.seed)")
    }
}

extension SeededGenerator {
    fileprivate mutating func mutate(_ bytes: inout [UInt8]) {
        guard !bytes.isEmpty else { return }
        let place = Int.random(in: bytes.indices, using: &self)
        let end = min(bytes.count, place + Int.random(in: 1...40, using: &self))
        switch Int.random(in: 0..<6, using: &self) {
        case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &self)
        case 1: bytes[place] = [0, 0x7F, 0x80, 0xFF, 0x22, 0x7B, 0x5B, 0x5C].randomElement(using: &self) ?? 0
        case 2: bytes.removeSubrange(place..<end)
        case 3: bytes.insert(contentsOf: bytes[place..<end], at: place)
        case 4: bytes.removeSubrange(place...)
        default: bytes.insert(contentsOf: repeatElement(UInt8.random(in: 0...255, using: &self), count: 99), at: place)
        }
    }

    /// The chunks as far as they can be told apart, with their checksums put right.
    fileprivate mutating func withRightChecksums(_ bytes: [UInt8]) -> [UInt8] {
        guard bytes.starts(with: PNG.signature) else { return bytes }
        var reader = PNG.ChunkReader(bytes)
        var repaired = PNG.signature
        while let chunk = try? reader.next() { repaired += PNG.chunk(chunk.type, Array(chunk.data)) }
        return repaired
    }
}
