internal import CompanionCore

/// Why a database refused a statement. Its texts name no values.
package struct SQLFailure: Error {
    package enum Kind: Sendable {
        /// A key exists already.
        case unique
        /// A row that is referred to is missing, or one that refers stands in the way.
        case foreignKey
        /// A value is outside of what its column allows.
        case check
        /// Another writer did not let go in time.
        case busy
        /// A statement took longer than it may.
        case timedOut
        /// The disk, or the room that the database may take, is full.
        case full
        /// What is stored is not what was stored.
        case corrupt
        /// The database, or the transaction, is not for writing.
        case readOnly
        /// The task was cancelled.
        case interrupted
        /// The database can't be reached, or its disk fails.
        case unavailable
        /// Anything else: a defect of ours, or a schema that somebody changed.
        case other
    }

    package let kind: Kind
    /// The vendor's error.
    package let underlying: (any Error)?

    package init(_ kind: Kind, underlying: (any Error)? = nil) {
        self.kind = kind
        self.underlying = underlying
    }

    /// What callers of the ports see.
    package var asPortError: any Error {
        switch kind {
        case .interrupted: CancellationError()
        case .unique: error(.conflict, "It exists already.")
        case .foreignKey: error(.conflict, "Something refers to it, or it refers to something that does not exist.")
        case .check: error(.invalidInput, "A value is outside of what the store's schema allows.")
        case .busy: error(.unavailable, "Others keep the database locked: try again when they are done.")
        case .timedOut: error(.timedOut, "The database took too long over a statement: try again, or allow more time.")
        case .full: error(.unavailable, "The database can't grow: make room on its disk.")
        case .corrupt: error(.corrupted, "The database holds something unreadable: check it, or restore a backup.")
        case .readOnly: error(.forbidden, "The database can't be written: allow writing to its file and its folder.")
        case .unavailable:
            error(
                .unavailable,
                "The database can't be reached, read or written: check its server, or its disk and its folder.")
        case .other: error(.internalInconsistency, "The database does not understand a statement of ours.")
        }
    }

    private func error(_ code: CompanionError.Code, _ message: String) -> CompanionError {
        CompanionError(code, message, underlying: underlying)
    }
}
