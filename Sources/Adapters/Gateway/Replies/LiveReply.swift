internal import CompanionCore
internal import NIOCore
internal import Synchronization

/// Who follows a reply, and is told once that there is more of it.
protocol ReplyFollower: AnyObject, Sendable {
    /// Called from any thread, outside of locks; has to be fast.
    func replyHasMore()
}

/// A reply as this process knows it: its frames so far, for any number of readers, each at its own place.
///
/// Text that nobody has read yet grows into one frame, so whoever is slow gets fewer and larger ones. The reply itself is
/// bounded (``Companion/Configuration/maximumReplyBytes``), and so is what is kept here.
final class LiveReply: Sendable {
    let id: Message.ID
    let user: User.ID
    let turn: Turn.ID?
    /// With a log, readers see what the log has: so that another process can go on where this one dies.
    let isLogged: Bool
    private let writer: FrameWriter
    private let state: Mutex<State>

    private struct State {
        var frames: [ByteBuffer] = []
        /// The text frame that still grows.
        var open: ByteBuffer?
        /// How many frames are in the log.
        var logged = 0
        var isEnded = false
        /// False once the log has failed.
        var waitsForLog: Bool
        var followers: [any ReplyFollower] = []
        /// Who puts the frames into the log.
        var logger: (any ReplyFollower)?
        var cancel: (@Sendable () -> Void)?
        var isCancelled = false
    }

    /// A text frame does not grow larger, in bytes.
    static let largestText = 16_384

    init(_ id: Message.ID, of user: User.ID, turn: Turn.ID?, isLogged: Bool) {
        self.id = id
        self.user = user
        self.turn = turn
        self.isLogged = isLogged
        writer = FrameWriter(reply: id)
        state = Mutex(State(waitsForLog: isLogged))
    }

    // MARK: Writing

    func append(text: String) {
        notify(
            state.withLock { state in
                guard !state.isEnded else { return [] }
                if state.open == nil {
                    var buffer = ByteBuffer()
                    buffer.reserveCapacity(text.utf8.count + 128)
                    writer.beginText(state.frames.count + 1, into: &buffer)
                    state.open = buffer
                }
                state.open?.writeJSONFragment(text)
                if state.open.map(\.readableBytes) ?? 0 >= Self.largestText { Self.seal(&state) }
                return Self.takeFollowers(&state)
            })
    }

    /// - Parameter isLast: Nothing follows.
    func append(_ type: String, _ members: [(String, JSONValue)], isLast: Bool = false) {
        notify(
            state.withLock { state in
                guard !state.isEnded else { return [] }
                Self.seal(&state)
                state.frames.append(writer.frame(type, state.frames.count + 1, members))
                state.isEnded = isLast
                if isLast { state.cancel = nil }
                return Self.takeFollowers(&state)
            })
    }

    /// Frames as another process wrote them.
    func append(_ frames: [ByteBuffer], isLast: Bool) {
        notify(
            state.withLock { state in
                guard !state.isEnded else { return [] }
                state.frames += frames
                state.isEnded = isLast
                return Self.takeFollowers(&state)
            })
    }

    private static func seal(_ state: inout State) {
        guard var open = state.open else { return }
        open.writeStaticString(FrameWriter.textEnd)
        state.frames.append(open)
        state.open = nil
    }

    private static func takeFollowers(_ state: inout State) -> [any ReplyFollower] {
        if state.waitsForLog {
            guard let logger = state.logger else { return [] }
            state.logger = nil
            return [logger]
        }
        guard !state.followers.isEmpty else { return [] }
        defer { state.followers.removeAll(keepingCapacity: true) }
        return state.followers
    }

    private func notify(_ followers: [any ReplyFollower]) { for follower in followers { follower.replyHasMore() } }

    // MARK: Reading

    struct Batch {
        var frames: ArraySlice<ByteBuffer>
        /// True where nothing follows them.
        var isEnd: Bool
    }

    /// The frames after the one with that number, at most `limit`. Where there are none, and the reply goes on, the follower is
    /// told once that there are.
    func read(after sequence: Int, limit: Int, follower: any ReplyFollower) -> Batch {
        state.withLock { state in
            if !state.waitsForLog { Self.seal(&state) }
            return Self.batch(after: sequence, through: visible(state), limit: limit, &state) {
                $0.followers.append(follower)
            }
        }
    }

    private func visible(_ state: State) -> Int { state.waitsForLog ? state.logged : state.frames.count }

    private static func batch(
        after sequence: Int, through last: Int, limit: Int, _ state: inout State, wait: (inout State) -> Void
    ) -> Batch {
        let first = min(max(0, sequence), last)
        let end = min(last, first + limit)
        let isEnd = state.isEnded && end == state.frames.count
        if first == end, !isEnd { wait(&state) }
        return Batch(frames: state.frames[first..<end], isEnd: isEnd)
    }

    /// Forgets a follower that would be told.
    func forget(_ follower: any ReplyFollower) {
        state.withLock { $0.followers.removeAll { $0 === follower } }
    }

    /// How many frames there are.
    var count: Int { state.withLock { $0.frames.count + ($0.open == nil ? 0 : 1) } }
    var isEnded: Bool { state.withLock(\.isEnded) }

    // MARK: The log

    /// The frames that are not in the log yet.
    func readForLog(limit: Int, follower: any ReplyFollower) -> Batch {
        state.withLock { state in
            Self.seal(&state)
            return Self.batch(after: state.logged, through: state.frames.count, limit: limit, &state) {
                $0.logger = follower
            }
        }
    }

    /// These many more frames are in the log.
    func wereLogged(_ count: Int) {
        notify(
            state.withLock { state in
                state.logged += count
                defer { state.followers.removeAll(keepingCapacity: true) }
                return state.followers
            })
    }

    /// The log has failed: readers of this process get the rest from memory.
    func goOnWithoutLog() {
        notify(
            state.withLock { state in
                state.waitsForLog = false
                return Self.takeFollowers(&state)
            })
    }

    // MARK: The end

    /// What cancelling means; called at once where it was cancelled already.
    func onCancel(_ cancel: @escaping @Sendable () -> Void) {
        let isCancelled = state.withLock { state in
            if !state.isEnded, !state.isCancelled { state.cancel = cancel }
            return state.isCancelled
        }
        if isCancelled { cancel() }
    }

    /// - Returns: False where there is nothing to stop in this process.
    @discardableResult
    func cancel() -> Bool {
        let cancel = state.withLock { state in
            guard !state.isEnded else { return nil as (@Sendable () -> Void)? }
            state.isCancelled = true
            defer { state.cancel = nil }
            return state.cancel
        }
        cancel?()
        return cancel != nil
    }
}
