internal import CompanionCore

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// A chat on a terminal: a line is read, what it asks for is done, and so on until the person leaves.
@MainActor final class InteractiveChat {
    private let session: ChatSession
    private let program: Program
    /// The lines of this run.
    private var entered: [String] = []

    init(session: ChatSession, program: Program) {
        self.session = session
        self.program = program
    }

    func run() async throws -> ExitStatus {
        let history = LineHistory(environment: program.environment)
        let reader = try LineReader(
            terminal: program.terminal, signals: program.signals, history: history.load(), complete: Self.complete)
        defer { history.keep(entered) }
        return try await program.signals.ending(on: [.terminate, .hangUp]) {
            try await reader.betweenLinesToo { try await self.converse(reader) }
        }
    }

    private func converse(_ reader: LineReader) async throws -> ExitStatus {
        let interrupts = Interrupts()
        var rewriting: (target: ChatCommand.EditTarget, text: String)?
        // Whether the last thing was a Ctrl-C at an empty prompt. The first one only asks: it may have come a moment too
        // late for a reply, or throw away a line that is no more.
        var isLeaving = false
        while true {
            let prompt = Prompt(rewriting == nil ? "\(ControlFilter.singleLine(session.user.name)): " : "Edit: ")
            switch try await reader.readLine(prompt: prompt, initial: rewriting?.text ?? "") {
            case .endOfInput: return .success
            case .interrupted(let wasEmpty):
                let isAsking = wasEmpty && rewriting == nil
                if isAsking, isLeaving { return .success }
                if isAsking { session.show(.leavingAsked) }
                isLeaving = isAsking
                rewriting = nil
            case .line(let text):
                isLeaving = false
                entered.append(text)
                let edited = rewriting?.target
                rewriting = nil
                let outcome = try await reader.whileQuiet {
                    try await performing(interrupts) {
                        guard let edited else { return try await self.session.perform(ChatLine(text)) }
                        try await self.session.edit(edited, to: text)
                        return .done
                    }
                }
                switch outcome {
                case .done: break
                case .quit: return .success
                case .rewrite(let target, let text): rewriting = (target, text)
                }
            }
        }
    }

    /// Does what a line asks for. Ctrl-C stops it, and keeps the reply; an error is shown, and the chat goes on.
    private func performing(
        _ interrupts: Interrupts, _ body: @escaping @Sendable @MainActor () async throws -> ChatSession.Outcome
    ) async throws -> ChatSession.Outcome {
        do {
            return try await program.signals.stoppingOnInterrupt(interrupts) {
                exit(ExitStatus.interrupted.rawValue)
            } work: {
                try await body()
            }
        } catch let error as CompanionError {
            session.show(.failed(error))
        } catch is CancellationError {
            try await session.showStopped()
            try Task.checkCancellation()
        }
        return .done
    }

    /// Completes the names of commands.
    nonisolated private static func complete(_ text: String) -> [String] {
        guard text.hasPrefix("/"), !text.contains(where: \.isWhitespace) else { return [] }
        return ChatCommandWord.allCases.map { "/" + $0.rawValue }.filter { $0.hasPrefix(text) }
    }
}
