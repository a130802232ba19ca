/// The bytes of a blob, pulled chunk by chunk. For one consumer, once.
public struct BlobStream: AsyncSequence, Sendable {
    public typealias Element = [UInt8]

    private let base: any AsyncSequence<[UInt8], any Error> & Sendable

    public init<Base: AsyncSequence & Sendable>(_ base: Base)
    where Base.Element == [UInt8], Base.Failure == any Error { self.base = base }

    /// Bytes that are at hand.
    public init(_ bytes: [UInt8]) {
        self.init(pulling: State.whole(bytes)) { state in
            guard case .whole(let bytes) = state else { return nil }
            state = .done
            return bytes
        }
    }

    private enum State: Sendable {
        case whole([UInt8])
        case done
    }

    /// What `next` makes of a state that it changes, until it gives nil. Called by one reader at a time.
    ///
    /// What the state holds is released when the reader lets go of the stream.
    public init<Source: Sendable>(
        pulling source: Source, next: @escaping @Sendable (inout Source) async throws -> [UInt8]?
    ) {
        self.init(PulledBytes(source: source, next: next))
    }

    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(base: Self.iterator(of: base)) }

    private static func iterator<Base: AsyncSequence>(of base: Base) -> any AsyncIteratorProtocol<[UInt8], any Error>
    where Base.Element == [UInt8], Base.Failure == any Error { base.makeAsyncIterator() }

    public struct AsyncIterator: AsyncIteratorProtocol {
        private var base: any AsyncIteratorProtocol<[UInt8], any Error>

        fileprivate init(base: any AsyncIteratorProtocol<[UInt8], any Error>) { self.base = base }

        public mutating func next(isolation actor: isolated (any Actor)?) async throws -> [UInt8]? {
            try await base.next(isolation: actor)
        }

        public mutating func next() async throws -> [UInt8]? { try await next(isolation: nil) }
    }
}

private struct PulledBytes<Source: Sendable>: AsyncSequence, Sendable {
    let source: Source
    let next: @Sendable (inout Source) async throws -> [UInt8]?

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(source: source, pull: next) }

    struct AsyncIterator: AsyncIteratorProtocol {
        var source: Source
        let pull: @Sendable (inout Source) async throws -> [UInt8]?

        mutating func next(isolation _: isolated (any Actor)?) async throws -> [UInt8]? {
            // What the task was cancelled for is not started any more.
            try Task.checkCancellation()
            return try await pull(&source)
        }

        mutating func next() async throws -> [UInt8]? { try await next(isolation: nil) }
    }
}
