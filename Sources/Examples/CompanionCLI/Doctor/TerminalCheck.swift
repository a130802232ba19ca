internal import _CompanionHosting

/// What the terminal can do.
struct TerminalCheck {
    let terminal: Terminal
    let environment: [String: String]

    func findings() -> [Finding] {
        guard terminal.isInputTerminal, terminal.isOutputTerminal else {
            return [Finding(.ok, .terminal, "none: lines are read and written as they are")]
        }
        var findings: [Finding] = []
        let kind = environment["TERM"] ?? ""
        if terminal.knowsEscapes {
            let size = terminal.size
            findings.append(Finding(.ok, .terminal, "\(kind), \(size.columns) columns and \(size.rows) rows"))
        } else {
            findings.append(
                Finding(
                    .warn, .terminal, kind.isEmpty ? "TERM is not set" : "TERM is \(kind)",
                    advice: "Lines can't be edited. Set TERM to what your terminal is, such as xterm-256color."))
        }
        let reason = environment["NO_COLOR"].map { $0.isEmpty ? "" : ", as NO_COLOR asks" } ?? ""
        let colors = terminal.palette.isEnabled ? "colours are on" : "colours are off\(reason)"
        findings.append(Finding(.ok, .terminal, colors))
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
        if !locale.lowercased().contains("utf-8"), !locale.lowercased().contains("utf8") {
            findings.append(
                Finding(
                    .warn, .terminal, "the locale \(locale.isEmpty ? "(none)" : locale) is not UTF-8",
                    advice: "If letters look wrong, set LANG to a UTF-8 locale, such as C.UTF-8."))
        }
        return findings
    }
}
