internal import ArgumentParser
internal import CompanionCore

/// `companion chats`: what there is of conversations.
struct ChatsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "chats", abstract: "List, show, rename, import, export and delete your chats.",
        subcommands: [List.self, Show.self, Rename.self, Import.self, Export.self, Delete.self],
        defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List your chats, the one that was used last first (the default).")

        @Flag(help: "Write one JSON object a line.")
        var json = false

        @Option(help: ArgumentHelp("The most to list.", valueName: "number"))
        var limit = 100

        @OptionGroup(title: "Settings") var options: SettingsOptions

        func validate() throws {
            guard (1...10_000).contains(limit) else { throw ValidationError("--limit must be 1 to 10000.") }
        }

        func run() async throws {
            try await Host.perform(options) { host in
                let output = host.program.terminal.output
                let chats = try await host.chats.summaries(limit: limit)
                if json {
                    for chat in chats { output.writeLine(chat.json.serialized()) }
                } else {
                    for line in chats.lines(width: host.program.terminal.lineWidth) { output.writeLine(line) }
                }
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show all that was said in a chat.")

        @Argument(help: "The chat's id; its end is enough.")
        var id: String

        @Flag(help: "Write one JSON object a line for each message.")
        var json = false

        @OptionGroup(title: "Settings") var options: SettingsOptions

        func run() async throws {
            try await Host.perform(options) { host in
                let chat = try await host.chats.chat(meantBy: id)
                let character = try await host.companion.character(of: chat)
                let transcript = Transcript(
                    terminal: host.program.terminal, userName: host.user.name, characterName: character.card.displayName
                )
                var last = 0
                while true {
                    let page = try await host.companion.chats.messages(
                        in: chat.id, by: host.user.id, after: last, limit: 500)
                    for message in page {
                        if json {
                            host.program.terminal.output.writeLine(message.json.serialized())
                        } else {
                            transcript.write(message)
                        }
                    }
                    guard page.count == 500, !host.program.terminal.output.isReaderGone else { break }
                    last = page[page.count - 1].sequence
                }
            }
        }
    }

    struct Rename: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Give a chat another title.")

        @Argument(help: "The chat's id; its end is enough.")
        var id: String

        @Argument(help: "The title; empty for none.")
        var title: String

        @OptionGroup(title: "Settings") var options: SettingsOptions

        func run() async throws {
            try await Host.perform(options) { host in
                let chat = try await host.chats.chat(meantBy: id)
                _ = try await host.companion.chats.rename(chat.id, to: title, by: host.user.id)
            }
        }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Delete a chat and all that was said in it, for good.")

        @Argument(help: "The chat's id; its end is enough.")
        var id: String

        @Flag(help: "Do not ask.")
        var yes = false

        @OptionGroup(title: "Settings") var options: SettingsOptions

        func run() async throws {
            try await Host.perform(options) { host in
                let chat = try await host.chats.chat(meantBy: id)
                let character = try await host.companion.character(of: chat)
                let title = chat.title.isEmpty ? "" : " \"\(ControlFilter.singleLine(chat.title))\""
                let question = "Delete the chat\(title) with \(ControlFilter.singleLine(character.card.name)) for good?"
                try await Confirmation(program: host.program).ask(question, isGiven: yes)
                try await host.companion.chats.delete(chat.id, by: host.user.id)
            }
        }
    }
}
