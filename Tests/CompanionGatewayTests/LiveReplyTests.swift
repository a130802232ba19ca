import CompanionCore
import NIOCore
import TestRandomness
import Testing

@testable import CompanionGateway

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A reply in memory, and its readers.
@Suite struct LiveReplyTests {
    private let reply = LiveReply(Message.ID(UUID()), of: User.ID(UUID()), turn: nil, isLogged: false)

    @Test func everyReaderGetsEveryFrameOnceWhereverItReads() async throws {
        var random = SeededGenerator.announced()
        for _ in 0..<50 {
            let reply = LiveReply(Message.ID(UUID()), of: User.ID(UUID()), turn: nil, isLogged: false)
            let letters = ["a", "ü", "\"", "\\", "\n", "🌙", "\u{1}", "</script>"]
            let pieces = (0..<200).map { _ in letters.randomElement(using: &random)! }
            let starts = (0..<5).map { _ in Int.random(in: 0...3, using: &random) }
            let wanted = pieces.joined()
            try await withThrowingTaskGroup(of: (Int, [JSONObject]).self) { group in
                for start in starts {
                    group.addTask { (start, try await Self.frames(of: reply, after: start)) }
                }
                reply.append("started", [])
                for piece in pieces {
                    reply.append(text: piece)
                    if random.chance(1, in: 5) { await Task.yield() }
                }
                reply.append("finished", [], isLast: true)
                var whole: [JSONObject]?
                for try await (start, frames) in group {
                    let numbers = frames.map { $0["seq"]?.integer ?? 0 }
                    #expect(numbers == Array((start + 1)..<(start + 1 + frames.count)), "without gap or double")
                    #expect(frames.last?["type"]?.string == "finished")
                    if start == 0 { whole = frames }
                }
                let all = try await Self.frames(of: reply, after: 0)
                #expect(all.compactMap { $0["text"]?.string }.joined() == wanted)
                if let whole { #expect(whole == all, "all readers see the same frames") }
            }
        }
    }

    @Test func textThatNobodyReadsBecomesFewFrames() async throws {
        for _ in 0..<1_000 { reply.append(text: "word ") }
        reply.append("finished", [], isLast: true)
        #expect(reply.count == 2)
        let frames = try await Self.frames(of: reply, after: 0)
        #expect(frames.compactMap { $0["text"]?.string }.joined().count == 5_000)
    }

    @Test func aFrameStaysWithinItsBound() async throws {
        for _ in 0..<100_000 { reply.append(text: "0123456789") }
        reply.append("finished", [], isLast: true)
        let reader = ReplyReader()
        var (count, largest) = (0, 0)
        while true {
            let batch = try await reader.next(of: reply, after: count)
            count += batch.frames.count
            largest = batch.frames.reduce(largest) { max($0, $1.readableBytes) }
            if batch.isEnd { break }
        }
        #expect(largest <= LiveReply.largestText + 64)
    }

    @Test func withALogReadersSeeWhatIsInIt() async throws {
        let reply = LiveReply(Message.ID(UUID()), of: User.ID(UUID()), turn: nil, isLogged: true)
        reply.append(text: "Hello")
        let reader = ReplyReader()
        #expect(reply.read(after: 0, limit: 10, follower: reader).frames.isEmpty)
        let unlogged = reply.readForLog(limit: 10, follower: ReplyReader())
        #expect(unlogged.frames.count == 1)
        reply.wereLogged(1)
        #expect(reply.read(after: 0, limit: 10, follower: reader).frames.count == 1)
        reply.append(text: "again")
        #expect(reply.read(after: 1, limit: 10, follower: reader).frames.isEmpty)
        reply.goOnWithoutLog()
        #expect(reply.read(after: 1, limit: 10, follower: reader).frames.count == 1)
    }

    @Test func aReaderThatIsCancelledStopsWaiting() async {
        let reply = reply
        let reading = Task { try await ReplyReader().next(of: reply, after: 0) }
        await Task.yield()
        reading.cancel()
        let result = await reading.result
        #expect(throws: CancellationError.self) { try result.get() }
    }

    @Test func anyTextIsAJSONString() throws {
        var random = SeededGenerator.announced()
        for _ in 0..<2_000 {
            let scalars = (0..<Int.random(in: 0...30, using: &random)).compactMap { _ in
                Unicode.Scalar(UInt32.random(in: 0..<(random.chance(1, in: 3) ? 0x11_0000 : 0x80), using: &random))
            }
            let text = String(String.UnicodeScalarView(scalars))
            var buffer = ByteBuffer(string: "\"")
            buffer.writeJSONFragment(text)
            buffer.writeString("\"")
            #expect(try JSONValue(parsing: buffer.readableBytesView) == .string(text))
        }
    }

    static func frames(of reply: LiveReply, after sequence: Int) async throws -> [JSONObject] {
        let reader = ReplyReader()
        var frames: [JSONObject] = []
        while true {
            let batch = try await reader.next(of: reply, after: sequence + frames.count)
            for frame in batch.frames {
                frames.append(try #require(try JSONValue(parsing: frame.readableBytesView).object))
            }
            if batch.isEnd { return frames }
        }
    }
}
