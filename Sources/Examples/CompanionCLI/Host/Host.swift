internal import CompanionCore
internal import CompanionInMemory
internal import CompanionOpenAI
internal import CompanionPinecone
internal import _CompanionHosting

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// The parts of the program put together: a companion on the person's database, and who is talking.
///
/// The composition root: the one place that chooses adapters.
struct Host: Sendable {
    let program: Program
    let companion: Companion
    let model: any LanguageModel
    let user: User
    let portraits: PortraitFolder

    var characters: CharacterCatalog {
        CharacterCatalog(companion: companion, user: user.id, portraits: portraits)
    }
    var chats: ChatCatalog { ChatCatalog(companion: companion, user: user.id) }
    var memories: MemoryCatalog { MemoryCatalog(companion: companion, user: user.id) }

    /// Opens the database and does the background work beside `body`: what a killed process left is repaired first, and
    /// what was said is read for memories where that is due.
    ///
    /// - Parameters:
    ///   - model: Nil for commands that ask no model.
    ///   - isWatched: Whether somebody sees the replies come.
    @MainActor static func run<Result: Sendable>(
        _ program: Program, model choice: ModelChoice? = nil, isWatched: Bool = false,
        _ body: @MainActor (Host) async throws -> Result
    ) async throws -> Result {
        let settings = program.settings
        let model = try await choice?.model(settings, isWatched: isWatched) ?? OfflineLanguageModel()
        let files = settings.files
        if settings.source(of: .database) == .standard { try files.folder.create() }
        let tokenCounter = try settings.tokenCounter
        let embeddingModel = try OpenAI.embeddingModel(settings)
        let moderation = try OpenAI.moderation(settings)
        let store = try await settings.store.open()
        let result: Swift.Result<Result, any Error>
        do {
            let vectors = embeddingModel == nil ? nil : try await settings.vectors(beside: store)
            let companion = Companion(
                languageModel: model, relationalStore: store.relational, plan: .unlimited, tokenCounter: tokenCounter,
                screening: moderation, embeddingModel: embeddingModel, vectorStore: vectors,
                personalData: [PortraitPart(portraits: files.portraits, store: store.relational)],
                configuration: settings.companionConfiguration)
            result = .success(
                try await companion.run {
                    let user = try await LocalPerson(companion: companion).find(for: program)
                    return try await body(
                        Host(
                            program: program, companion: companion, model: model, user: user,
                            portraits: files.portraits))
                })
        } catch {
            result = .failure(error)
        }
        await store.close()
        return try result.get()
    }
}

extension Settings {
    var companionConfiguration: Companion.Configuration {
        var configuration = Companion.Configuration(leaseHolder: ProcessLeaseHolder.current())
        configuration.memory.secondsFromUTC = TimeZone.current.secondsFromGMT()
        // An exact count needs no room for error.
        if tokenizer != nil { configuration.prompt.headroom = 0 }
        return configuration
    }
}

extension Settings {
    /// What is kept on the disk.
    var files: DatabaseFiles {
        switch store {
        case .sqlite(let path): DatabaseFiles(path: path)
        // Beside a server there is no place for pictures but our own.
        case .postgres: DatabaseFiles(path: "\(dataFolder ?? ".")/companion.sqlite")
        }
    }

    /// Those that are named, or else those of the database.
    fileprivate func vectors(beside store: OpenStore) async throws -> any VectorStore {
        if let index = vectorIndex { return try await store.vectors(index: index) }
        guard let vectors else { return try await store.vectors() }
        return try Pinecone(configuration: .init(url: vectors)).vectorStore
    }
}

/// What is kept on the disk, by the path of the database.
struct DatabaseFiles: Sendable {
    let path: String

    /// The folder that the database is in.
    var folder: LocalFolder { LocalFile(path: path).folder }

    var portraits: PortraitFolder { PortraitFolder(path: "\(folder.path)/portraits") }
}

extension Host {
    /// Runs a command that asks no model.
    static func perform(
        _ options: SettingsOptions, _ body: @MainActor (Host) async throws -> Void
    ) async throws {
        try await Program.run(options) { program in
            try await run(program) { try await body($0) }
            return .success
        }
    }
}
