internal import CompanionCore
internal import _CompanionHosting

/// An error in words for the person at the terminal: what was wrong, and what to do.
struct ErrorReport {
    let message: String
    /// What helps here; nil where the message says it all.
    let advice: String?
    /// All that is known, for a report; may quote a server.
    let details: String

    init(_ error: any Error) {
        details = String(reflecting: error)
        guard let error = error as? CompanionError else {
            message = "\(error)"
            advice = nil
            return
        }
        message = error.message.capitalizedFirst
        advice = Self.advice(for: error)
    }

    private static func advice(for error: CompanionError) -> String? {
        switch error.code {
        case .unauthenticated, .forbidden: "Check OPENAI_API_KEY; `companion doctor` shows where it comes from."
        // What is wrong with a file of this computer, its message says.
        case .unavailable where error.retry == .never: nil
        case .unavailable, .timedOut: "`companion doctor` tells what can't be reached, and why."
        case .rateLimited: "Wait a little, then try again."
        case .promptTooLarge: "`/prompt` shows what is in the prompt; --context-tokens sets the model's real window."
        case .corrupted: "Keep a copy of the database before anything else."
        case .schemaTooNew: "Update this program, or name another --database."
        case .internalInconsistency: "This is a defect of ours: please report what --verbose shows."
        default: nil
        }
    }

    /// The lines for standard error.
    func lines(palette: Palette, isVerbose: Bool) -> [String] {
        var lines = [palette(.error, "companion: ") + message.harmless]
        if let advice { lines.append("  " + palette(.dim, advice)) }
        if isVerbose { lines.append("  " + palette(.dim, details.harmless)) }
        return lines
    }
}
