internal import NIOCore
internal import Synchronization

/// Tells a connection, on its event loop and once at a time, that one of its replies has more.
final class SocketFollower: ReplyFollower {
    private let handler: NIOLoopBound<SocketHandler>
    private let loop: any EventLoop
    private let isScheduled = Atomic(false)

    init(_ handler: SocketHandler, on loop: any EventLoop) {
        self.handler = NIOLoopBound(handler, eventLoop: loop)
        self.loop = loop
    }

    func replyHasMore() {
        guard !isScheduled.exchange(true, ordering: .acquiringAndReleasing) else { return }
        loop.execute {
            self.isScheduled.store(false, ordering: .releasing)
            self.handler.value.drain()
        }
    }
}
