/// One thing that can be set, by whatever source; the raw value is its name in the configuration file, where a dot leads into
/// an object.
package protocol SettingKey: RawRepresentable, CaseIterable, Hashable, Sendable where RawValue == String {
    /// The flag; nil where there is none.
    var flag: String? { get }
    /// Whether the value is never shown.
    var isSecret: Bool { get }
}

extension SettingKey {
    /// The name in the configuration file.
    package var key: String { rawValue }

    /// The environment's variable.
    package var variable: String {
        let name = String(key.map { $0 == "-" || $0 == "." ? "_" : $0 }).uppercased()
        return key.hasPrefix("openai.") ? name : "COMPANION_" + name
    }
}
