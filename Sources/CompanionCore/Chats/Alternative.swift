#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// One text of a message: what a person wrote, or one of a character's replies.
public struct Alternative: Identifiable, Sendable, Hashable {
    public typealias ID = Identifier<Alternative>

    public let id: ID
    public var text: String
    public var status: Status
    /// Why the model stopped; nil for what people wrote and for what did not end by itself.
    public var finishReason: FinishReason?
    /// The name of the model that wrote it; nil for what no model wrote.
    public var model: String?
    /// What the reply has cost; nil where no model was asked.
    public var usage: TokenUsage?
    /// The turn that writes or wrote it: a turn that lost its lease can't overwrite another's text.
    public var turn: Turn.ID?
    public let createdAt: Date
    /// When the text was written last.
    public var updatedAt: Date

    public init(
        id: ID, text: String, status: Status = .complete, finishReason: FinishReason? = nil, model: String? = nil,
        usage: TokenUsage? = nil, turn: Turn.ID? = nil, createdAt: Date, updatedAt: Date? = nil
    ) {
        self.id = id
        self.text = text
        self.status = status
        self.finishReason = finishReason
        self.model = model
        self.usage = usage
        self.turn = turn
        self.createdAt = createdAt
        self.updatedAt = updatedAt ?? createdAt
    }

    /// A closed set that may grow: compare with the static members, and keep a `default`.
    public struct Status: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String { case complete, generating, interrupted, blocked, failed }
        private let kind: Kind
        private init(kind: Kind) { self.kind = kind }

        /// Whole.
        public static let complete = Status(kind: .complete)
        /// A turn is writing it now, or died while it did and is not yet repaired.
        public static let generating = Status(kind: .generating)
        /// Ended early: by the person, by a limit of ours, or by the death of the process. The text so far is kept.
        public static let interrupted = Status(kind: .interrupted)
        /// Ended by moderation. The text that was let through is kept, and stays out of later prompts.
        public static let blocked = Status(kind: .blocked)
        /// The model failed. The text so far is kept.
        public static let failed = Status(kind: .failed)

        public var description: String { kind.rawValue }

        /// The status of that name; nil for a name that is not known.
        public init?(named name: String) {
            guard let kind = Kind(rawValue: name) else { return nil }
            self.kind = kind
        }
    }
}

/// One exchange: a person's message and the character's reply to it, or a further alternative of that reply.
public enum Turn {
    public typealias ID = Identifier<Turn>
}
