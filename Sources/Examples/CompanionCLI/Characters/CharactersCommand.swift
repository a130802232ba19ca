internal import ArgumentParser
internal import CompanionCore
internal import _CompanionHosting

/// `companion characters`: the cards that a person keeps.
struct CharactersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "characters", abstract: "Import, list, show, export and delete characters.",
        subcommands: [List.self, Show.self, ImportCommand.self, ExportCommand.self, Delete.self],
        defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List your characters, and those that come with the program (the default).")

        @Flag(help: "Write one JSON object a line.")
        var json = false

        @OptionGroup(title: "Settings") var options: SettingsOptions

        func run() async throws {
            try await Host.perform(options) { host in
                let own = try await host.characters.characters()
                let offered = try host.characters.offered(besides: own)
                let terminal = host.program.terminal
                if json {
                    for character in own { terminal.output.writeLine(character.json.serialized()) }
                    return
                }
                var table = Table(("Id", .left), ("Name", .left), ("Creator", .left), ("", .left))
                for character in own {
                    table.add(character.id.short, character.card.name, character.card.creator, character.card.hint)
                }
                for bundled in offered {
                    table.add("bundled", bundled.card.name, bundled.card.creator, bundled.card.hint)
                }
                for line in table.lines(width: terminal.lineWidth) { terminal.output.writeLine(line) }
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show a character's card.")

        @Argument(help: "The character's name or id; the end of the id is enough.")
        var character: String

        @OptionGroup(title: "Settings") var options: SettingsOptions

        func run() async throws {
            try await Host.perform(options) { host in
                let character = try await host.characters.character(meantBy: character)
                let terminal = host.program.terminal
                for line in character.lines(palette: terminal.palette, width: terminal.lineWidth) {
                    terminal.output.writeLine(line)
                }
            }
        }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Delete a character, for good.",
            discussion: "A character with whom there are chats stays: delete those first.")

        @Argument(help: "The character's name or id; the end of the id is enough.")
        var character: String

        @Flag(help: "Do not ask.")
        var yes = false

        @OptionGroup(title: "Settings") var options: SettingsOptions

        func run() async throws {
            try await Host.perform(options) { host in
                let character = try await host.characters.character(meantBy: character)
                let name = ControlFilter.singleLine(character.card.name)
                try await Confirmation(program: host.program).ask("Delete \(name) for good?", isGiven: yes)
                try await host.companion.characters.delete(character.id, by: host.user.id)
                try host.portraits.forget(character.id)
            }
        }
    }
}
