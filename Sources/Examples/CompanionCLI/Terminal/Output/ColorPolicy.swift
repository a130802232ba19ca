/// What a person asked of `--color`.
enum ColorChoice: String, Sendable, CaseIterable {
    case auto, always, never
}

/// Whether a stream gets colours.
enum ColorPolicy {
    /// The flag decides; then, in this order, a `NO_COLOR` that is not empty (no-color.org), `CLICOLOR_FORCE` and
    /// `FORCE_COLOR`, whether the stream is a terminal, `TERM` and `CLICOLOR`.
    static func allowsColor(choice: ColorChoice, environment: [String: String], isTerminal: Bool) -> Bool {
        switch choice {
        case .always: return true
        case .never: return false
        case .auto: break
        }
        if isSet(environment["NO_COLOR"]) { return false }
        if let force = environment["CLICOLOR_FORCE"], isSet(force), force != "0" { return true }
        if let force = environment["FORCE_COLOR"], isSet(force) { return force != "0" && force != "false" }
        guard isTerminal, let kind = environment["TERM"], isSet(kind), kind != "dumb" else { return false }
        return environment["CLICOLOR"] != "0"
    }

    private static func isSet(_ value: String?) -> Bool { value?.isEmpty == false }
}
