import Foundation
import NIOCore

/// One session: says something, reads the reply, and says the next thing at once.
final class Talker: SocketOwner {
    private enum Phase { case opening, idle, talking, closed }

    private unowned let fleet: Fleet
    private let number: Int
    private let greeting: String
    private var socket: SocketConnection?
    private var phase = Phase.opening
    private var scanner = StampScanner()
    private var spoken = 0
    private var sentAt: UInt32 = 0
    private var arrivedAt: UInt32?
    private var tokens = 0
    private var isPinged = false

    init(_ fleet: Fleet, number: Int, greeting: String) {
        self.fleet = fleet
        self.number = number
        self.greeting = greeting
        socket = SocketConnection.open(to: fleet.port, for: self, on: fleet.loop)
    }

    private static let sentences = [
        "I had a long day at work, but the walk home with Biscuit cheered me up.",
        "What did I say about the trip to the mountains with my sister?",
        "We repaired the old radio in the kitchen, and it plays again.",
        "My neighbour brought pears from her garden; shall I bake a cake?",
        "I can't decide between the blue coat and the green one.",
        "The ferry was late, so I read half of the novel on the pier.",
        "Do you remember the song that my grandfather used to whistle?",
        "Tomorrow I start at the new school, and I'm a little nervous.",
    ]

    func say() {
        guard phase == .idle else { return }
        phase = .talking
        let text = Self.sentences[(number + spoken) % Self.sentences.count]
        spoken += 1
        scanner.reset()
        tokens = 0
        arrivedAt = nil
        sentAt = Clock.microseconds
        socket?.send(#"{"type":"send","text":"\#(text)"}"#)
    }

    func ping() {
        guard phase == .idle else { return }
        isPinged = true
        socket?.send(#"{"type":"ping"}"#)
    }

    func close() {
        phase = .closed
        socket?.close()
    }

    func socketDidOpen(_ socket: SocketConnection) { socket.send(greeting) }

    func socketDidClose(_ socket: SocketConnection, _ reason: String) {
        guard phase != .closed else { return }
        let isOpening = phase == .opening
        phase = .closed
        fleet.fail(reason)
        if isOpening { fleet.talkerDidOpen(self, isReady: false) }
    }

    func socket(_ socket: SocketConnection, didReceive message: UnsafeRawBufferPointer, at time: UInt32) {
        // `{"type":"` comes first.
        if message.starts(with: "text\"", at: 9) {
            guard let start = message.index(of: "\"text\":\"", from: 14) else {
                return fleet.fail("a text without text")
            }
            scanner.scan(UnsafeRawBufferPointer(rebasing: message[(start + 8)...])) { stamp, isArrival in
                if isArrival { arrivedAt = stamp } else { take(stamp, time) }
            }
        } else if message.starts(with: "finished\"", at: 9) {
            finish(isComplete: message.index(of: "\"status\":\"complete\"") != nil)
        } else if message.starts(with: "ready\"", at: 9) {
            guard phase == .opening else { return }
            phase = .idle
            fleet.talkerDidOpen(self, isReady: true)
        } else if message.starts(with: "pong\"", at: 9) {
            guard isPinged else { return }
            isPinged = false
            fleet.talkerDidAnswer()
        } else if message.starts(with: "notice\"", at: 9) {
            fleet.notices += 1
        } else if message.starts(with: "error\"", at: 9) || message.starts(with: "failed\"", at: 9)
            || message.starts(with: "blocked\"", at: 9)
        {
            fleet.fail(String(decoding: message.prefix(300), as: UTF8.self))
            // `finished` follows a block.
            if phase == .talking, !message.starts(with: "blocked\"", at: 9) { end() }
        }
    }

    private func take(_ stamp: UInt32, _ time: UInt32) {
        if tokens == 0, let arrivedAt, fleet.isInWindow(sentAt) {
            fleet.first.add(Clock.seconds(from: sentAt, to: arrivedAt) + Clock.seconds(from: stamp, to: time))
        }
        tokens += 1
        guard fleet.isMeasuring else { return }
        fleet.tokens += 1
        fleet.lag.add(Clock.seconds(from: stamp, to: time))
    }

    private func finish(isComplete: Bool) {
        guard phase == .talking else { return }
        if !isComplete || tokens != fleet.chunks {
            fleet.fail("a reply ended with \(tokens) of \(fleet.chunks) tokens\(isComplete ? "" : ", not complete")")
        } else if fleet.isMeasuring {
            fleet.replies += 1
        }
        end()
    }

    private func end() {
        phase = .idle
        if fleet.isTalking { say() }
    }
}
