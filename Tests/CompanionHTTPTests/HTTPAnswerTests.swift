import TestRandomness
import TestSupport
import Testing

@testable import _CompanionHTTP

@Suite("An answer's arrival")
struct HTTPAnswerTests {
    struct Broken: Error {}

    @Test("Every byte is taken once and in order, then the ending; reading pauses while much is waiting")
    func order() async {
        var random = SeededGenerator.announced()
        for _ in 0..<100 {
            await Task.yield()
            var answer = HTTPAnswer()
            var sent: [UInt8] = []
            var taken: [UInt8] = []
            var paused = false
            for _ in 0..<Int.random(in: 0...40, using: &random) {
                if !paused, random.chance(2, in: 3) {
                    let part = (0..<Int.random(in: 0...9000, using: &random)).map {
                        UInt8(truncatingIfNeeded: $0 + sent.count)
                    }
                    sent += part
                    paused = answer.receive(part, count: part.count) == .pause
                } else if case .bytes(let bytes) = answer.take() {
                    taken += bytes
                    #expect(bytes.count < HTTPAnswer.maximumWaiting + 9001, "seed \(random.seed)")
                    paused = false
                }
            }
            let fails = random.chance(1, in: 2)
            if fails { answer.fail(Broken()) } else { answer.finish() }
            while case .bytes(let bytes) = answer.take() { taken += bytes }
            #expect(taken == sent, "seed \(random.seed)")
            switch answer.take() {
            case .end: #expect(!fails)
            case .failure: #expect(fails)
            default: Issue.record("no ending, seed \(random.seed)")
            }
        }
    }

    @Test("Our own giving up drops what nobody took; the first ending counts")
    func abandon() {
        var answer = HTTPAnswer()
        _ = answer.receive([1, 2], count: 2)
        let isFirst = answer.abandon(Broken())
        let isSecond = answer.finish()
        #expect(isFirst && !isSecond)
        if case .failure = answer.take() {} else { Issue.record("bytes after giving up") }
        let demand = answer.receive([3], count: 1)
        #expect(demand == .stop)
    }

    @Test("The rest of an answer is thrown away, but not without end")
    func discard() {
        var answer = HTTPAnswer()
        answer.discardRest()
        let part = [UInt8](repeating: 0, count: 1000)
        let demands = (0..<100).map { _ in answer.receive(part, count: part.count) }
        #expect(demands.first == .more)
        #expect(demands.filter { $0 == .more }.count == HTTPAnswer.maximumDiscarded / part.count)
        #expect(demands.last == .stop)
        if case .bytes = answer.take() { Issue.record("kept what was to be thrown away") }
    }
}
