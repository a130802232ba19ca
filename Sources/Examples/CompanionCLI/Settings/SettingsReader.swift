internal import CompanionCore
internal import _CompanionHosting

/// Puts the settings together: flags come before the environment, the environment before the file. The one place of
/// the program that reads any of them.
struct SettingsReader {
    var flags: [Setting: String]
    /// What `--config` names.
    var file: String?
    /// The environment. Empty variables count as absent.
    var environment: [String: String]

    init(flags: [Setting: String] = [:], file: String? = nil, environment: [String: String]) {
        self.flags = flags
        self.file = file
        self.environment = environment.filter { !$0.value.isEmpty }
    }

    /// Throws `invalidInput` with the name of the source that holds something malformed.
    func read() throws -> Settings {
        let folders = UserFolders(environment: environment)
        let named = file ?? environment["COMPANION_CONFIG"]
        let path = named ?? folders.configuration.map { "\($0)/config.json" }
        let values = try SettingValues(flags: flags, file: path, mustExist: named != nil, environment: environment)
        var settings = try settings(from: values, folders: folders)
        settings.file = path
        settings.unknownKeys = values.unknownKeys
        return settings
    }

    private func settings(
        from values: SettingValues<Setting>, folders: UserFolders
    ) throws -> Settings {
        guard let database = values[.database] ?? folders.data.map({ "\($0)/companion.sqlite" }) else {
            throw CompanionError(.invalidInput, "There is no home folder to keep the database in: name a --database.")
        }
        let store: StoreAddress
        do throws(CompanionError) {
            store = try StoreAddress(database)
        } catch {
            throw CompanionError(
                .invalidInput, "\(values.source(of: .database)) is no database. \(error.message)".capitalizedFirst)
        }
        var settings = Settings(database: database, store: store)
        settings.dataFolder = folders.data
        settings.vectors = try values.parse(.vectors, "database: or an address such as pinecone://companion") { text in
            text.lowercased().hasPrefix("pinecone://") || VectorIndexChoice(address: text) != nil ? text : nil
        }
        settings.model = values[.model]
        settings.user = values[.user]
        settings.persona = values[.persona]
        settings.color = try values.parse(.color, "auto, always or never") { ColorChoice(rawValue: $0) } ?? .auto
        settings.contextTokens = try values.parse(.contextTokens, "a whole number from 1024 to 100000000") { text in
            Int(text).flatMap { (1_024...100_000_000).contains($0) ? $0 : nil }
        }
        settings.tokenizer = values[.tokenizer]
        settings.offlinePace = try values.parse(.offlinePace, "a number of milliseconds from 0 to 3600000") { text in
            Int(text).flatMap { (0...3_600_000).contains($0) ? .milliseconds($0) : nil }
        }
        settings.openAIKey = try values.parse(.openAIKey, "one line of printable ASCII without spaces") { text in
            text.utf8.allSatisfy { (0x21...0x7E).contains($0) } ? text : nil
        }
        settings.openAIBaseURL = try values.parse(.openAIBaseURL, "an address such as http://127.0.0.1:8080/v1") {
            text in
            text.hasPrefix("http://") || text.hasPrefix("https://") ? text : nil
        }
        settings.openAIInterface =
            try values.parse(.openAIInterface, "auto, chat or responses") { OpenAIInterface(rawValue: $0) } ?? .auto
        settings.embeddingModel = values[.embeddingModel]
        settings.embeddingDimensions = try values.parse(.embeddingDimensions, "a whole number from 1 to 65536") {
            text in
            Int(text).flatMap { (1...65_536).contains($0) ? $0 : nil }
        }
        settings.moderation = try values.parse(.moderation, "on or off") { ScreeningChoice(rawValue: $0) } ?? .on
        settings.moderationModel = values[.moderationModel]
        settings.sources = values.sources
        return settings
    }
}
