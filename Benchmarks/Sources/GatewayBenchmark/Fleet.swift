import Foundation
import NIOCore
import NIOPosix

/// Many sessions on one event loop, and what they see.
// Safety: what changes is touched on the event loop only.
final class Fleet: @unchecked Sendable {
    /// What was seen in one stretch of time.
    struct Figures {
        var seconds: Double
        var tokens: Int
        var replies: Int
        /// What the server added to the time to the first token.
        var first: Histogram
        /// From the upstream's writing a token until it was here.
        var lag: Histogram
    }

    let port: Int
    let loop: any EventLoop
    let chunks: Int
    private(set) var isTalking = false
    private(set) var isMeasuring = false
    var tokens = 0
    var replies = 0
    /// Parts of turns that the server had to go without.
    var notices = 0
    var first = Histogram()
    var lag = Histogram()
    private var errors: [String: Int] = [:]
    private var talkers: [Talker] = []
    private var measuredFrom: UInt32 = 0
    private var greetings: [String] = []
    private var opened = 0
    private var ready = 0
    private var answered = 0

    /// So many are being opened at a time.
    private static let openingAtOnce = 64

    init(to port: Int, chunks: Int, on loop: any EventLoop) {
        self.port = port
        self.chunks = chunks
        self.loop = loop
    }

    // MARK: From the main thread

    /// Opens a session for each greeting, and waits until all are ready.
    func open(_ greetings: [String]) throws {
        let count = onLoop {
            self.greetings = greetings.reversed()
            for _ in 0..<Self.openingAtOnce { self.openNext() }
            return self.opened + greetings.count
        }
        try wait("sessions ready", count, seconds: 120) { self.opened }
        let errors = errorLines
        guard onLoop({ self.ready }) == count else {
            throw Failure("Not all sessions became ready: \(errors.joined(separator: "; "))")
        }
    }

    /// Lets sessions talk until ``stopTalking()``.
    ///
    /// - Parameters:
    ///   - range: Which ones.
    ///   - ramp: Seconds over which they begin.
    func talk(_ range: Range<Int>? = nil, over ramp: Double) {
        onLoop {
            self.isTalking = true
            let talkers = range.map { Array(self.talkers[$0]) } ?? self.talkers
            for (index, talker) in talkers.enumerated() {
                let bound = NIOLoopBound(talker, eventLoop: self.loop)
                self.loop.scheduleTask(
                    in: .microseconds(Int64(ramp * 1e6 * Double(index) / Double(talkers.count)))
                ) { bound.value.say() }
            }
        }
        Thread.sleep(forTimeInterval: ramp)
    }

    func stopTalking() { onLoop { self.isTalking = false } }

    func measure(for seconds: Double) -> Figures {
        let start = onLoop {
            (self.tokens, self.replies) = (0, 0)
            self.first.reset()
            self.lag.reset()
            self.measuredFrom = Clock.microseconds
            self.isMeasuring = true
            return ContinuousClock.now
        }
        Thread.sleep(forTimeInterval: seconds)
        return onLoop {
            self.isMeasuring = false
            let seconds = (ContinuousClock.now - start) / .seconds(1)
            return Figures(
                seconds: seconds, tokens: self.tokens, replies: self.replies, first: self.first, lag: self.lag)
        }
    }

    /// Asks all those that are silent whether they are there; how many answered within ten seconds.
    func pingIdle() -> Int {
        onLoop {
            self.answered = 0
            for talker in self.talkers { talker.ping() }
        }
        var before = -1
        for _ in 0..<20 {
            Thread.sleep(forTimeInterval: 0.5)
            let now = onLoop { self.answered }
            if now == before { break }
            before = now
        }
        return onLoop { self.answered }
    }

    func close() {
        onLoop {
            for talker in self.talkers { talker.close() }
            self.talkers = []
        }
    }

    /// How often what went wrong, the most frequent first.
    var errorLines: [String] {
        onLoop { self.errors.sorted { $0.value > $1.value }.map { "\($0.value) × \($0.key)" } }
    }

    var errorCount: Int { onLoop { self.errors.values.reduce(0, +) } }
    var noticeCount: Int { onLoop { self.notices } }

    private func wait(_ what: String, _ count: Int, seconds: Int, _ value: @escaping @Sendable () -> Int) throws {
        for _ in 0..<seconds * 20 {
            Thread.sleep(forTimeInterval: 0.05)
            if onLoop(value) >= count { return }
        }
        throw Failure("After \(seconds) seconds there are \(onLoop(value)) of \(count) \(what).")
    }

    @discardableResult
    private func onLoop<Value: Sendable>(_ body: @escaping @Sendable () -> Value) -> Value {
        // Bodies throw nothing, and the loop does not end before the program.
        (try? loop.submit(body).wait())!
    }

    // MARK: On the event loop

    private func openNext() {
        guard let greeting = greetings.popLast() else { return }
        talkers.append(Talker(self, number: talkers.count, greeting: greeting))
    }

    func talkerDidOpen(_ talker: Talker, isReady: Bool) {
        opened += 1
        if isReady { ready += 1 }
        openNext()
    }

    func talkerDidAnswer() { answered += 1 }

    func isInWindow(_ time: UInt32) -> Bool { isMeasuring && Clock.seconds(from: measuredFrom, to: time) >= 0 }

    /// Identifiers are left out of the reason, so that the same counts as the same.
    func fail(_ reason: String) {
        let words = reason.replacing(/[0-9a-f]{8}-[0-9a-f-]{27}/, with: "…").replacing(/"seq":\d+/, with: "")
        guard errors[words] != nil || errors.count < 50 else {
            errors["others", default: 0] += 1
            return
        }
        errors[words, default: 0] += 1
    }
}
