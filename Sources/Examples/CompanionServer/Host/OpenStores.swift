internal import CompanionCore
internal import CompanionFiles
internal import CompanionGateway
internal import CompanionInMemory
internal import CompanionPinecone
internal import CompanionRedis
internal import CompanionS3
internal import _CompanionHosting

/// Everything that keeps something, open.
struct OpenStores: Sendable {
    let relational: any RelationalStore
    let vectors: (any VectorStore)?
    let blobs: any BlobStore
    let cache: any Cache
    let rateLimiter: any RateLimiter
    /// Nil where frames of replies are kept by the process that makes them.
    let replyLog: (any ReplyLog)?
    /// The database where it is one that can be closed.
    let store: OpenStore?
    let redis: Redis?
    /// Where vectors are in a database of their own, which can be closed.
    let vectorDatabase: OpenStore?
    /// How it is found out whether all but the database is there.
    let checks: [HealthCheck]

    /// Opens all, and brings the database's schema up to date. What can't be reached is told by its error.
    static func open(_ settings: ServerSettings) async throws -> OpenStores {
        let redis = try settings.cache.map { try Redis(configuration: .init(url: $0)) }
        var checks: [HealthCheck] = []
        if let redis {
            try await redis.check()
            checks.append(HealthCheck("cache", isRequired: false) { try await redis.check() })
        }
        let blobs: any BlobStore
        switch settings.blobs {
        case .memory: blobs = InMemoryBlobStore()
        case .folder(let path):
            try LocalFolder(path: path).create()
            blobs = try FileBlobStore(path: path)
        case .s3(let url):
            let store = try S3BlobStore(configuration: .init(url: url))
            try await store.check()
            blobs = store
            checks.append(HealthCheck("blobs", isRequired: false) { try await store.check() })
        }
        var store: OpenStore?
        let relational: any RelationalStore
        switch settings.database {
        case .memory: relational = InMemoryStore()
        case .store(let address):
            if case .sqlite(let path) = address, settings.isStandardDatabase {
                try LocalFile(path: path).folder.create()
            }
            let open = try await address.open(connections: 1...settings.connections)
            store = open
            relational = open.relational
        }
        var vectorDatabase: OpenStore?
        do {
            var vectors: (any VectorStore)?
            if settings.embeddingModel != nil {
                switch settings.vectors {
                case .pinecone(let url):
                    let pinecone = try Pinecone(configuration: .init(url: url))
                    vectors = pinecone.vectorStore
                    checks.append(HealthCheck("vectors", isRequired: false) { try await pinecone.check() })
                case .postgres(let url):
                    let open = try await StoreAddress.postgres(url: url).open(connections: 0...settings.connections)
                    vectorDatabase = open
                    vectors = try await open.vectors()
                    checks.append(
                        HealthCheck("vectors", isRequired: false) {
                            try await open.relational.read { _ = try $0.users.users(after: nil, limit: 1) }
                        })
                case .database(let index):
                    vectors = try await store?.vectors(index: index) ?? InMemoryVectorStore()
                case .memory: vectors = InMemoryVectorStore()
                }
            }
            return OpenStores(
                relational: relational, vectors: vectors,
                blobs: blobs, cache: redis?.cache ?? InMemoryCache(),
                rateLimiter: redis?.rateLimiter ?? InMemoryRateLimiter(), replyLog: redis?.replyLog, store: store,
                redis: redis, vectorDatabase: vectorDatabase, checks: checks)
        } catch {
            await vectorDatabase?.close()
            await store?.close()
            throw error
        }
    }

    func close() async {
        await vectorDatabase?.close()
        await store?.close()
    }
}
