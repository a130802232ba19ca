internal import CompanionCardFiles
internal import CompanionCore
internal import CompanionGateway
internal import CompanionJWT
internal import CompanionObservability
internal import CompanionOpenAI
internal import CompanionRedis
internal import Hummingbird
internal import HummingbirdCore
internal import HummingbirdTLS
internal import Logging
internal import Metrics
internal import ServiceLifecycle
internal import UnixSignals
internal import _CompanionHosting

/// The parts of the server put together. The composition root: the one place that chooses adapters.
struct ServerHost {
    let settings: ServerSettings
    let logger: Logger
    /// Is told once the server answers.
    var onRunning: @Sendable (_ port: Int?) async -> Void = { _ in }

    /// Runs until SIGTERM or SIGINT; running replies may then go on for a while. A second signal ends the process at once.
    func run() async throws {
        let stores = try await OpenStores.open(settings)
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(try await run(on: stores))
        } catch {
            outcome = .failure(error)
        }
        await stores.close()
        try outcome.get()
    }

    private func run(on stores: OpenStores) async throws {
        let metrics = settings.adminPort == nil ? nil : PrometheusMetrics()
        if let metrics { MetricsSystem.bootstrap(metrics) }
        let companion = try await companion(on: stores, isMeasured: metrics != nil)
        let health = HealthChecks([.store(of: companion)] + stores.checks)
        let certificate = try settings.tls.map { try Certificate($0, logger: logger) }
        let gateway = try CompanionGateway(
            companion, replyLog: stores.replyLog, rateLimiter: stores.rateLimiter, cache: stores.cache,
            blobStore: stores.blobs, cardFiles: .files, health: health,
            configuration: .init(
                publicURL: settings.publicURL, allowedOrigins: settings.allowedOrigins,
                trustedProxies: settings.trustedProxies, allowsSignUp: settings.allowsSignUp,
                identityProviders: providers, drainTimeout: settings.drainTimeout),
            logger: logger)

        if settings.role != .worker { await publishHouse(gateway) }

        // Services end in the order from the last to the first: connections to stores are there until nobody wants them.
        var services: [ServiceGroupConfiguration.ServiceConfiguration] = []
        func add(_ name: String, _ service: any Service) {
            services.append(
                .init(
                    service: service, successTerminationBehavior: .gracefullyShutdownGroup,
                    failureTerminationBehavior: .gracefullyShutdownGroup, serviceName: name))
        }
        if let store = stores.store { add("database", Background { try await store.run() }) }
        if let vectors = stores.vectorDatabase { add("vectors", Background { try await vectors.run() }) }
        if let redis = stores.redis { add("cache", Background { try await redis.run() }) }
        if settings.role != .api, let indexing = VectorIndexing(stores.vectors, settings.vectors.index) {
            let logger = logger
            add(
                "indexes of vectors",
                Background {
                    try await indexing.run { logger.warning("Vectors are searched exactly: no index was built: \($0)") }
                })
        }
        if let port = settings.adminPort {
            let admin = AdminRoutes(health: health, metrics: metrics, gateway: gateway)
            add("admin", application(admin.router(), .http1(), settings.adminHost, port))
        }
        if let certificate { add("certificate", Background { await certificate.run() }) }
        add("background work", Background { try await companion.run() })
        let server: any Service =
            settings.role == .worker
            ? application(
                AdminRoutes(health: health, metrics: nil, gateway: nil).router(), try server(.http1(), certificate),
                settings.host, settings.port, onRunning: onRunning)
            : application(
                try publicRouter(gateway),
                try self.server(gateway.httpServer(isSecure: certificate != nil), certificate),
                settings.host, settings.port,
                services: [gateway], onRunning: onRunning)
        add("server", server)

        var configuration = ServiceGroupConfiguration(services: services, logger: quiet)
        configuration.maximumGracefulShutdownDuration = settings.drainTimeout + .seconds(20)
        let group = ServiceGroup(configuration: configuration)
        try await Signals.ending(group, logger: logger) { try await group.run() }
    }

    /// A moderation model that is away, say, keeps nobody from being served.
    private func publishHouse(_ gateway: CompanionGateway) async {
        do {
            let house = try BundledCharacter.all().map {
                CardFileCodec.Contents(card: $0.card, image: $0.image, warnings: [])
            }
            try await gateway.publishHouseCharacters(house, by: "The house")
        } catch {
            logger.warning("The house's characters are not in the catalog; the next start tries again: \(error)")
        }
    }

    /// Of the parts' own coming and going only what went wrong is worth a line.
    private var quiet: Logger {
        var quiet = logger
        if settings.logLevel >= .info { quiet.logLevel = max(settings.logLevel, .error) }
        return quiet
    }

    // MARK: The companion

    private func companion(on stores: OpenStores, isMeasured: Bool) async throws -> Companion {
        let embeddingModel = try OpenAI.embeddingModel(settings)
        var configuration = Companion.Configuration(leaseHolder: ProcessLeaseHolder.current())
        if settings.tokenizer != nil { configuration.prompt.headroom = 0 }
        configuration.jobs.workers = settings.role == .api ? 0 : settings.workers
        // Where nobody sends mail, an address can't be shown to be somebody's.
        configuration.accounts.requiresVerifiedAddress = settings.mail != nil
        let speech = try settings.speechParts
        let issuer = settings.publicURL ?? "companion-server"
        let keys =
            try settings.signingKey.map {
                try SigningKeyFile(path: $0).keys(makes: !settings.isSigningKeyNamed)
            } ?? [.ephemeral()]
        return Companion(
            languageModel: try await ModelChoice(settings).model(settings, isWatched: true),
            relationalStore: stores.relational, plan: try plan(limitedBy: stores.rateLimiter),
            tokenCounter: try settings.tokenCounter, screening: try OpenAI.moderation(settings),
            embeddingModel: embeddingModel, vectorStore: stores.vectors, cache: stores.redis?.cache,
            blobStore: stores.blobs,
            speechSynthesizer: speech.synthesizer, speechTranscriber: speech.transcriber,
            personalData: CompanionGateway.personalData(cache: stores.cache, replyLog: stores.replyLog),
            passwordHasher: ScryptPasswordHasher(),
            accessTokenIssuer: try JWTAccessTokenIssuer(
                signing: keys[0], verifying: Array(keys.dropFirst()), issuer: issuer, audience: "companion"),
            identityVerifiers: try verifiers(), accountMailer: mailer,
            observer: isMeasured || settings.logLevel < .notice
                ? Observability(logger: Logger(label: "companion"), provider: providerName) : nil,
            configuration: configuration)
    }

    private var providerName: String {
        settings.openAIKey == nil && settings.openAIBaseURL == nil ? "offline" : "openai"
    }

    private func plan(limitedBy limiter: any RateLimiter) throws -> SubscriptionPlan? {
        switch settings.plan {
        case .none: return nil
        case .unlimited: return .unlimited
        case .examples: return try SubscriptionPlan(rateLimiter: limiter)
        case .file(let path):
            let plan = try PlanFile.read(path)
            return try SubscriptionPlan(
                tiers: plan.tiers, grace: plan.grace ?? .seconds(3 * 86_400), rateLimiter: limiter)
        }
    }

    private func verifiers() throws -> [any IdentityVerifier] {
        var verifiers: [any IdentityVerifier] = []
        if let google = settings.google {
            var configuration = OpenIDConnectVerifier.Configuration.google(
                clientID: google.clientID, clientSecret: google.clientSecret)
            configuration.issuer = google.issuer ?? configuration.issuer
            verifiers.append(OpenIDConnectVerifier(configuration: configuration))
        }
        if let apple = settings.apple {
            guard let pem = try LocalFile(path: apple.key).contents(maximumBytes: 65_536) else {
                throw CompanionError(.invalidInput, "There is no file \(apple.key): correct --apple-key.")
            }
            var configuration = try OpenIDConnectVerifier.Configuration.apple(
                servicesID: apple.servicesID, team: apple.team, keyID: apple.keyID,
                pem: String(decoding: pem, as: UTF8.self))
            configuration.issuer = apple.issuer ?? configuration.issuer
            verifiers.append(OpenIDConnectVerifier(configuration: configuration))
        }
        return verifiers
    }

    private var mailer: ServerMailer? {
        guard let mail = settings.mail, let base = settings.publicURL else { return nil }
        return ServerMailer(
            route: mail.route, sender: mail.sender, password: mail.password, base: base,
            logger: Logger(label: "companion-server.mail"))
    }

    private var providers: [IdentityProvider] {
        (settings.google == nil ? [] : [.google]) + (settings.apple == nil ? [] : [.apple])
    }

    // MARK: Serving

    private func publicRouter(_ gateway: CompanionGateway) throws -> Router<GatewayRequestContext> {
        let router = Router(context: GatewayRequestContext.self)
        router.addCompanionRoutes(gateway)
        let page: Page
        if let folder = settings.page {
            guard LocalFile(path: folder).isFolder(followsLink: true) == true else {
                throw CompanionError(.invalidInput, "There is no folder \(folder): correct --page.")
            }
            page = Page(source: .folder(folder))
        } else {
            page = Page(source: .memory(try PageFiles.bundled()))
        }
        page.add(to: router, of: gateway)
        return router
    }

    private func server(_ base: HTTPServerBuilder, _ certificate: Certificate?) throws -> HTTPServerBuilder {
        guard let certificate else { return base }
        return try .tls(base, tlsConfiguration: certificate.configuration)
    }

    private func application<Context: RequestContext>(
        _ router: Router<Context>, _ server: HTTPServerBuilder, _ host: String, _ port: Int,
        services: [any Service] = [], onRunning: @escaping @Sendable (_ port: Int?) async -> Void = { _ in }
    ) -> any Service where Context: InitializableFromSource<ApplicationRequestContextSource> {
        Application(
            router: router, server: server, configuration: .init(address: .hostname(host, port: port), backlog: 1_024),
            services: services, onServerRunning: { await onRunning($0.localAddress?.port) }, logger: quiet)
    }
}

extension CardFileCodec {
    /// By `CompanionCardFiles`.
    static var files: CardFileCodec {
        .init(
            read: { bytes in
                let contents = try CardFile.read(bytes)
                return .init(
                    card: contents.imported.card, image: contents.image,
                    warnings: contents.imported.warnings.map(\.description))
            },
            writePNG: { try CardFile.png(card: $0, image: $1 ?? []) },
            writeCHARX: { try CardFile.charx(card: $0, icon: $1) })
    }
}

/// Work that goes on until the server ends.
struct Background: Service {
    let work: @Sendable () async throws -> Void

    init(_ work: @escaping @Sendable () async throws -> Void) { self.work = work }

    func run() async throws {
        do {
            try await cancelWhenGracefulShutdown { try await work() }
        } catch is CancellationError {
            // The end that was wished for.
        }
    }
}
