internal import CompanionCore

/// Asks before something is done that can't be undone.
@MainActor struct Confirmation {
    let program: Program

    /// Returns when it may be done. Throws `invalidInput` where nobody can be asked, `CancellationError` for a no.
    ///
    /// - Parameter isGiven: Whether the answer was given beforehand, by `--yes`.
    func ask(_ question: String, isGiven: Bool) async throws {
        if isGiven { return }
        guard program.terminal.isInteractive else {
            throw CompanionError(.invalidInput, "This can't be undone: say --yes.")
        }
        let reader = try LineReader(terminal: program.terminal, signals: program.signals)
        guard case .line(let answer) = try await reader.readLine(prompt: Prompt("\(question) [y/N] ")),
            ["y", "yes"].contains(answer.trimmed.lowercased())
        else { throw CancellationError() }
    }
}
