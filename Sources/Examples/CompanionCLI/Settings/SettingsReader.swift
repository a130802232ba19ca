internal import CompanionCore
internal import Configuration
internal import Synchronization

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
        let document = try path.flatMap { try SettingsFile(path: $0, mustExist: named != nil) }
        let recorder = SourceRecorder()
        let config = ConfigReader(
            providers: [
                InMemoryProvider(name: "flags", values: Self.values(flags.map { ($0.key.key, $0.value) })),
                KeyMappingProvider(upstream: EnvironmentVariablesProvider(environmentVariables: environment)) { key in
                    key.components.first == "openai" ? key : key.prepending("companion")
                },
                InMemoryProvider(name: "file", values: Self.values((document?.values ?? [:]).map { ($0, $1) })),
            ],
            accessReporter: recorder)

        var values: [Setting: String] = [:]
        var sources: [Setting: SettingSource] = [:]
        for setting in Setting.allCases {
            guard let value = config.string(forKey: ConfigKey(setting.key), isSecret: setting.isSecret) else {
                continue
            }
            values[setting] = value
            sources[setting] =
                switch recorder.index {
                case 0: .flag(setting.flag ?? "")
                case 1: .variable(setting.variable)
                default: .file(path ?? "", key: setting.key)
                }
        }
        var settings = try settings(from: values, sources: sources, folders: folders)
        settings.file = path
        settings.unknownKeys = (document?.values.keys.filter { Setting(rawValue: $0) == nil } ?? []).sorted()
        return settings
    }

    private static func values(_ pairs: [(String, String)]) -> [AbsoluteConfigKey: ConfigValue] {
        Dictionary(
            pairs.map { (AbsoluteConfigKey(ConfigKey($0)), ConfigValue(.string($1), isSecret: false)) },
            uniquingKeysWith: { first, _ in first })
    }

    private func settings(
        from values: [Setting: String], sources: [Setting: SettingSource], folders: UserFolders
    ) throws -> Settings {
        func parse<Value>(_ setting: Setting, _ wanted: String, _ parse: (String) -> Value?) throws -> Value? {
            guard let text = values[setting] else { return nil }
            guard let value = parse(text) else {
                throw CompanionError(
                    .invalidInput, "\(sources[setting] ?? .standard) must be \(wanted): correct it.".capitalizedFirst)
            }
            return value
        }
        guard let database = values[.database] ?? folders.data.map({ "\($0)/companion.sqlite" }) else {
            throw CompanionError(.invalidInput, "There is no home folder to keep the database in: name a --database.")
        }
        let store: StoreAddress
        do throws(CompanionError) {
            store = try StoreAddress(database)
        } catch {
            throw CompanionError(
                .invalidInput, "\(sources[.database] ?? .standard) is no database. \(error.message)".capitalizedFirst)
        }
        var settings = Settings(database: database, store: store)
        settings.dataFolder = folders.data
        settings.vectors = try parse(.vectors, "an address such as pinecone://companion") { text in
            text.lowercased().hasPrefix("pinecone://") ? text : nil
        }
        settings.model = values[.model]
        settings.user = values[.user]
        settings.persona = values[.persona]
        settings.color = try parse(.color, "auto, always or never") { ColorChoice(rawValue: $0) } ?? .auto
        settings.contextTokens = try parse(.contextTokens, "a whole number from 1024 to 100000000") { text in
            Int(text).flatMap { (1_024...100_000_000).contains($0) ? $0 : nil }
        }
        settings.tokenizer = values[.tokenizer]
        settings.offlinePace = try parse(.offlinePace, "a number of milliseconds from 0 to 3600000") { text in
            Int(text).flatMap { (0...3_600_000).contains($0) ? .milliseconds($0) : nil }
        }
        settings.openAIKey = try parse(.openAIKey, "one line of printable ASCII without spaces") { text in
            text.utf8.allSatisfy { (0x21...0x7E).contains($0) } ? text : nil
        }
        settings.openAIBaseURL = try parse(.openAIBaseURL, "an address such as http://127.0.0.1:8080/v1") { text in
            text.hasPrefix("http://") || text.hasPrefix("https://") ? text : nil
        }
        settings.openAIInterface =
            try parse(.openAIInterface, "auto, chat or responses") { Settings.OpenAIInterface(rawValue: $0) } ?? .auto
        settings.embeddingModel = values[.embeddingModel]
        settings.embeddingDimensions = try parse(.embeddingDimensions, "a whole number from 1 to 65536") { text in
            Int(text).flatMap { (1...65_536).contains($0) ? $0 : nil }
        }
        settings.moderation = try parse(.moderation, "on or off") { Settings.Screening(rawValue: $0) } ?? .on
        settings.moderationModel = values[.moderationModel]
        settings.sources = sources
        return settings
    }
}

/// Remembers which provider gave the last value.
private final class SourceRecorder: AccessReporter {
    private let last = Mutex(0)

    /// The provider's place in the order.
    var index: Int { last.withLock(\.self) }

    func report(_ event: AccessEvent) {
        // Providers are asked in their order, until one has a value.
        last.withLock { $0 = event.providerResults.count - 1 }
    }
}
