import CompanionCore
import CompanionInMemory
import CompanionSQLite

/// The library, put together as a host does it: everything in one SQLite file.
struct Host {
    let companion: Companion

    init(store path: String, embedder: Embedder) throws {
        let store = try SQLiteStore(path: path)
        switch embedder {
        case .none: companion = Companion(languageModel: OfflineLanguageModel(), relationalStore: store)
        }
    }
}
