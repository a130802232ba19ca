internal import NIOCore

/// Runs the stream of a reply on the event loop of the connection that shows it: a piece goes from the model's socket to the
/// reader's without a thread that has to be woken.
final class LoopExecutor: TaskExecutor {
    private let loop: any EventLoop

    init(_ loop: any EventLoop) { self.loop = loop }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        loop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
