/// What a reply may be at most. Who exceeds it is no server that we want to talk to: the connection is closed.
struct RESPLimits: Sendable {
    /// A simple string, an error, a number or the head of anything else.
    var lineBytes = 65_536
    /// One string.
    var stringBytes = 16 << 20
    /// One reply with all that is in it, as it comes over the wire.
    var replyBytes = 64 << 20
    /// All values of one reply together.
    var values = 1_000_000
    /// Aggregates within aggregates.
    var depth = 16
}

/// Why a server's bytes are no replies. Holds nothing of them.
enum RESPFault: Error, Hashable {
    case unknownType
    case malformed
    case lineTooLong
    case stringTooLong
    case replyTooLarge
    case tooManyValues
    case tooDeep
    /// A push within a reply, an end of nothing, or a reply that nobody has asked for.
    case outOfPlace
}
