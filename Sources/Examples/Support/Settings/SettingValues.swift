package import CompanionCore
internal import Configuration
internal import Synchronization

/// Values from all sources together: flags come before the environment, the environment before the file.
package struct SettingValues<Key: SettingKey>: Sendable {
    package private(set) var values: [Key: String] = [:]
    /// Where each value came from.
    package private(set) var sources: [Key: SettingSource] = [:]
    /// Keys of the file that mean nothing.
    package let unknownKeys: [String]

    /// - Parameters:
    ///   - file: The configuration file; nil where there can be none.
    ///   - mustExist: Whether somebody named that file.
    ///   - environment: Empty variables count as absent.
    /// - Throws: `invalidInput`, `notFound` where the file can't be read.
    package init(flags: [Key: String], file: String?, mustExist: Bool, environment: [String: String]) throws {
        let document = try file.flatMap { try SettingsFile(path: $0, mustExist: mustExist) }
        let recorder = SourceRecorder()
        let config = ConfigReader(
            providers: [
                InMemoryProvider(name: "flags", values: Self.values(flags.map { ($0.key.key, $0.value) })),
                KeyMappingProvider(
                    upstream: EnvironmentVariablesProvider(
                        environmentVariables: environment.filter { !$0.value.isEmpty })
                ) { key in
                    key.components.first == "openai" ? key : key.prepending("companion")
                },
                InMemoryProvider(name: "file", values: Self.values((document?.values ?? [:]).map { ($0, $1) })),
            ],
            accessReporter: recorder)
        for setting in Key.allCases {
            guard let value = config.string(forKey: ConfigKey(setting.key), isSecret: setting.isSecret) else {
                continue
            }
            values[setting] = value
            sources[setting] =
                switch recorder.index {
                case 0: .flag(setting.flag ?? "")
                case 1: .variable(setting.variable)
                default: .file(file ?? "", key: setting.key)
                }
        }
        unknownKeys = (document?.values.keys.filter { Key(rawValue: $0) == nil } ?? []).sorted()
    }

    package subscript(setting: Key) -> String? { values[setting] }

    package func source(of setting: Key) -> SettingSource { sources[setting] ?? .standard }

    /// The value, read. Throws `invalidInput` with its source, and what is wanted, where it is something else.
    package func parse<Value>(
        _ setting: Key, _ wanted: String, _ parse: (String) -> Value?
    ) throws(CompanionError) -> Value? {
        guard let text = values[setting] else { return nil }
        guard let value = parse(text) else {
            throw CompanionError(
                .invalidInput, "\(source(of: setting)) must be \(wanted): correct it.".capitalizedFirst)
        }
        return value
    }

    private static func values(_ pairs: [(String, String)]) -> [AbsoluteConfigKey: ConfigValue] {
        Dictionary(
            pairs.map { (AbsoluteConfigKey(ConfigKey($0)), ConfigValue(.string($1), isSecret: false)) },
            uniquingKeysWith: { first, _ in first })
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
