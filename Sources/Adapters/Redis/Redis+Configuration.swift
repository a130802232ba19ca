extension Redis {
    public struct Configuration: Sendable {
        /// Where the server is: `redis://user:password@host:6379/0`, `rediss://…` for TLS, `redis+unix:///path/to/socket?db=0`.
        ///
        /// Several servers stand side by side: `redis://a:7000,b:7000/?cluster=true` is a cluster that any of them knows,
        /// `redis://a:26379,b:26379/0?sentinel=main` are sentinels that know the master called `main`. User and password
        /// are percent-encoded; a password without a user is the default user's. `rediss://` takes `cafile`, `certfile`
        /// and `keyfile`: paths of PEM files, instead of the system's roots, and for a certificate of our own.
        public var url: String
        /// The password, where it does not stand in `url`.
        public var password: String?
        /// What the sentinels want; nil where they want nothing.
        public var sentinelPassword: String?
        /// What every key begins with, so that others can use the same server: 1 to 64 lower-case ASCII letters, digits,
        /// `-`, `_` and `.`. `companion` unless set.
        public var prefix: String
        /// Which version of the protocol is spoken. ``ProtocolVersion/automatic`` unless set.
        public var protocolVersion: ProtocolVersion
        /// How many connections to each server are kept open while ``Redis/run()`` runs, and how many there may be. Each is
        /// shared by all who call, so few are needed. 1 to 4 unless set.
        public var connections: ClosedRange<Int>
        /// How long connecting and signing in may take. 3 seconds unless set.
        public var connectTimeout: Duration
        /// How long one call may take, with connecting, redirections and repetitions, before `timedOut`. 5 seconds unless set.
        public var commandTimeout: Duration
        /// How many commands may wait for their replies on one connection; above it calls throw `unavailable`. 10,000
        /// unless set. Beside it holds a bound of 64 MiB of what was not yet sent.
        public var maximumInFlight: Int
        /// After a failed attempt to connect, the next one waits for a random time of up to the first of these; the wait
        /// doubles with each, up to the second. Meanwhile calls throw `unavailable` at once. 50 milliseconds to 2 seconds
        /// unless set.
        public var backOff: ClosedRange<Duration>
        /// A connection that nobody wanted for so long is closed. 5 minutes unless set.
        public var idleTimeout: Duration

        public init(
            url: String, password: String? = nil, sentinelPassword: String? = nil, prefix: String = "companion",
            protocolVersion: ProtocolVersion = .automatic, connections: ClosedRange<Int> = 1...4,
            connectTimeout: Duration = .seconds(3), commandTimeout: Duration = .seconds(5),
            maximumInFlight: Int = 10_000, backOff: ClosedRange<Duration> = .milliseconds(50) ... .seconds(2),
            idleTimeout: Duration = .seconds(300)
        ) {
            precondition(connections.upperBound >= 1 && connections.lowerBound >= 0, "A client needs a connection.")
            precondition(maximumInFlight >= 1, "A connection needs room for a command.")
            self.url = url
            self.password = password
            self.sentinelPassword = sentinelPassword
            self.prefix = prefix
            self.protocolVersion = protocolVersion
            self.connections = connections
            self.connectTimeout = connectTimeout
            self.commandTimeout = commandTimeout
            self.maximumInFlight = maximumInFlight
            self.backOff = backOff
            self.idleTimeout = idleTimeout
        }
    }

    /// Which version of the protocol is spoken with the server.
    public struct ProtocolVersion: Sendable, Hashable {
        private enum Kind { case automatic, resp2 }
        private let kind: Kind

        /// RESP3, or RESP2 where the server does not know it (Redis before 6, many proxies).
        public static let automatic = ProtocolVersion(kind: .automatic)
        /// RESP2, without asking.
        public static let resp2 = ProtocolVersion(kind: .resp2)
    }
}
