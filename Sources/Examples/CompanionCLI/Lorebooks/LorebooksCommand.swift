internal import ArgumentParser
internal import CompanionCore

/// `companion lorebooks`: the books that a person keeps beside their characters.
struct LorebooksCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lorebooks", abstract: "Import, list, show, attach, test, export and delete lorebooks.",
        subcommands: [
            List.self, Show.self, Import.self, Export.self, Attach.self, Detach.self, Test.self, Delete.self,
        ],
        defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List your lorebooks (the default).")

        @Option(help: ArgumentHelp("Those that apply to a chat only.", valueName: "chat"))
        var chat: String?

        @Flag(help: "Write one JSON object a line.")
        var json = false

        @OptionGroup(title: "Settings") var options: SettingsOptions

        func run() async throws {
            try await Host.perform(options) { host in
                var books = try await host.lorebooks.lorebooks()
                if let chat {
                    let chat = try await host.chats.chat(meantBy: chat)
                    books = try await host.companion.lorebooks.applying(to: chat.id, by: host.user.id).map(\.summary)
                }
                let terminal = host.program.terminal
                if json {
                    for book in books { terminal.output.writeLine(book.json.serialized()) }
                    return
                }
                var table = Table(("Id", .left), ("Name", .left), ("Entries", .right), ("Applies", .left))
                for book in books {
                    table.add(
                        book.id.short, book.name, "\(book.entryCount)",
                        book.isEverywhere ? "everywhere" : "where attached")
                }
                for line in table.lines(width: terminal.lineWidth) { terminal.output.writeLine(line) }
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show the entries of a lorebook.")

        @Argument(help: "The lorebook's name or id; the end of the id is enough.")
        var lorebook: String

        @OptionGroup(title: "Settings") var options: SettingsOptions

        func run() async throws {
            try await Host.perform(options) { host in
                let book = try await host.lorebooks.lorebook(meantBy: lorebook)
                let terminal = host.program.terminal
                let palette = terminal.palette
                terminal.output.writeLine(
                    palette(.character, ControlFilter.singleLine(book.name)) + palette(.dim, "  \(book.id.short)"))
                for line in (book.book.description ?? "").wrapped(to: terminal.lineWidth, indent: 2)
                where !line.trimmed.isEmpty { terminal.output.writeLine(line) }
                for (index, entry) in book.book.entries.enumerated() {
                    let keys = entry.constant == true ? "always" : entry.keys.joined(separator: ", ")
                    let state = entry.enabled ? "" : "  (off)"
                    terminal.output.writeLine("")
                    terminal.output.writeLine(
                        ControlFilter.singleLine(
                            "\(index + 1). \(entry.name ?? entry.comment ?? "")  [\(keys)]\(state)"))
                    for line in entry.content.wrapped(to: terminal.lineWidth, indent: 2) {
                        terminal.output.writeLine(line)
                    }
                }
            }
        }
    }

    struct Attach: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let a lorebook apply to a chat, or to all of yours.")

        @Argument(help: "The lorebook's name or id; the end of the id is enough.")
        var lorebook: String

        @Argument(help: "The chat's id; its end is enough.")
        var chat: String?

        @Flag(help: "To all of your chats, those to come included.")
        var everywhere = false

        @OptionGroup(title: "Settings") var options: SettingsOptions

        func validate() throws {
            guard (chat == nil) == everywhere else { throw ValidationError("Give a chat, or --everywhere.") }
        }

        func run() async throws {
            try await Host.perform(options) { host in
                try await LorebooksCommand.change(lorebook, chat, to: true, host)
            }
        }
    }

    struct Detach: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let a lorebook apply to a chat no more, or no more to all of yours.")

        @Argument(help: "The lorebook's name or id; the end of the id is enough.")
        var lorebook: String

        @Argument(help: "The chat's id; its end is enough.")
        var chat: String?

        @Flag(help: "From all of your chats, but for those that it is attached to.")
        var everywhere = false

        @OptionGroup(title: "Settings") var options: SettingsOptions

        func validate() throws {
            guard (chat == nil) == everywhere else { throw ValidationError("Give a chat, or --everywhere.") }
        }

        func run() async throws {
            try await Host.perform(options) { host in
                try await LorebooksCommand.change(lorebook, chat, to: false, host)
            }
        }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Delete a lorebook, for good and for all chats.")

        @Argument(help: "The lorebook's name or id; the end of the id is enough.")
        var lorebook: String

        @Flag(help: "Do not ask.")
        var yes = false

        @OptionGroup(title: "Settings") var options: SettingsOptions

        func run() async throws {
            try await Host.perform(options) { host in
                let book = try await host.lorebooks.lorebook(meantBy: lorebook)
                let question = "Delete the lorebook \(ControlFilter.singleLine(book.name)) for good?"
                try await Confirmation(program: host.program).ask(question, isGiven: yes)
                try await host.companion.lorebooks.delete(book.id, by: host.user.id)
            }
        }
    }

    /// Lets a book apply to a chat (nil: to all), or no more.
    @MainActor fileprivate static func change(
        _ lorebook: String, _ chat: String?, to applies: Bool, _ host: Host
    ) async throws {
        var book = try await host.lorebooks.lorebook(meantBy: lorebook)
        guard let chat else {
            book.isEverywhere = applies
            _ = try await host.companion.lorebooks.update(book, by: host.user.id)
            return
        }
        let place = try await host.chats.chat(meantBy: chat)
        if applies {
            try await host.companion.lorebooks.attach(book.id, to: place.id, by: host.user.id)
        } else {
            try await host.companion.lorebooks.detach(book.id, from: place.id, by: host.user.id)
        }
    }
}
