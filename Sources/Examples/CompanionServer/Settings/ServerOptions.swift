internal import ArgumentParser

/// The flags. All are texts here: what they mean, ``ServerSettingsReader`` says, for all sources alike.
struct ServerOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Where to listen.", valueName: "address")) var host: String?
    @Option(help: "The port.") var port: String?
    @Option(help: ArgumentHelp("Where metrics are served.", valueName: "address")) var adminHost: String?
    @Option(help: ArgumentHelp("The port of /metrics; none unless set.", valueName: "port")) var adminPort: String?
    @Option(help: "What this process does: api, worker or all.") var role: String?
    @Option(help: ArgumentHelp("How many background jobs at a time.", valueName: "number")) var workers: String?
    @Option(help: ArgumentHelp("sqlite:path, postgres://… or memory:", valueName: "address")) var database: String?
    @Option(help: ArgumentHelp("The most connections to Postgres.", valueName: "number")) var connections: String?
    @Option(help: ArgumentHelp("redis://…, rediss://… or memory:", valueName: "address")) var cache: String?
    @Option(
        help: ArgumentHelp(
            "database:, database:?index=hnsw, postgres://…, pinecone://index or memory:", valueName: "address"))
    var vectors: String?
    @Option(help: ArgumentHelp("file:folder, s3://bucket or memory:", valueName: "address")) var blobs: String?
    @Option(help: ArgumentHelp("The language model; \"offline\" is a stand-in.", valueName: "name")) var model: String?
    @Option(help: ArgumentHelp("The model's context window.", valueName: "tokens")) var contextTokens: String?
    @Option(help: ArgumentHelp("A .tiktoken file, to count exactly.", valueName: "path")) var tokenizer: String?
    @Option(help: ArgumentHelp("Milliseconds between the stand-in's words.", valueName: "ms")) var offlinePace: String?
    @Option(
        name: .customLong("openai-api-key"),
        help: ArgumentHelp("Better in OPENAI_API_KEY: others on the machine see flags.", valueName: "key"))
    var openAIKey: String?
    @Option(
        name: .customLong("openai-base-url"),
        help: ArgumentHelp("A server that speaks OpenAI's protocol.", valueName: "url"))
    var openAIBaseURL: String?
    @Option(name: .customLong("openai-api"), help: "Which of OpenAI's interfaces: auto, chat or responses.")
    var openAIInterface: String?
    @Option(help: ArgumentHelp("Finds memories by their meaning.", valueName: "name")) var embeddingModel: String?
    @Option(help: ArgumentHelp("How long its vectors are.", valueName: "number")) var embeddingDimensions: String?
    @Option(help: "Whether texts are screened: on or off.") var moderation: String?
    @Option(help: ArgumentHelp("Judges texts, besides words.", valueName: "name")) var moderationModel: String?
    @Option(help: "Who speaks and listens: off, tones (a stand-in), openai or elevenlabs.") var speech: String?
    @Option(help: ArgumentHelp("The model that speaks.", valueName: "name")) var speechModel: String?
    @Option(help: ArgumentHelp("The voice of characters that have none.", valueName: "name")) var speechVoice: String?
    @Option(help: ArgumentHelp("The model that listens.", valueName: "name")) var transcriptionModel: String?
    @Option(help: ArgumentHelp("Tiers as JSON; or unlimited, examples, none.", valueName: "file")) var plan: String?
    @Option(help: "Whether people can sign up: on or off.") var signUp: String?
    @Option(help: ArgumentHelp("Signs access tokens: PEM of P-256.", valueName: "file")) var signingKey: String?
    @Option(help: ArgumentHelp("How mail leaves: sendmail:///…, smtp://… or smtps://…", valueName: "address")) var mail:
        String?
    @Option(help: ArgumentHelp("From whom mail comes.", valueName: "address")) var mailFrom: String?
    @Option(name: .customLong("google-client-id"), help: ArgumentHelp("Sign-in by Google.", valueName: "id"))
    var googleClientID: String?
    @Option(name: .customLong("apple-services-id"), help: ArgumentHelp("Sign-in by Apple.", valueName: "id"))
    var appleServicesID: String?
    @Option(help: ArgumentHelp("Apple's name of the team.", valueName: "id")) var appleTeam: String?
    @Option(name: .customLong("apple-key-id"), help: ArgumentHelp("Apple's name of the key.", valueName: "id"))
    var appleKeyID: String?
    @Option(help: ArgumentHelp("The key that Apple gave.", valueName: "file")) var appleKey: String?
    @Option(name: .customLong("public-url"), help: ArgumentHelp("The address that people use.", valueName: "url"))
    var publicURL: String?
    @Option(help: ArgumentHelp("Other pages that may call.", valueName: "origin,…")) var allowedOrigins: String?
    @Option(help: ArgumentHelp("Whose forwarded headers count.", valueName: "cidr,…")) var trustedProxies: String?
    @Option(help: ArgumentHelp("The chain of certificates, PEM.", valueName: "file")) var tlsCertificate: String?
    @Option(help: ArgumentHelp("Its private key, PEM.", valueName: "file")) var tlsKey: String?
    @Option(help: ArgumentHelp("Serves the page from there, each file anew.", valueName: "folder")) var page: String?
    @Option(help: "trace, debug, info, notice, warning, error or critical.") var logLevel: String?
    @Option(help: "text or json.") var logFormat: String?
    @Option(help: ArgumentHelp("How long replies may go on at the end.", valueName: "seconds")) var drainTimeout:
        String?
    @Option(help: ArgumentHelp("The configuration file.", valueName: "path")) var config: String?

    var values: [ServerSetting: String] {
        let all: [ServerSetting: String?] = [
            .host: host, .port: port, .adminHost: adminHost, .adminPort: adminPort, .role: role, .workers: workers,
            .database: database, .connections: connections, .cache: cache, .vectors: vectors, .blobs: blobs,
            .model: model, .contextTokens: contextTokens, .tokenizer: tokenizer, .offlinePace: offlinePace,
            .openAIKey: openAIKey, .openAIBaseURL: openAIBaseURL, .openAIInterface: openAIInterface,
            .embeddingModel: embeddingModel, .embeddingDimensions: embeddingDimensions, .moderation: moderation,
            .moderationModel: moderationModel, .speech: speech, .speechModel: speechModel, .speechVoice: speechVoice,
            .transcriptionModel: transcriptionModel, .plan: plan, .signUp: signUp, .signingKey: signingKey, .mail: mail,
            .mailFrom: mailFrom,
            .googleClientID: googleClientID, .appleServicesID: appleServicesID, .appleTeam: appleTeam,
            .appleKeyID: appleKeyID, .appleKey: appleKey, .publicURL: publicURL, .allowedOrigins: allowedOrigins,
            .trustedProxies: trustedProxies, .tlsCertificate: tlsCertificate, .tlsKey: tlsKey, .page: page,
            .logLevel: logLevel, .logFormat: logFormat, .drainTimeout: drainTimeout,
        ]
        return all.compactMapValues(\.self)
    }
}
