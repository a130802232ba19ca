internal import ArgumentParser
internal import CompanionCore
internal import _CompanionHosting

/// `companion prompt`: what the model is shown in a chat, and what changes of it from turn to turn.
struct PromptCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prompt", abstract: "See what the model is shown in a chat, and what changed between two turns.",
        subcommands: [Show.self, Diff.self], defaultSubcommand: Show.self)

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show what is in the prompt, what is not, and why (the default).",
            discussion: """
                By default the prompt that answers the chat's newest message; with --at that of an earlier turn, made again \
                from what is kept.
                """)

        @Argument(help: "The chat's id; its end is enough.")
        var id: String

        @Option(help: ArgumentHelp("The turn with this message.", valueName: "message"))
        var at: Int?

        @Flag(help: "Write one JSON object.")
        var json = false

        @OptionGroup(title: "Model") var modelOptions: ModelOptions
        @OptionGroup(title: "Settings") var options: SettingsOptions

        func validate() throws { try PromptCommand.check(at, "--at") }

        func run() async throws {
            try await PromptCommand.run(options, modelOptions) { host in
                let chat = try await host.chats.chat(meantBy: id)
                let output = host.program.terminal.output
                var (report, doubts) = (PromptReport(segments: [], budget: 0, replyReserve: 0), [String]())
                if let at {
                    let remade = try await host.companion.chats.prompt(ofTurnAt: at, in: chat.id, by: host.user.id)
                    (report, doubts) = (remade.prompt.report, remade.doubts.map(\.description))
                } else {
                    report = try await host.companion.chats.prompt(in: chat.id, by: host.user.id).report
                }
                if json {
                    output.writeLine(report.json(doubts: doubts).serialized())
                } else {
                    let terminal = host.program.terminal
                    for line in report.lines(palette: terminal.palette, width: terminal.lineWidth) + doubts {
                        output.writeLine(line)
                    }
                }
            }
        }
    }

    struct Diff: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show what changed between the prompts of two turns, and how much of the beginning was kept.",
            discussion: """
                By default of the chat's last two turns. A turn is named by the number of its reply, or of the message that \
                was answered: `companion chats show --json` tells them. Both prompts are made again from what is kept now; \
                what can't be known of then is said below.
                """)

        @Argument(help: "The chat's id; its end is enough.")
        var id: String

        @Option(help: ArgumentHelp("The first turn; by default the one before --to.", valueName: "message"))
        var from: Int?

        @Option(help: ArgumentHelp("The second turn; by default the last.", valueName: "message"))
        var to: Int?

        @Flag(help: "Write one JSON object.")
        var json = false

        @OptionGroup(title: "Model") var modelOptions: ModelOptions
        @OptionGroup(title: "Settings") var options: SettingsOptions

        func validate() throws {
            try PromptCommand.check(from, "--from")
            try PromptCommand.check(to, "--to")
        }

        func run() async throws {
            try await PromptCommand.run(options, modelOptions) { host in
                let chat = try await host.chats.chat(meantBy: id)
                let turns = PromptTurns(chats: host.companion.chats, chat: chat.id, user: host.user.id)
                let second = try await turns.prompt(at: to, before: nil)
                let first = try await turns.prompt(at: from, before: second.reply.sequence)
                let comparison = PromptComparison(from: first, to: second)
                let terminal = host.program.terminal
                if json {
                    terminal.output.writeLine(comparison.json.serialized())
                } else {
                    for line in comparison.lines(palette: terminal.palette, width: terminal.lineWidth) {
                        terminal.output.writeLine(line)
                    }
                }
            }
        }
    }

    private static func check(_ number: Int?, _ name: String) throws {
        guard number.map({ $0 > 0 }) ?? true else {
            throw ValidationError("\(name) takes the number of a message, from 1.")
        }
    }

    /// With the model that would answer: a prompt depends on how much it can read.
    private static func run(
        _ options: SettingsOptions, _ modelOptions: ModelOptions, _ body: @MainActor (Host) async throws -> Void
    ) async throws {
        try await Program.run(options, modelOptions) { program in
            let choice = try ModelChoice(program.settings)
            try await Host.run(program, model: choice) { try await body($0) }
            return .success
        }
    }
}

/// Finds the turns of a chat, and makes their prompts again.
struct PromptTurns {
    let chats: ChatService
    let chat: Chat.ID
    let user: User.ID

    /// How many messages are looked through for a turn.
    private static let most = 5_000

    /// The prompt of the turn with that message; without one, that of the last turn before the message `end`.
    func prompt(at message: Int?, before end: Int?) async throws -> RemadePrompt {
        let sequence = if let message { message } else { try await lastReply(before: end) }
        return try await chats.prompt(ofTurnAt: sequence, in: chat, by: user)
    }

    private func lastReply(before end: Int?) async throws -> Int {
        var (end, read) = (end, 0)
        while read < Self.most {
            let page = try await chats.messages(in: chat, by: user, before: end, limit: 500)
            read += page.count
            // What nothing stands before is a greeting.
            let candidates = page.count < 500 ? page.dropFirst() : page[...]
            if let reply = candidates.last(where: { $0.author == .character }) { return reply.sequence }
            guard page.count == 500 else { break }
            end = page[0].sequence
        }
        throw CompanionError(
            .invalidInput,
            end == nil
                ? "There is no turn in this chat yet: say something first."
                : "There is no turn before message \(end ?? 0) to compare it with.")
    }
}
