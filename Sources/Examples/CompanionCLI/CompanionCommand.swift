internal import ArgumentParser

/// The `companion` program: talks to characters in the terminal, and keeps their cards and chats.
@main
struct CompanionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "companion",
        abstract: "Talk to characters, and come back to them.",
        discussion: """
            Without a key, replies come from a stand-in that is no language model. Set OPENAI_API_KEY, or \
            OPENAI_BASE_URL for a server of your own.
            """,
        version: "0.1.0",
        subcommands: [
            TalkCommand.self, CharactersCommand.self, LorebooksCommand.self, ChatsCommand.self, PromptCommand.self,
            MemoriesCommand.self, AccountCommand.self, UsageCommand.self, PersonalExportCommand.self, EraseCommand.self,
            MigrateCommand.self,
            CopyCommand.self,
            DoctorCommand.self,
        ],
        defaultSubcommand: TalkCommand.self)
}
