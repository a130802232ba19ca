internal import ArgumentParser
internal import CompanionCore
internal import _CompanionHosting

/// `companion chat`: talks to a character, on a terminal or in a pipe.
struct TalkCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "chat", abstract: "Talk to a character (the default).",
        discussion: """
            Goes on with the chat that was used last, or begins one. On a terminal, /help lists what can be done. In a \
            pipe each line is a message or a command, and the replies are written to standard output.
            """)

    @Option(name: .shortAndLong, help: ArgumentHelp("Whom to talk to.", valueName: "name or id"))
    var character: String?

    @Option(help: ArgumentHelp("The chat to go on with; the end of its id is enough.", valueName: "id"))
    var chat: String?

    @Flag(help: "Begin a new chat.")
    var new = false

    @Option(help: ArgumentHelp("Begin a new chat with this title.", valueName: "title"))
    var title: String?

    @Option(name: .shortAndLong, help: ArgumentHelp("Say this, and leave.", valueName: "text"))
    var message: String?

    @Flag(help: "Write one JSON object a line for each event; lines of input may be objects too.")
    var json = false

    @Flag(help: "In a pipe, go on with the next line after an error.")
    var keepGoing = false

    @OptionGroup(title: "Model") var modelOptions: ModelOptions
    @OptionGroup(title: "Settings") var options: SettingsOptions

    func validate() throws {
        if chat != nil, character != nil || new || title != nil {
            throw ValidationError("--chat names a chat that there is: leave --character, --new and --title away.")
        }
    }

    func run() async throws {
        try await Program.run(options, modelOptions) { program in
            let isInteractive = program.terminal.isInteractive && !json && message == nil
            let output = output(for: program.terminal, isInteractive: isInteractive)
            do {
                let choice = try ModelChoice(program.settings)
                return try await Host.run(program, model: choice, isWatched: isInteractive) { host in
                    try await talk(host, choice, output, isInteractive: isInteractive)
                }
            } catch let error as CompanionError where json {
                output.show(.failed(error))
                return ExitStatus(error)
            }
        }
    }

    @MainActor private func output(for terminal: Terminal, isInteractive: Bool) -> any ChatOutput {
        if json { return JSONChatOutput(terminal: terminal) }
        if isInteractive { return TerminalChatOutput(terminal: terminal, isVerbose: options.verbose) }
        return PlainChatOutput(terminal: terminal, isVerbose: options.verbose)
    }

    @MainActor private func talk(
        _ host: Host, _ model: ModelChoice, _ output: any ChatOutput, isInteractive: Bool
    ) async throws -> ExitStatus {
        let entrance = ChatEntrance(host: host, character: character, chat: chat, isNew: new, title: title)
        let entered =
            try await isInteractive
            ? entrance.enter { try await CharacterMenu(host: host).choose() }
            : entrance.enter()
        let session = ChatSession(
            companion: host.companion, model: host.model, user: host.user, chat: entered.chat,
            character: entered.character, notice: model.notice, output: output)
        try await session.open(as: entered.kind)
        let status =
            if isInteractive {
                try await InteractiveChat(session: session, program: host.program).run()
            } else {
                try await PipeChat(
                    session: session, program: host.program, isJSON: json, keepsGoing: keepGoing, only: message
                ).run()
            }
        await session.learnWhereQuick()
        return status
    }
}
