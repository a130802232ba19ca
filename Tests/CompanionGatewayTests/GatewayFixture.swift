import CompanionCore
import CompanionGateway
import CompanionInMemory
import CompanionJWT
import CompanionTesting
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import Testing

/// A companion in memory behind a gateway, and somebody who is signed in.
struct GatewayFixture {
    let store: InMemoryStore
    let companion: Companion
    let gateway: CompanionGateway
    let issuer: JWTAccessTokenIssuer

    init(
        model: any LanguageModel = OfflineLanguageModel(), store: InMemoryStore = InMemoryStore(),
        issuer: JWTAccessTokenIssuer? = nil, log: (any ReplyLog)? = nil, plan: SubscriptionPlan? = nil,
        screening: (any TurnScreening)? = nil, mailer: (any AccountMailer)? = nil, health: HealthChecks? = nil,
        leaseHolder: LeaseHolder? = nil,
        configure: (inout CompanionGateway.Configuration) -> Void = { _ in }
    ) throws {
        self.store = store
        self.issuer =
            try issuer
            ?? JWTAccessTokenIssuer(signing: .ephemeral(), issuer: "https://host.example", audience: "companion")
        let blobs = InMemoryBlobStore()
        companion = Companion(
            languageModel: model, relationalStore: store, plan: plan, screening: screening, blobStore: blobs,
            passwordHasher: ScryptPasswordHasher(cost: .init(logarithmOfRounds: 2)), accessTokenIssuer: self.issuer,
            accountMailer: mailer, configuration: .init(leaseHolder: leaseHolder))
        var configuration = CompanionGateway.Configuration(requestLimit: nil)
        configure(&configuration)
        gateway = try CompanionGateway(
            companion, replyLog: log, rateLimiter: InMemoryRateLimiter(), cache: InMemoryCache(), blobStore: blobs,
            health: health, configuration: configuration)
    }

    var application: some ApplicationProtocol {
        let router = Router(context: GatewayRequestContext.self)
        router.addCompanionRoutes(gateway)
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return Application(router: router, server: gateway.httpServer(), services: [gateway], logger: logger)
    }

    /// Runs the server, with a client.
    func run<Value>(_ body: @Sendable (Client) async throws -> Value) async throws -> Value {
        try await application.test(.live) { try await body(Client(base: $0, token: nil)) }
    }

    struct Client: Sendable {
        let base: any TestClientProtocol
        var token: String?

        struct Answer: Sendable {
            var status: HTTPResponse.Status
            var headers: HTTPFields
            var bytes: [UInt8]

            var json: JSONObject { get throws { try #require(try JSONValue(parsing: bytes).object) } }
            subscript(name: String) -> JSONValue? { (try? json)?[name] }
            var id: String { get throws { try #require(self["id"]?.string) } }
        }

        func send(
            _ method: HTTPRequest.Method, _ path: String, _ body: JSONValue? = nil, headers: HTTPFields = [:],
            bytes: [UInt8]? = nil
        ) async throws -> Answer {
            var headers = headers
            if let token { headers[.authorization] = "Bearer \(token)" }
            if body != nil { headers[.contentType] = "application/json" }
            let content = (body.map { $0.serializedBytes() } ?? bytes).map { ByteBuffer(bytes: $0) }
            return try await base.execute(uri: path, method: method, headers: headers, body: content) { response in
                Answer(
                    status: response.status, headers: response.headers, bytes: Array(response.body.readableBytesView))
            }
        }

        func get(_ path: String, headers: HTTPFields = [:]) async throws -> Answer {
            try await send(.get, path, headers: headers)
        }
        func post(_ path: String, _ body: JSONValue, headers: HTTPFields = [:]) async throws -> Answer {
            try await send(.post, path, body, headers: headers)
        }

        /// Signs somebody up, and in.
        func signedUp(_ name: String) async throws -> Client {
            let answer = try await post(
                "/v1/accounts",
                [
                    "email": .string("\(name.lowercased())@example.org"), "password": "correct horse",
                    "name": .string(name),
                ])
            #expect(answer.status == .created)
            var client = self
            client.token = try #require(answer["accessToken"]?.string)
            return client
        }

        /// A chat with a new character: their identifiers.
        func newChat(with name: String = "Luna") async throws -> (chat: String, character: String) {
            let character = try await post(
                "/v1/characters", ["name": .string(name), "description": "She tends a garden.", "first_mes": "Hello."])
            let id = try #require(character["character"]?.object?["id"]?.string)
            let chat = try await post("/v1/chats", ["character": .string(id)])
            return (try #require(chat["chat"]?.object?["id"]?.string), id)
        }
    }
}
