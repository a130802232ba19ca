import CompanionCore
import TestRandomness
import TestSupport
import Testing
import _CompanionHTTP

@Suite("Event stream parser")
struct ServerSentEventParserTests {
    struct Event: Hashable {
        var name: String
        var data: String
        var id: String
    }

    static func parse(_ pieces: [[UInt8]], parser: ServerSentEventParser = .init(), finishes: Bool = false) throws
        -> [Event]
    {
        var parser = parser
        var events: [Event] = []
        func pull(_ parser: inout ServerSentEventParser) throws {
            while let (name, data) = try parser.next(Self.strings) {
                events.append(Event(name: name, data: data, id: parser.lastEventID))
            }
        }
        for piece in pieces {
            parser.append(piece)
            try pull(&parser)
        }
        if finishes, let (name, data) = try parser.finish(Self.strings) {
            events.append(Event(name: name, data: data, id: parser.lastEventID))
        }
        return events
    }

    static func strings(_ event: ServerSentEvent) -> (String, String) {
        (String(decoding: event.name, as: UTF8.self), String(decoding: event.data, as: UTF8.self))
    }

    static func parse(_ text: String) throws -> [String] { try parse([Array(text.utf8)]).map(\.data) }

    @Test("The examples of the standard")
    func standard() throws {
        #expect(try Self.parse("data: YHOO\ndata: +2\ndata: 10\n\n") == ["YHOO\n+2\n10"])
        #expect(
            try Self.parse([
                Array(
                    ": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n".utf8)
            ])
                == [
                    Event(name: "", data: "first event", id: "1"), Event(name: "", data: "second event", id: ""),
                    Event(name: "", data: " third event", id: ""),
                ])
        #expect(try Self.parse("data\n\ndata\ndata\n\ndata:") == ["", "\n"])
        #expect(try Self.parse("data:test\n\ndata: test\n\n") == ["test", "test"])
    }

    @Test("A byte order mark is skipped at the start and nowhere else")
    func byteOrderMark() throws {
        #expect(try Self.parse("\u{FEFF}data: a\n\n\u{FEFF}data: b\n\n") == ["a"])
    }

    @Test("An event's name lasts for one event, its id until the next one; an id with a NUL is none")
    func fields() throws {
        let text = "event: x\nid: 7\ndata: 1\n\ndata: 2\n\nid: a\0b\ndata: 3\n\nretry: 1500\nretry: 2s\n\n"
        var parser = ServerSentEventParser()
        let events = try Self.parse([Array(text.utf8)], parser: parser)
        #expect(events.map(\.name) == ["x", "", ""])
        #expect(events.map(\.id) == ["7", "7", "7"])
        parser.append(Array(text.utf8))
        while try parser.next(Self.strings) != nil {}
        #expect(parser.reconnectionTime == .milliseconds(1500))
    }

    @Test(
        "An event without its empty line is dropped at the end, unless it is asked for",
        arguments: ["", "\n", "\r", "\r\n"])
    func unfinished(end: String) throws {
        let bytes = Array(("data: a\n\ndata: [DONE]" + end).utf8)
        #expect(try Self.parse([bytes]).map(\.data) == ["a"])
        #expect(try Self.parse([bytes], finishes: true).map(\.data) == ["a", "[DONE]"])
    }

    @Test("An event at a lone CR comes out before the next byte is there")
    func promptness() throws {
        var parser = ServerSentEventParser()
        parser.append(Array("data: a\r\r".utf8))
        #expect(try parser.next(Self.strings)?.1 == "a")
        parser.append(Array("\ndata: b\n\n".utf8))
        #expect(try parser.next(Self.strings)?.1 == "b")
    }

    @Test("Whatever the line ends and wherever the bytes are cut, the events are those of the definition")
    func splits() async throws {
        var random = SeededGenerator.announced()
        let seed = random.seed
        let fields = [
            "data", "data:", "data: x", "data:é🇮🇹", "data: {\"a\": \"b\"}", "dataset: 3", ": comment", ":", "event: e",
            "event",
            "id: 1", "id", "retry: 10", "retry: x", "nonsense", "data: \u{FEFF}", " data: no", "data:\u{0}\u{7}", "",
            "", "",
        ]
        for _ in 0..<150 {
            await Task.yield()
            var bytes: [UInt8] = random.next() % 4 == 0 ? [0xEF, 0xBB, 0xBF] : []
            for _ in 0..<Int.random(in: 0...12, using: &random) {
                bytes += fields.randomElement(using: &random)!.utf8
                bytes += ["\n", "\r", "\r\n"].randomElement(using: &random)!.utf8
            }
            if random.next() % 3 == 0 { bytes += "data: cut".utf8 }
            let expected = Self.definition(bytes)
            #expect(try Self.parse([bytes]) == expected, "seed \(seed)")
            #expect(try Self.parse(bytes.map { [$0] }) == expected, "seed \(seed), bytes one by one")
            for cut in 0...bytes.count {
                #expect(
                    try Self.parse([Array(bytes[..<cut]), Array(bytes[cut...])]) == expected, "seed \(seed), cut \(cut)"
                )
            }
        }
    }

    @Test("A line or an event that is too long is refused, however it comes")
    func bounds() throws {
        let parser = ServerSentEventParser(maximumLineLength: 20, maximumDataLength: 30)
        let long = Array("data: 1234567890123456789".utf8)
        for pieces in [[long], long.map { [$0] }, [long + [10]]] {
            #expect { try Self.parse(pieces, parser: parser) } throws: {
                ($0 as? CompanionError)?.code == .limitExceeded
            }
        }
        let lines = Array(String(repeating: "data: 1234567890\n", count: 4).utf8)
        #expect { try Self.parse([lines], parser: parser) } throws: { ($0 as? CompanionError)?.code == .limitExceeded }
        #expect(try Self.parse([Array("data: 12345678901234\n\n".utf8)], parser: parser).count == 1)
    }

    /// The standard's algorithm, word for word, over the whole stream.
    static func definition(_ bytes: [UInt8]) -> [Event] {
        var text = String(decoding: bytes, as: UTF8.self).unicodeScalars[...]
        if text.first == "\u{FEFF}" { text.removeFirst() }
        var lines: [String.UnicodeScalarView] = []
        var line = String.UnicodeScalarView()
        var previous: Unicode.Scalar?
        for scalar in text {
            if scalar == "\n", previous == "\r" {
            } else if scalar == "\n" || scalar == "\r" {
                lines.append(line)
                line = .init()
            } else {
                line.append(scalar)
            }
            previous = scalar
        }
        var events: [Event] = []
        var (data, name, id) = ("", "", "")
        for line in lines {
            if line.isEmpty {
                if !data.isEmpty {
                    events.append(Event(name: name, data: String(data.unicodeScalars.dropLast()), id: id))
                }
                (data, name) = ("", "")
                continue
            }
            let colon = line.firstIndex(of: ":") ?? line.endIndex
            let field = String(line[..<colon])
            var value = line[colon...].dropFirst()
            if value.first == " " { value = value.dropFirst() }
            switch field {
            case "data": data += String(value) + "\n"
            case "event": name = String(value)
            case "id": if !value.contains("\0") { id = String(value) }
            default: break
            }
        }
        return events
    }
}
