/// Where a value came from.
package enum SettingSource: Sendable, Hashable, CustomStringConvertible {
    case flag(String)
    case variable(String)
    case file(String, key: String)
    case standard

    package var description: String {
        switch self {
        case .flag(let name): "the flag \(name)"
        case .variable(let name): "the variable \(name)"
        case .file(let path, let key): "\"\(key)\" in \(path)"
        case .standard: "the default"
        }
    }
}
