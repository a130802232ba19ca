internal import CompanionCore
internal import Dispatch
internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Calls back when a signal comes, outside of the signal handler, on a queue of its own.
///
/// A signal that nobody watches has its usual effect, but the terminal's mode is put back first. Signals that come
/// faster than they are handled are dropped once 4,096 of them wait.
final class SignalWatcher: Sendable {
    typealias Handler = @Sendable (Signal) -> Void

    private struct Watch {
        var signals: Set<Signal>
        var handler: Handler
    }

    private struct State {
        var watches: [Int: Watch] = [:]
        var nextID = 0
    }

    private let state = Mutex(State())

    private init() {}

    /// Takes charge of the process's signals while `body` runs. One at a time.
    static func with<R>(
        isolation: isolated (any Actor)? = #isolation, _ body: (SignalWatcher) async throws -> R
    ) async throws -> R {
        let pipe = try Pipe()
        let watcher = SignalWatcher()
        let source = DispatchSource.makeReadSource(fileDescriptor: pipe.readEnd, queue: DispatchQueue(label: "signals"))
        source.setEventHandler { watcher.handle(pipe.drain()) }
        source.setCancelHandler { pipe.close() }
        source.resume()
        ProcessSignals.pipe.store(pipe.writeEnd, ordering: .releasing)
        ProcessSignals.installation
        defer {
            ProcessSignals.watched.store(0, ordering: .releasing)
            ProcessSignals.pipe.store(-1, ordering: .releasing)
            source.cancel()
        }
        return try await body(watcher)
    }

    /// Calls `handler` for each of `signals` until the returned watch is cancelled.
    func watch(_ signals: Set<Signal>, _ handler: @escaping Handler) -> SignalWatch {
        state.withLock { state in
            state.nextID += 1
            state.watches[state.nextID] = Watch(signals: signals, handler: handler)
            publish(state)
            return SignalWatch(id: state.nextID, watcher: self)
        }
    }

    fileprivate func cancel(_ id: Int) {
        state.withLock { state in
            state.watches[id] = nil
            publish(state)
        }
    }

    private func publish(_ state: State) {
        let numbers = state.watches.values.flatMap { $0.signals.map(\.number) }
        ProcessSignals.watched.store(numbers.reduce(0) { $0 | 1 << UInt64($1) }, ordering: .releasing)
    }

    private func handle(_ numbers: [UInt8]) {
        for signal in numbers.compactMap({ Signal(number: Int32($0)) }) {
            let handlers = state.withLock { state in
                state.watches.sorted { $0.key < $1.key }.map(\.value).filter { $0.signals.contains(signal) }
            }
            for watch in handlers { watch.handler(signal) }
        }
    }
}

/// A handler that is being called.
struct SignalWatch: Sendable {
    fileprivate let id: Int
    fileprivate let watcher: SignalWatcher

    /// Ends the calls; one that is running goes on.
    func cancel() {
        watcher.cancel(id)
    }
}
