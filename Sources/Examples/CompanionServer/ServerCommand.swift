internal import ArgumentParser
internal import CompanionCore
internal import CompanionCardFiles
internal import CompanionFiles
internal import CompanionGateway
internal import CompanionInMemory
internal import CompanionJWT
internal import CompanionOpenAI
internal import CompanionPostgres
internal import CompanionRedis
internal import CompanionSQLite
internal import Foundation
internal import Hummingbird
internal import Logging
internal import NIOCore
internal import ServiceLifecycle

@main struct ServerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "companion-server", abstract: "The whole system behind a web page.")

    @Option var host = "127.0.0.1"
    @Option var port = 8080
    @Option var database: String?
    @Option var cache: String?
    @Option var model: String?
    @Option(name: .customLong("openai-base-url")) var openAIBaseURL: String?
    @Option(name: .customLong("embedding-model")) var embeddingModel: String?
    @Option var dimensions: Int?
    @Option var page: String?
    @Option var logLevel = "notice"
    @Flag var noPlan = false

    func run() async throws {
        let level = Logger.Level(rawValue: logLevel) ?? .notice
        LoggingSystem.bootstrap { label in
            var handler = StreamLogHandler.standardError(label: label)
            handler.logLevel = level
            return handler
        }
        let logger = Logger(label: "companion")
        let folder = FileManager.default.homeDirectoryForCurrentUser.path + "/.local/share/companion"
        let address = database ?? "\(folder)/server.sqlite"
        let store: any RelationalStore
        var vectors: any VectorStore = InMemoryVectorStore()
        if address.hasPrefix("postgres") {
            store = try await PostgresStore.open(.init(url: address, connections: 0...8))
        } else {
            try FileManager.default.createDirectory(atPath: (address as NSString).deletingLastPathComponent.isEmpty ? "." : (address as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
            let sqlite = try SQLiteStore(path: address)
            store = sqlite
            vectors = sqlite.vectors
        }
        let base = address.hasPrefix("postgres") ? folder : (address as NSString).deletingLastPathComponent
        let pemPath = "\(base.isEmpty ? "." : base)/signing-key.pem"
        var pem = (try? String(contentsOfFile: pemPath, encoding: .utf8)) ?? ""
        if pem.isEmpty {
            pem = JWTSigningKey.newPEM()
            try pem.write(toFile: pemPath, atomically: true, encoding: .utf8)
        }
        let openAI = openAIBaseURL.map { OpenAI(configuration: .init(apiKey: ProcessInfo.processInfo.environment["OPENAI_API_KEY"], baseURL: $0)) }
        let language: any LanguageModel = openAI.map { $0.languageModel(model ?? "gpt-5.1") } ?? OfflineLanguageModel(pace: .milliseconds(30))
        let redis = try cache.map { try Redis(configuration: .init(url: $0)) }
        let limiter: any RateLimiter = redis?.rateLimiter ?? InMemoryRateLimiter()
        let shared: any Cache = redis?.cache ?? InMemoryCache()
        let blobs = try FileBlobStore(path: "\(base.isEmpty ? "." : base)/blobs")
        let companion = Companion(
            languageModel: language, relationalStore: store,
            plan: noPlan ? nil : try SubscriptionPlan(tiers: Tier.examples, rateLimiter: limiter),
            screening: try Moderation(),
            embeddingModel: embeddingModel.flatMap { name in openAI.map { $0.embeddingModel(name, dimensions: dimensions) } },
            vectorStore: embeddingModel == nil ? nil : vectors, blobStore: blobs,
            passwordHasher: ScryptPasswordHasher(),
            accessTokenIssuer: try JWTAccessTokenIssuer(
                signing: .es256("server", pem: pem), issuer: "companion-server", audience: "companion"),
            configuration: .init(accounts: .init(requiresVerifiedAddress: false)))
        let gateway = try CompanionGateway(
            companion, replyLog: redis?.replyLog, rateLimiter: limiter, cache: shared, blobStore: blobs,
            cardFiles: .init(
                read: { bytes in
                    let contents = try CardFile.read(bytes)
                    return .init(
                        card: contents.imported.card, image: contents.image,
                        warnings: contents.imported.warnings.map(\.description))
                },
                writePNG: { try CardFile.png(card: $0, image: $1 ?? []) },
                writeCHARX: { try CardFile.charx(card: $0, icon: $1) }), logger: logger)
        let router = Router(context: GatewayRequestContext.self)
        router.addCompanionRoutes(gateway)
        var services: [any Service] = [gateway, Work(companion: companion)]
        if let redis { services.insert(Running(redis: redis), at: 0) }
        let application = Application(
            router: router, server: gateway.httpServer(), configuration: .init(address: .hostname(host, port: port)),
            services: services, logger: logger)
        try await application.runService()
    }
}

struct Work: Service {
    let companion: Companion
    func run() async throws { try await cancelWhenGracefulShutdown { try await companion.run() } }
}
struct Running: Service {
    let redis: Redis
    func run() async throws { try await cancelWhenGracefulShutdown { try await redis.run() } }
}
