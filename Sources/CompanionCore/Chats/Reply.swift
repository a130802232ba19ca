/// A character's reply as it comes, handed to the body of `withReply` and its kin.
///
/// It pulls: the model is read as the stream is, nothing is buffered besides what moderation holds back. For one
/// reader, once; valid until the body returns. The first event is ``ReplyEvent/started(_:)``, the last one
/// ``ReplyEvent/finished(_:)``, by which time the reply is kept.
public struct Reply: AsyncSequence {
    public typealias Element = ReplyEvent

    let session: TurnSession

    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(session: session) }

    public struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let session: TurnSession

        public mutating func next(isolation actor: isolated (any Actor)?) async throws -> ReplyEvent? {
            try await session.next(isolation: actor)
        }

        public mutating func next() async throws -> ReplyEvent? { try await next(isolation: nil) }
    }
}

@available(*, unavailable)
extension Reply: Sendable {}

extension Reply {
    /// The pieces of text alone.
    public var text: TextPieces { TextPieces(reply: self) }

    /// The pieces of a reply's text, without the other events.
    public struct TextPieces: AsyncSequence {
        public typealias Element = String

        fileprivate let reply: Reply

        public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(base: reply.makeAsyncIterator()) }

        public struct AsyncIterator: AsyncIteratorProtocol {
            fileprivate var base: Reply.AsyncIterator

            public mutating func next(isolation actor: isolated (any Actor)?) async throws -> String? {
                while let event = try await base.next(isolation: actor) {
                    if case .text(let piece) = event { return piece }
                }
                return nil
            }

            public mutating func next() async throws -> String? { try await next(isolation: nil) }
        }
    }
}
