public import CompanionCore
public import Logging
public import ServiceLifecycle

/// Offers a companion over HTTP and WebSocket, within any Hummingbird application.
///
/// ```swift
/// let gateway = CompanionGateway(companion)
/// let router = Router(context: GatewayRequestContext.self)
/// router.addCompanionRoutes(gateway)
/// let application = Application(router: router, server: gateway.httpServer(), services: [gateway])
/// try await application.runService()
/// ```
///
/// Replies are made within ``run()``, and belong to no connection: who loses theirs gets the rest by another one, and with a
/// `ReplyLog` that several instances share, from another instance too.
public struct CompanionGateway: Service {
    let companion: Companion
    let replies: ReplyService
    let rateLimiter: (any RateLimiter)?
    let cache: (any Cache)?
    let blobStore: (any BlobStore)?
    let cardFiles: CardFileCodec?
    let health: HealthChecks
    let configuration: Configuration
    let proxies: TrustedProxies
    let logger: Logger

    /// - Parameters:
    ///   - companion: What is offered. Signing in needs its access tokens, and passwords or identity providers.
    ///   - replyLog: Keeps the frames of replies where other instances find them; nil where this is the only one.
    ///   - rateLimiter: Holds ``Configuration/requestLimit``; nil limits no requests.
    ///   - cache: Remembers answers for `Idempotency-Key`; nil ignores that header.
    ///   - blobStore: Keeps the pictures of characters; nil takes none.
    ///   - cardFiles: Reads and writes the files that hold cards; nil knows JSON alone.
    ///   - health: What `GET /readyz` looks at; nil looks at the companion's store alone.
    public init(
        _ companion: Companion, replyLog: (any ReplyLog)? = nil, rateLimiter: (any RateLimiter)? = nil,
        cache: (any Cache)? = nil, blobStore: (any BlobStore)? = nil, cardFiles: CardFileCodec? = nil,
        health: HealthChecks? = nil, configuration: Configuration = .init(),
        logger: Logger = Logger(label: "companion.gateway")
    ) throws(CompanionError) {
        self.companion = companion
        self.rateLimiter = rateLimiter
        self.cache = cache
        self.blobStore = blobStore
        self.cardFiles = cardFiles
        self.health = health ?? HealthChecks([.store(of: companion)])
        self.configuration = configuration
        self.logger = logger
        proxies = try TrustedProxies(configuration.trustedProxies)
        replies = ReplyService(
            companion: companion,
            hub: ReplyHub(maximumReplies: configuration.maximumReplies, retention: configuration.replyRetention),
            log: replyLog, retention: configuration.replyRetention, logger: logger)
    }

    /// Makes the replies, until it is shut down gracefully or its task is cancelled. Run once, beside the server.
    ///
    /// At a graceful shutdown no reply begins any more, and those that run may go on for
    /// ``Configuration/drainTimeout``; then they are stopped, and what came so far is kept.
    public func run() async throws {
        let hub = replies.hub
        let jobs = hub.open()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await hub.run(jobs: jobs) }
            group.addTask {
                // Waits for the shutdown, or for the task to be cancelled.
                try? await gracefulShutdown()
                hub.drain()
                await withTaskGroup(of: Void.self) { drain in
                    drain.addTask { await hub.waitUntilIdle() }
                    drain.addTask { try? await Task.sleep(for: configuration.drainTimeout) }
                    await drain.next()
                    drain.cancelAll()
                }
                hub.cancelAll()
                hub.close()
            }
            await group.waitForAll()
        }
    }

    /// How many replies are being made in this process. For metrics.
    public var runningReplies: Int { replies.hub.running }
}

/// Reads and writes the files that hold cards; `CompanionCardFiles` does.
public struct CardFileCodec: Sendable {
    /// A card with the picture that its file holds.
    public struct Contents: Sendable {
        public var card: CharacterCard
        /// PNG, JPEG, WebP or GIF.
        public var image: [UInt8]?
        public var warnings: [String]

        public init(card: CharacterCard, image: [UInt8]?, warnings: [String]) {
            self.card = card
            self.image = image
            self.warnings = warnings
        }
    }

    let read: @Sendable ([UInt8]) throws -> Contents
    let writePNG: @Sendable (_ card: CharacterCard, _ image: [UInt8]?) throws -> [UInt8]
    let writeCHARX: @Sendable (_ card: CharacterCard, _ image: [UInt8]?) throws -> [UInt8]

    /// - Parameters:
    ///   - read: Throws `CompanionError` for what is no card.
    ///   - writePNG: A card within a PNG picture; throws `invalidInput` where the picture is none.
    ///   - writeCHARX: A card and its picture as CHARX.
    public init(
        read: @escaping @Sendable ([UInt8]) throws -> Contents,
        writePNG: @escaping @Sendable (_ card: CharacterCard, _ image: [UInt8]?) throws -> [UInt8],
        writeCHARX: @escaping @Sendable (_ card: CharacterCard, _ image: [UInt8]?) throws -> [UInt8]
    ) {
        self.read = read
        self.writePNG = writePNG
        self.writeCHARX = writeCHARX
    }
}
