extension PostgresStore {
    public struct Configuration: Sendable {
        /// Where the server is, in either of libpq's ways to say it: `postgres://user@host:5432/name?sslmode=verify-full`, or
        /// `host=… dbname=…`. What it leaves out comes from libpq's environment (`PGHOST`, `PGSSLMODE`, …) and password file.
        ///
        /// TLS, client certificates and SCRAM with channel binding are libpq's (`sslmode`, `sslrootcert`,
        /// `channel_binding`): over a network, use `sslmode=verify-full`.
        public var url: String
        /// The password, where it does not stand in `url`.
        public var password: String?
        /// The schema that holds the tables; it is created where it is missing. Nil takes the connection's own search path.
        public var schema: String?
        /// How many connections are kept open while ``PostgresStore/run()`` runs, and how many there may be. 1 to 10 unless set.
        public var connections: ClosedRange<Int>
        /// How long somebody waits for a connection when all are in use, before `unavailable`. 10 seconds unless set.
        public var waitTimeout: Duration
        /// How long connecting may take. 5 seconds unless set.
        public var connectTimeout: Duration
        /// How long one statement, with the writes that are sent along with it, may take before it is stopped, with `timedOut`.
        /// 30 seconds unless set.
        public var statementTimeout: Duration
        /// A connection that nobody wanted for so long is closed. 5 minutes unless set.
        public var idleTimeout: Duration
        /// A connection that was opened so long ago is closed when it is next idle, so that a restarted balancer or changed
        /// credentials are noticed. 1 hour unless set.
        public var lifetime: Duration
        /// Whether statements are prepared once for each connection. Set it to false behind a pooler in transaction mode that
        /// does not know prepared statements (PgBouncer before 1.21). True unless set.
        public var preparesStatements: Bool
        /// How often a transaction runs again that lost against another one, or whose connection was lost before its commit
        /// began. 12 unless set.
        public var maximumAttempts: Int

        public init(
            url: String, password: String? = nil, schema: String? = nil, connections: ClosedRange<Int> = 1...10,
            waitTimeout: Duration = .seconds(10), connectTimeout: Duration = .seconds(5),
            statementTimeout: Duration = .seconds(30), idleTimeout: Duration = .seconds(300),
            lifetime: Duration = .seconds(3600), preparesStatements: Bool = true, maximumAttempts: Int = 12
        ) {
            precondition(connections.upperBound >= 1 && connections.lowerBound >= 0, "A store needs a connection.")
            precondition(maximumAttempts >= 1, "A transaction needs an attempt.")
            self.url = url
            self.password = password
            self.schema = schema
            self.connections = connections
            self.waitTimeout = waitTimeout
            self.connectTimeout = connectTimeout
            self.statementTimeout = statementTimeout
            self.idleTimeout = idleTimeout
            self.lifetime = lifetime
            self.preparesStatements = preparesStatements
            self.maximumAttempts = maximumAttempts
        }
    }
}

extension PostgresStore.Configuration {
    /// What libpq is told, the later before the earlier.
    var connectionSettings: [(String, String)] {
        var settings = [
            // A server that vanished without a word is noticed within half a minute, also while nothing is sent.
            ("keepalives_idle", "10"), ("keepalives_interval", "5"), ("keepalives_count", "3"),
            ("tcp_user_timeout", "15000"), ("fallback_application_name", "companion"), ("dbname", url),
            ("client_encoding", "UTF8"),
        ]
        if let password { settings.append(("password", password)) }
        return settings
    }
}
