internal import CompanionCore
internal import NIOSSL

/// The errors of the ports.
enum RedisFailure {
    static func error(_ error: RedisError) -> CompanionError {
        switch error.code {
        case "WRONGPASS", "NOAUTH":
            return CompanionError(
                .unauthenticated, "Redis refuses the user or the password. Check both, in the address or beside it.",
                underlying: error)
        case "NOPERM":
            return CompanionError(
                .unauthenticated,
                "The user of Redis may not do what is needed. Give it the rights that the guide to stores names.",
                underlying: error)
        case "OOM":
            return CompanionError(
                .unavailable, "Redis has no memory left. Give it more, or a policy that evicts keys.", underlying: error
            )
        case "LOADING", "BUSY", "MASTERDOWN", "CLUSTERDOWN", "READONLY", "TRYAGAIN", "MISCONF", "MOVED", "ASK":
            return CompanionError(.unavailable, "Redis can't serve the command now.", underlying: error)
        case "NOPROTO":
            return CompanionError(.unsupported, "The server speaks no version of Redis's protocol that is known here.")
        default:
            return CompanionError(
                .malformedResponse,
                "Redis refuses a command that it should know. Version 6.2 is the oldest that will do.",
                underlying: error)
        }
    }

    /// - Parameters:
    ///   - isConnecting: Whether it happened before the first command.
    ///   - usesTLS: Whether TLS is likely to be what went wrong.
    static func error(_ error: any Error, isConnecting: Bool = false, usesTLS: Bool = false) -> any Error {
        switch error {
        case is CancellationError, is CompanionError: return error
        case let error as RedisError: return self.error(error) as CompanionError
        case is RedisDeadlinePassed where isConnecting:
            return CompanionError(
                .timedOut, "Redis did not answer the greeting in time. Check whether the address is one for TLS.",
                underlying: error)
        case is RedisDeadlinePassed:
            return CompanionError(.timedOut, "Redis did not answer in time.", underlying: error)
        case is RedisQueueFull:
            return CompanionError(.unavailable, "Too many commands wait for Redis already.")
        case let lost as RedisConnectionLost:
            if let cause = lost.cause as? RESPFault { return self.error(cause) }
            // A refusal of the certificate may end the connection before it is told.
            if lost.cause is NIOSSLError || lost.cause is BoringSSLError || (isConnecting && usesTLS) {
                return CompanionError(
                    .unavailable,
                    "TLS with Redis failed. Check its certificate, and whether it speaks TLS at that port.",
                    underlying: lost.cause)
            }
            return CompanionError(.unavailable, "The connection with Redis was lost.", underlying: lost.cause)
        case let fault as RESPFault:
            return CompanionError(
                .malformedResponse, "The server does not speak Redis's protocol, or says more than can be taken.",
                underlying: fault)
        case is RedisNotMaster:
            return CompanionError(.unavailable, "The master that Redis's sentinels name is none (any more).")
        default:
            return CompanionError(
                .unavailable, isConnecting ? "Redis can't be reached." : "The connection with Redis failed.",
                underlying: error)
        }
    }
}

extension RedisFailure {
    /// A reply of another kind than the command has.
    static var unexpected: CompanionError {
        CompanionError(.malformedResponse, "Redis answered with something that the command does not answer with.")
    }
}
