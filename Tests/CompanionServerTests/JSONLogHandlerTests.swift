import CompanionCore
import Logging
import Synchronization
import TestRandomness
import Testing

@testable import CompanionServer

struct JSONLogHandlerTests {
    private final class Lines: Sendable {
        let all = Mutex<[[UInt8]]>([])
    }

    @Test("Whatever is logged, each event is one line of JSON that holds it")
    func lines() throws {
        var random = SeededGenerator.announced()
        let lines = Lines()
        let logger = Logger(label: "test") { label in
            JSONLogHandler(label: label, level: .trace) { line in lines.all.withLock { $0.append(line) } }
        }
        var texts: [String] = []
        for _ in 0..<200 {
            let text = String(
                String.UnicodeScalarView(
                    (0..<Int.random(in: 0...40, using: &random)).compactMap { _ in
                        Unicode.Scalar(UInt32.random(in: 0...(random.chance(1, in: 2) ? 0x40 : 0x2FFF), using: &random))
                    }))
            texts.append(text)
            logger.warning("\(text)", metadata: ["key": "\(text)", "list": ["\(text)"]])
        }
        let written = lines.all.withLock(\.self)
        #expect(written.count == texts.count)
        for (line, text) in zip(written, texts) {
            #expect(line.last == 0x0A)
            #expect(line.dropLast().allSatisfy { $0 >= 0x20 })
            let value = try JSONValue(parsing: Array(line.dropLast()))
            #expect(value["message"]?.string == text)
            #expect(value["level"]?.string == "warning")
            #expect(value["metadata"]?["key"]?.string == text)
        }
    }

    @Test("A long message is cut")
    func long() {
        let lines = Lines()
        let logger = Logger(label: "test") { label in
            JSONLogHandler(label: label, level: .trace) { line in lines.all.withLock { $0.append(line) } }
        }
        logger.info("\(String(repeating: "é", count: 100_000))")
        #expect(lines.all.withLock { $0[0].count } < JSONLogHandler.maximumBytes + 512)
    }
}
