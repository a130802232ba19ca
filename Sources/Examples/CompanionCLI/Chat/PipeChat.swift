internal import CompanionCore

/// A chat in a pipe: each line is a message or a command. Ends at the end of the input, at the first error unless told
/// to go on, when nobody reads the output any more, and by Ctrl-C, which keeps the reply as far as it has come.
@MainActor struct PipeChat {
    let session: ChatSession
    let program: Program
    let isJSON: Bool
    let keepsGoing: Bool
    /// The one message to say, in place of the input.
    let only: String?

    func run() async throws -> ExitStatus {
        try await program.signals.ending(on: [.interrupt, .terminate, .hangUp]) { try await converse() }
    }

    private func converse() async throws -> ExitStatus {
        if let only { return try await performing { try await session.say(only) } }
        let reader = try LineReader(terminal: program.terminal, signals: program.signals)
        var worst = ExitStatus.success
        while case .line(let line) = try await reader.readLine(prompt: Prompt("\(session.user.name)> ")) {
            var isOver = false
            let status = try await performing {
                switch try PipeLine(line, isJSON: isJSON) {
                case .message(let text, let clientID): try await session.say(text, clientID: clientID)
                case .line(let line): isOver = try await !perform(line)
                }
            }
            if worst == .success { worst = status }
            if isOver || session.isOutputGone || status != .success && !keepsGoing { break }
        }
        return worst
    }

    /// False where the chat is to end.
    private func perform(_ line: ChatLine) async throws -> Bool {
        switch try await session.perform(line) {
        case .done: return true
        case .quit: return false
        case .rewrite(let target, _):
            throw CompanionError(.invalidInput, "Give the new text: /edit \(target == .reply ? "reply " : "")TEXT")
        }
    }

    private func performing(_ body: () async throws -> Void) async throws -> ExitStatus {
        do {
            try await body()
            return .success
        } catch let error as CompanionError {
            session.show(.failed(error))
            return ExitStatus(error)
        } catch is CancellationError {
            try await session.showStopped()
            throw CancellationError()
        }
    }
}
