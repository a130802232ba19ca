/// What has arrived of an answer and has not been taken: the pure half of ``HTTPAttempt``.
struct HTTPAnswer: Sendable {
    /// What there is for who pulls.
    enum Piece: Sendable {
        case bytes([UInt8])
        case end
        case failure(any Error)
        /// Nothing yet.
        case nothing
    }

    private enum Ending: Sendable {
        case whole
        case failed(any Error)
    }

    /// Reading from the connection pauses while this many bytes wait to be taken, unless something else is said.
    static let maximumWaiting = 32 * 1024
    /// What is read, at most, of an answer that nobody needs the rest of.
    static let maximumDiscarded = 64 * 1024

    private let maximumWaiting: Int
    private(set) var head: HTTPResponseHead?
    private var bytes: [UInt8] = []
    private var ending: Ending?
    private var discarded: Int?

    init(maximumWaiting: Int = Self.maximumWaiting) { self.maximumWaiting = maximumWaiting }

    var hasEnded: Bool { ending != nil }
    var isDiscarding: Bool { discarded != nil }
    var failure: (any Error)? { if case .failed(let error) = ending { error } else { nil } }
    /// Whether somebody who waits would find something.
    var hasNews: Bool { ending != nil || !bytes.isEmpty }

    mutating func receive(_ head: HTTPResponseHead) { self.head = head }

    enum Demand: Sendable {
        case more
        case pause
        case stop
    }

    /// Takes a part of the body, and says whether to read on.
    mutating func receive(_ part: some Sequence<UInt8>, count: Int) -> Demand {
        guard ending == nil else { return .stop }
        if let discarded {
            self.discarded = discarded + count
            return discarded + count > Self.maximumDiscarded ? .stop : .more
        }
        bytes.append(contentsOf: part)
        return bytes.count < maximumWaiting ? .more : .pause
    }

    /// The answer is whole. Returns whether this was the first ending.
    @discardableResult
    mutating func finish() -> Bool { end(.whole) }

    /// The connection failed: what arrived before can still be taken. Returns whether this was the first ending.
    @discardableResult
    mutating func fail(_ error: any Error) -> Bool { end(.failed(error)) }

    /// Our side gives up: nothing can be taken any more. Returns whether this was the first ending.
    mutating func abandon(_ error: any Error) -> Bool {
        guard end(.failed(error)) else { return false }
        bytes = []
        return true
    }

    private mutating func end(_ ending: Ending) -> Bool {
        guard self.ending == nil else { return false }
        self.ending = ending
        return true
    }

    /// From now on what arrives is thrown away, up to ``maximumDiscarded`` bytes.
    mutating func discardRest() {
        discarded = discarded ?? 0
        bytes = []
    }

    /// Takes all that has arrived; an ending once nothing else is left.
    mutating func take() -> Piece {
        if !bytes.isEmpty {
            let taken = bytes
            bytes = []
            return .bytes(taken)
        }
        return switch ending {
        case nil: .nothing
        case .whole: .end
        case .failed(let error): .failure(error)
        }
    }
}
