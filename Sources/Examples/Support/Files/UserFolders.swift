/// Where a person's files belong, by the XDG Base Directory Specification.
package struct UserFolders: Sendable {
    /// For settings; nil where there is no home.
    package let configuration: String?
    /// For what must be kept.
    package let data: String?
    /// For what may be lost without harm, such as the history of lines.
    package let state: String?

    package init(environment: [String: String]) {
        let home = environment["HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
        func folder(_ variable: String, or standard: String) -> String? {
            // The specification says to ignore relative paths.
            let base = environment[variable].flatMap { $0.hasPrefix("/") ? $0 : nil }
            return (base ?? home.map { "\($0)/\(standard)" }).map { "\($0)/companion" }
        }
        configuration = folder("XDG_CONFIG_HOME", or: ".config")
        data = folder("XDG_DATA_HOME", or: ".local/share")
        state = folder("XDG_STATE_HOME", or: ".local/state")
    }
}
