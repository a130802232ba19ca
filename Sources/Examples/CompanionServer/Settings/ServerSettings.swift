internal import CompanionCore
internal import Logging
internal import _CompanionHosting

/// What the server was told to do, from all sources together.
struct ServerSettings: ModelSettings {
    /// What a process does.
    enum Role: String, Sendable, CaseIterable {
        /// Answers requests, and leaves background work to others.
        case api
        /// Does background work, and answers nobody but who asks how it is.
        case worker
        case all
    }

    /// Where everything is kept.
    enum Database: Sendable, Hashable, CustomStringConvertible {
        /// In memory: gone with the process.
        case memory
        case store(StoreAddress)

        var description: String {
            switch self {
            case .memory: "memory"
            case .store(let address): address.description
            }
        }
    }

    /// Where files are kept.
    enum Blobs: Sendable, Hashable {
        case memory
        case folder(String)
        case s3(url: String)
    }

    /// Where vectors are kept.
    enum Vectors: Sendable, Hashable {
        case memory
        case database(index: VectorIndexChoice)
        /// Another Postgres server than the database's, with pgvector.
        case postgres(url: String)
        case pinecone(url: String)

        /// What the database's own search uses.
        var index: VectorIndexChoice { if case .database(let index) = self { index } else { .exact } }
    }

    /// Who may do how much.
    enum Plan: Sendable, Hashable {
        /// Nobody is limited, and nothing is counted.
        case none
        /// Nobody is limited, and what is used is counted.
        case unlimited
        /// The library's example tiers.
        case examples
        case file(String)
    }

    enum LogFormat: String, Sendable, CaseIterable {
        case text, json
    }

    /// Who speaks and listens.
    struct Speech: Sendable, Hashable {
        enum Provider: String, Sendable, CaseIterable {
            case off, tones, openai, elevenlabs
        }

        var provider = Provider.off
        var model: String?
        var voice: String?
        var transcriptionModel: String?
        var elevenLabsKey: String?
    }

    /// How mail leaves.
    struct Mail: Sendable, Hashable {
        var route: MailRoute
        var sender: MailSender
        var password: String?
    }

    struct Google: Sendable, Hashable {
        var clientID: String
        var clientSecret: String
        /// A stand-in's address, for tests; nil is Google's.
        var issuer: String?
    }

    struct Apple: Sendable, Hashable {
        var servicesID: String
        var team: String
        var keyID: String
        /// The path of the key, a PEM file.
        var key: String
        /// A stand-in's address, for tests; nil is Apple's.
        var issuer: String?
    }

    struct TLS: Sendable, Hashable {
        var certificate: String
        var key: String
    }

    var host = "127.0.0.1"
    var port = 8_080
    var adminHost = "127.0.0.1"
    /// Nil has no second port: no metrics.
    var adminPort: Int?
    var role = Role.all
    /// How many jobs are worked on at a time.
    var workers = 1
    var database = Database.memory
    /// Whether nobody named the database.
    var isStandardDatabase = false
    /// How many connections to a database server there may be.
    var connections = 10
    /// The address of a Redis server; nil keeps what is fleeting in the process.
    var cache: String?
    var vectors = Vectors.database(index: .exact)
    var blobs = Blobs.memory
    var plan = Plan.unlimited
    var allowsSignUp = true
    /// The path of the key that signs access tokens; nil makes one that ends with the process.
    var signingKey: String?
    /// Whether somebody named that path: then the file must be there.
    var isSigningKeyNamed = false
    /// Nil sends none, and verifies no address.
    var mail: Mail?
    var google: Google?
    var apple: Apple?
    var publicURL: String?
    var allowedOrigins: Set<String> = []
    var trustedProxies: [String] = []
    var tls: TLS?
    /// The folder of the page's files; nil serves those that come with the program.
    var page: String?
    var logLevel = Logger.Level.notice
    var logFormat = LogFormat.text
    var drainTimeout = Duration.seconds(30)

    var model: String?
    var contextTokens: Int?
    var offlinePace: Duration?
    var openAIKey: String?
    var openAIBaseURL: String?
    var openAIInterface = OpenAIInterface.auto
    var embeddingModel: String?
    var embeddingDimensions: Int?
    var moderation = ScreeningChoice.on
    var moderationModel: String?
    var speech = Speech()
    var tokenizer: String?

    /// What to tell who started the server; not errors.
    var warnings: [String] = []

    /// The address that people open.
    var address: String {
        let host = host == "0.0.0.0" || host == "::" ? "localhost" : host
        return publicURL ?? "\(tls == nil ? "http" : "https")://\(host.contains(":") ? "[\(host)]" : host):\(port)"
    }
}
