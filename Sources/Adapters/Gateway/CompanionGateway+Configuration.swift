public import CompanionCore

extension CompanionGateway {
    /// The bounds and habits of a gateway. Every default stands in the initialiser.
    public struct Configuration: Sendable {
        /// The address that people use, such as `https://talk.example.org`: for redirects of identity providers, and for
        /// cookies. Nil takes it from each request, which is right for one's own machine alone.
        public var publicURL: String?
        /// Other origins whose pages may call the gateway, such as `https://app.example.org`: for CORS and WebSockets.
        public var allowedOrigins: Set<String>
        /// The networks whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed, such as `10.0.0.0/8`.
        public var trustedProxies: [String]
        /// Whether people can sign up.
        public var allowsSignUp: Bool
        /// At which providers people can sign in: those of the companion's verifiers.
        public var identityProviders: [IdentityProvider]
        /// Where the browser goes after it has signed in at a provider.
        public var pageAfterSignIn: String
        /// How many requests a person, or who is not signed in at an address, may make.
        public var requestLimit: RateLimit?
        /// The largest card file, in bytes.
        public var maximumCardBytes: Int
        /// The largest picture, in bytes.
        public var maximumImageBytes: Int
        /// How many replies are made at the same time.
        public var maximumReplies: Int
        /// For how long the frames of a reply can be read again after its end.
        public var replyRetention: Duration
        /// How long running replies may go on when the gateway is shut down.
        public var drainTimeout: Duration
        /// How connections by WebSocket are kept.
        public var socket: SocketConfiguration

        public init(
            publicURL: String? = nil, allowedOrigins: Set<String> = [], trustedProxies: [String] = [],
            allowsSignUp: Bool = true, identityProviders: [IdentityProvider] = [], pageAfterSignIn: String = "/",
            requestLimit: RateLimit? = RateLimit("requests", count: 1_200, per: .seconds(60), burst: 300),
            maximumCardBytes: Int = 32 << 20, maximumImageBytes: Int = 8 << 20, maximumReplies: Int = 10_000,
            replyRetention: Duration = .seconds(600), drainTimeout: Duration = .seconds(30),
            socket: SocketConfiguration = .init()
        ) {
            self.publicURL = publicURL
            self.allowedOrigins = allowedOrigins
            self.trustedProxies = trustedProxies
            self.allowsSignUp = allowsSignUp
            self.identityProviders = identityProviders
            self.pageAfterSignIn = pageAfterSignIn
            self.requestLimit = requestLimit
            self.maximumCardBytes = maximumCardBytes
            self.maximumImageBytes = maximumImageBytes
            self.maximumReplies = maximumReplies
            self.replyRetention = replyRetention
            self.drainTimeout = drainTimeout
            self.socket = socket
        }
    }

    /// The bounds of a connection by WebSocket.
    public struct SocketConfiguration: Sendable {
        /// The largest message from a client, in bytes.
        public var maximumMessageBytes: Int
        /// In how many frames a message may come.
        public var maximumFragments: Int
        /// How often it is asked whether the client is there; it has until the next time to answer.
        public var pingInterval: Duration
        /// How long a client may take to say who it is.
        public var helloTimeout: Duration
        /// How long a client may take nothing of what is written to it.
        public var slowReaderTimeout: Duration
        /// How long the client may take to answer a close.
        public var closeTimeout: Duration
        /// How many messages a client may send in a second; four times as many at once.
        public var messagesPerSecond: Int
        /// How many replies one connection follows at the same time.
        public var maximumReplies: Int

        public init(
            maximumMessageBytes: Int = 131_072, maximumFragments: Int = 256, pingInterval: Duration = .seconds(30),
            helloTimeout: Duration = .seconds(10), slowReaderTimeout: Duration = .seconds(30),
            closeTimeout: Duration = .seconds(5), messagesPerSecond: Int = 50, maximumReplies: Int = 64
        ) {
            self.maximumMessageBytes = maximumMessageBytes
            self.maximumFragments = maximumFragments
            self.pingInterval = pingInterval
            self.helloTimeout = helloTimeout
            self.slowReaderTimeout = slowReaderTimeout
            self.closeTimeout = closeTimeout
            self.messagesPerSecond = messagesPerSecond
            self.maximumReplies = maximumReplies
        }
    }
}
