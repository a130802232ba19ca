internal import CompanionCore
internal import CompanionFiles
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

    /// Opens all, and brings the database's schema up to date. What can't be reached is told by its error.
    static func open(_ settings: ServerSettings) async throws -> OpenStores {
        let redis = try settings.cache.map { try Redis(configuration: .init(url: $0)) }
        try await redis?.check()
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
        do {
            return OpenStores(
                relational: relational,
                vectors: settings.embeddingModel == nil ? nil : try await vectors(settings, beside: store),
                blobs: blobs, cache: redis?.cache ?? InMemoryCache(),
                rateLimiter: redis?.rateLimiter ?? InMemoryRateLimiter(), replyLog: redis?.replyLog, store: store,
                redis: redis)
        } catch {
            await store?.close()
            throw error
        }
    }

    private static func vectors(_ settings: ServerSettings, beside store: OpenStore?) async throws -> any VectorStore {
        switch settings.vectors {
        case .pinecone(let url): return try Pinecone(configuration: .init(url: url)).vectorStore
        case .database(let index): if let store { return try await store.vectors(index: index) }
        case .memory: break
        }
        return InMemoryVectorStore()
    }

    func close() async { await store?.close() }
}
