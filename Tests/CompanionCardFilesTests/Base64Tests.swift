import CompanionCore
import TestRandomness
import Testing

@testable import CompanionCardFiles

@Suite("Base64")
struct Base64Tests {
    @Test(
        "RFC 4648's examples are written and read",
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ])
    func examples(plain: String, text: String) throws {
        #expect(Base64.encode(Array(plain.utf8)) == Array(text.utf8))
        #expect(try Base64.decode(Array(text.utf8)) == Array(plain.utf8))
        #expect(try Base64.decode(Array(text.utf8.filter { $0 != UInt8(ascii: "=") })) == Array(plain.utf8))
    }

    @Test("Any bytes come back, also with line breaks and from the other alphabet")
    func roundTrip() throws {
        let seed = UInt64.random(in: 0..<1_000_000)
        var random = SeededGenerator(seed: seed)
        for count in 0..<200 {
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            let text = Base64.encode(bytes)
            #expect(try Base64.decode(text) == bytes, "seed \(seed)")
            let broken = text.enumerated().flatMap { place, letter -> [UInt8] in
                place % 7 == 3 ? [0x0D, 0x0A, letter] : [letter]
            }
            #expect(try Base64.decode(broken) == bytes, "seed \(seed)")
            let other = text.map { $0 == UInt8(ascii: "+") ? UInt8(ascii: "-") : $0 == UInt8(ascii: "/") ? 0x5F : $0 }
            #expect(try Base64.decode(other) == bytes, "seed \(seed)")
        }
    }

    @Test(
        "What is no base64 is refused", arguments: ["Zg==Zg==", "Z", "Zm9vY", "Zm9v#", "Zm9vé", "Z=m9v", "Zm9v=Zm9v"])
    func refuses(text: String) throws {
        let error = try #require(throws: CompanionError.self) { try Base64.decode(Array(text.utf8)) }
        #expect(error.code == .invalidInput)
    }
}
