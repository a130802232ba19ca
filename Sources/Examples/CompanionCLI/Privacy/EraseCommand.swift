internal import ArgumentParser
internal import CompanionCore

/// `companion erase`: lets people leave without a trace.
struct EraseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "erase",
        abstract: "Erase all that is kept about you, for good.",
        discussion: "Asks for your name first. Say it with --name where nobody can be asked.")

    @Option(help: ArgumentHelp("Your name, as the answer to the question.", valueName: "name"))
    var name: String?

    @OptionGroup(title: "Settings") var options: SettingsOptions

    func run() async throws {
        try await Host.perform(options) { host in
            let output = host.program.terminal.output
            try await confirm(host)
            let user = host.user.id
            let receipt = try await host.companion.privacy.erase(user)
            try LineHistory(environment: host.program.environment).forget()
            output.writeLine(receipt.isFinished ? "All that was kept about you is erased." : Self.unfinished)
            output.writeLine("Receipt \(receipt.id), \((receipt.finishedAt ?? receipt.requestedAt).local)")
            for (kind, count) in receipt.erased.sorted(by: { $0.key < $1.key }) {
                output.writeLine("  \(count) \(kind.replacing("_", with: " "))")
            }
            let scan = try await host.companion.privacy.scan(for: user)
            if receipt.isFinished {
                guard scan.isEmpty else {
                    throw CompanionError(.internalInconsistency, "A scan has found something that is left.")
                }
                output.writeLine("A scan has found nothing that is left.")
            }
        }
    }

    private static let unfinished = """
        Erased, but for what a reply that was being written may have left: the next start of the program looks once more.
        """

    @MainActor private func confirm(_ host: Host) async throws {
        let program = host.program
        let answer: String
        if let name {
            answer = name
        } else {
            guard program.terminal.isInteractive else {
                throw CompanionError(.invalidInput, "This can't be undone: say your name with --name.")
            }
            let counts = try await host.companion.privacy.scan(for: host.user.id).found
            program.terminal.output.writeLine(
                """
                This erases \(counts["chats", default: 0]) chats with \(counts["messages", default: 0]) messages, \
                \(counts["memories", default: 0]) memories and \(counts["characters", default: 0]) characters. \
                It can't be undone; `companion export` keeps a copy for you.
                """)
            let reader = try LineReader(terminal: program.terminal, signals: program.signals)
            let name = ControlFilter.singleLine(host.user.name)
            guard
                case .line(let line) = try await reader.readLine(prompt: Prompt("Type your name, \(name), to go on: "))
            else { throw CancellationError() }
            answer = line
        }
        guard answer.trimmed == host.user.name else {
            throw CompanionError(.invalidInput, "That is not the name: nothing was erased.")
        }
    }
}
