import TestRandomness
import Testing

@testable import CompanionRedis

@Suite("Redis's protocol")
struct RESPParserTests {
    private func parse(
        _ text: String, cutInto pieces: [Int] = [], limits: RESPLimits = RESPLimits()
    ) throws -> [RESPValue] {
        try parse(Array(text.utf8), cutInto: pieces, limits: limits)
    }

    private func parse(
        _ bytes: [UInt8], cutInto pieces: [Int] = [], limits: RESPLimits = RESPLimits()
    ) throws -> [RESPValue] {
        var parser = RESPParser(limits: limits)
        var (values, rest): ([RESPValue], ArraySlice<UInt8>) = ([], bytes[...])
        for piece in pieces + [bytes.count] {
            let part = Array(rest.prefix(piece))
            rest = rest.dropFirst(piece)
            try part.withUnsafeBytes { try parser.feed($0) { values.append($0) } }
        }
        return values
    }

    private static let examples: [(text: String, value: RESPValue)] = [
        ("+OK\r\n", .simple("OK")), ("+\r\n", .simple("")), (":0\r\n", .integer(0)), (":-12\r\n", .integer(-12)),
        (":9223372036854775807\r\n", .integer(.max)), (":-9223372036854775808\r\n", .integer(.min)),
        ("$0\r\n\r\n", .bytes([])), ("$2\r\n\r\n\r\n", .bytes([13, 10])), ("$-1\r\n", .null), ("*-1\r\n", .null),
        ("_\r\n", .null), ("#t\r\n", .boolean(true)), ("#f\r\n", .boolean(false)), (",3.25\r\n", .double(3.25)),
        (",-inf\r\n", .double(-.infinity)), (",1e3\r\n", .double(1_000)),
        ("(3492890328409238509324850943850943825024385\r\n", .bigNumber("3492890328409238509324850943850943825024385")),
        ("=7\r\ntxt:abc\r\n", .bytes(Array("abc".utf8))), ("*0\r\n", .array([])),
        ("*2\r\n*1\r\n:1\r\n$1\r\na\r\n", .array([.array([.integer(1)]), .bytes([97])])),
        ("~1\r\n+a\r\n", .array([.simple("a")])), ("%1\r\n+a\r\n:1\r\n", .map([.simple("a"), .integer(1)])),
        (">2\r\n+message\r\n+a\r\n", .push([.simple("message"), .simple("a")])),
        ("-ERR who knows\r\n", .error(RedisError(line: "ERR who knows"))),
        ("!10\r\nOOM no mem\r\n", .error(RedisError(line: "OOM no mem"))),
        ("$?\r\n;2\r\nab\r\n;1\r\nc\r\n;0\r\n", .bytes(Array("abc".utf8))),
        ("*?\r\n:1\r\n:2\r\n.\r\n", .array([.integer(1), .integer(2)])),
        ("|1\r\n+ttl\r\n:3\r\n+a\r\n", .simple("a")),
    ]

    @Test("Every kind of value is read", arguments: examples.indices)
    func kinds(_ index: Int) throws {
        let example = Self.examples[index]
        #expect(try parse(example.text) == [example.value])
    }

    @Test("Wherever the bytes are cut, the same is read")
    func cuts() throws {
        var random = SeededGenerator.announced()
        for _ in 0..<500 {
            let chosen = (0..<Int.random(in: 1...6, using: &random)).map { _ in
                Self.examples[Int.random(in: 0..<Self.examples.count, using: &random)]
            }
            let text = chosen.map(\.text).joined()
            let pieces = (0..<30).map { _ in Int.random(in: 0...6, using: &random) }
            #expect(try parse(text, cutInto: pieces) == chosen.map(\.value))
        }
    }

    @Test(
        "What is no reply is a fault",
        arguments: [
            "?\r\n", "+OK\n", ":\r\n", ":1x\r\n", ":9223372036854775808\r\n", "$-2\r\n", "$1\r\nab\r\n", "#x\r\n",
            ",x\r\n",
            "(1x\r\n", "=1\r\na\r\n", "*x\r\n", "*-2\r\n", ".\r\n", "*1\r\n>1\r\n+a\r\n", "%?\r\n+a\r\n.\r\n", "_a\r\n",
            "$?\r\n+a\r\n", ">?\r\n",
        ])
    func faults(_ text: String) { #expect(throws: RESPFault.self) { try parse(text) } }

    @Test("Bounds hold, before room is made")
    func bounds() {
        let limits = RESPLimits(lineBytes: 32, stringBytes: 100, replyBytes: 300, values: 20, depth: 4)
        let cases: [(String, RESPFault)] = [
            ("+" + String(repeating: "a", count: 40), .lineTooLong), ("$101\r\n", .stringTooLong),
            ("$?\r\n;60\r\n" + String(repeating: "a", count: 60) + "\r\n;60\r\n", .stringTooLong),
            (
                "*4\r\n" + String(repeating: "$90\r\n" + String(repeating: "a", count: 90) + "\r\n", count: 4),
                .replyTooLarge
            ),
            ("*21\r\n", .tooManyValues), ("*?\r\n" + String(repeating: ":1\r\n", count: 30), .tooManyValues),
            (String(repeating: "*1\r\n", count: 5), .tooDeep), ("*9223372036854775807\r\n", .tooManyValues),
        ]
        for (text, fault) in cases {
            #expect(throws: fault, "\(text.prefix(20).debugDescription)") { try parse(text, limits: limits) }
        }
    }

    @Test("Whatever comes, it ends in values or in a fault")
    func mutations() {
        var random = SeededGenerator.announced()
        for _ in 0..<20_000 {
            var bytes = (0..<3).flatMap { _ in Array((Self.examples.randomElement(using: &random)?.text ?? "").utf8) }
            for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0...2, using: &random) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.remove(at: place)
                default: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
                }
            }
            _ = try? parse(bytes)
        }
    }

    @Test("Commands are what the protocol wants")
    func commands() {
        var command = RedisCommand("SET", count: 3, isRepeatable: true)
        command.append(key: [0, 13, 10])
        command.append("é")
        command.append(-5)
        #expect(
            command.bytes == Array("*4\r\n$3\r\nSET\r\n$3\r\n".utf8) + [0, 13, 10]
                + Array("\r\n$2\r\né\r\n$2\r\n-5\r\n".utf8))
        #expect(command.key.map { Array(command.bytes[$0]) } == [0, 13, 10])
    }

    @Test("Slots are those of the cluster's specification")
    func slots() {
        #expect(RedisSlot.checksum(Array("123456789".utf8)) == 0x31C3)
        #expect(RedisSlot.of(Array("foo".utf8)) == 12_182)
        #expect(RedisSlot.of(Array("{user1000}.following".utf8)) == RedisSlot.of(Array("user1000".utf8)))
        #expect(RedisSlot.of(Array("foo{}{bar}".utf8)) == Int(RedisSlot.checksum(Array("foo{}{bar}".utf8))) % 16_384)
        #expect(RedisSlot.of(Array("foo{{bar}}zap".utf8)) == RedisSlot.of(Array("{bar".utf8)))
    }
}
