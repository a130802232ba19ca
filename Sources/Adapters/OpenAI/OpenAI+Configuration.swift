internal import CompanionCore
internal import _CompanionHTTP

extension OpenAI {
    /// Where the server is, and how to talk to it. Neither descriptions nor mirrors of it show the key or the values
    /// of headers.
    public struct Configuration: Sendable {
        /// OpenAI's own.
        public static let defaultBaseURL = "https://api.openai.com/v1"

        /// Sent as a bearer token; nil, or empty, sends none: servers at home often need none.
        public var apiKey: String?
        /// What paths such as `/chat/completions` are appended to; by default ``defaultBaseURL``.
        ///
        /// An address without a path gets `/v1`; any other path stays as it is, but for slashes at its end. A query is
        /// appended to every request. `user:password@` becomes Basic authentication where there is no key.
        public var baseURL: String
        /// Sent as `OpenAI-Organization`.
        public var organization: String?
        /// Sent as `OpenAI-Project`.
        public var project: String?
        /// Sent with every request; they replace headers of ours that have the same name.
        public var extraHeaders: [String: String]
        public var deadlines: Deadlines
        public var retries: Retries

        public init(
            apiKey: String? = nil, baseURL: String = defaultBaseURL, organization: String? = nil,
            project: String? = nil, extraHeaders: [String: String] = [:], deadlines: Deadlines = .init(),
            retries: Retries = .init()
        ) {
            self.apiKey = apiKey
            self.baseURL = baseURL
            self.organization = organization
            self.project = project
            self.extraHeaders = extraHeaders
            self.deadlines = deadlines
            self.retries = retries
        }
    }

    /// How long each part of a call may take. What takes longer throws `CompanionError.Code.timedOut`.
    public struct Deadlines: Sendable, Hashable {
        /// For the connection with its TLS handshake. By default 10 seconds.
        public var connect: Duration
        /// From sending the request to the reply's first token; nil waits for ever. By default 5 minutes: models that
        /// reason, and slow machines with long prompts, are silent for long.
        public var firstToken: Duration?
        /// From then on, between two arrivals of anything, counted only while somebody waits for it; nil waits for
        /// ever. By default 60 seconds.
        public var betweenTokens: Duration?
        /// For the whole call, retries and the reader's own time included; nil does not bound it. By default 30 minutes.
        public var total: Duration?

        public init(
            connect: Duration = .seconds(10), firstToken: Duration? = .seconds(300),
            betweenTokens: Duration? = .seconds(60), total: Duration? = .seconds(1800)
        ) {
            self.connect = connect
            self.firstToken = firstToken
            self.betweenTokens = betweenTokens
            self.total = total
        }
    }

    /// How a request is tried again that failed before anything of its reply was handed out: after 408, 409, 425, 429
    /// and 5xx (but 501 and 505), and when the connection fails. The waits are random parts of 0.5, 1, 2, … 8 seconds,
    /// and no shorter than the server asked for.
    public struct Retries: Sendable, Hashable {
        /// The first attempt included; 1 never retries. By default 3.
        public var maximumAttempts: Int
        /// What would take longer, counted from the first attempt on, is given up at once. By default 60 seconds.
        public var maximumTotalTime: Duration

        public init(maximumAttempts: Int = 3, maximumTotalTime: Duration = .seconds(60)) {
            self.maximumAttempts = maximumAttempts
            self.maximumTotalTime = maximumTotalTime
        }

        var policy: RetryPolicy {
            RetryPolicy(maximumAttempts: max(1, maximumAttempts), maximumTotalTime: maximumTotalTime)
        }
    }
}

extension OpenAI.Configuration: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String {
        "OpenAI at \(HTTPAddress.redacted(baseURL)), \(apiKey?.isEmpty ?? true ? "without a key" : "with a key")"
    }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: ["description": description]) }
}
