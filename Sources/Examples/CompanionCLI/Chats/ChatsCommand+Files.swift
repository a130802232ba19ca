internal import ArgumentParser
internal import CompanionCore
internal import _CompanionHosting

extension ChatsCommand {
    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write a chat as SillyTavern keeps it (JSONL), with all alternatives.")

        @Argument(help: "The chat's id; its end is enough.")
        var id: String

        @Option(
            name: .shortAndLong,
            help: ArgumentHelp("The file to write; by default standard output.", valueName: "file.jsonl"),
            completion: .file(extensions: ["jsonl"]))
        var output: String?

        @OptionGroup(title: "Settings") var options: SettingsOptions

        func run() async throws {
            try await Host.perform(options) { host in
                let chat = try await host.chats.chat(meantBy: id)
                var file: [UInt8] = []
                let terminal = host.program.terminal.output
                try await host.companion.chats.exportSillyTavern(chat.id, by: host.user.id) { lines in
                    if output == nil {
                        terminal.write(String(decoding: lines, as: UTF8.self))
                    } else {
                        file += lines
                    }
                }
                if let output { try LocalFile(path: output).replace(with: file, isPrivate: true) }
            }
        }
    }

    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take chats from files of SillyTavern, Agnai, text-generation-webui, CAI Tools or RisuAI.",
            discussion: """
                Each goes to the character that --character names, else to the one that is called as in the file. Ends with \
                1 where one was refused.
                """)

        @Argument(help: "The files.", completion: .file())
        var paths: [String]

        @Option(
            name: .shortAndLong,
            help: ArgumentHelp("Who talks in them; by default who is named there.", valueName: "name or id"))
        var character: String?

        @OptionGroup(title: "Settings") var options: SettingsOptions

        func run() async throws {
            try await Program.run(options) { program in
                try await Host.run(program) { host in
                    let output = program.terminal.output
                    var isWhole = true
                    for path in paths {
                        let name = ControlFilter.singleLine(path)
                        do {
                            for line in try await take(path, host) { output.writeLine(line) }
                        } catch let error as CompanionError {
                            isWhole = false
                            output.writeLine(
                                "\(program.terminal.palette(.error, "refused"))  \(name): \(error.message)")
                        }
                    }
                    return isWhole ? .success : .failure
                }
            }
        }

        /// Keeps the chats of a file; a line for each, and for what was remarked.
        @MainActor private func take(_ path: String, _ host: Host) async throws -> [String] {
            let limit = ImportedChat.Limits().fileBytes
            guard let bytes = try LocalFile(path: path).contents(maximumBytes: limit) else {
                throw CompanionError(.notFound, "There is no such file.")
            }
            var lines: [String] = []
            for imported in try ImportedChat.read(bytes) {
                guard let name = character ?? imported.characterName else {
                    throw CompanionError(.invalidInput, "The file does not say who talks: say --character NAME.")
                }
                let character = try await host.characters.character(meantBy: name)
                let chat = try await host.companion.chats.importChat(imported, with: character.id, by: host.user.id)
                lines.append(
                    "kept     \(chat.id.short)  \(imported.messages.count) messages with "
                        + ControlFilter.singleLine(character.card.name))
                lines += imported.remarks.map { "  warning: \(ControlFilter.singleLine($0.description))" }
                if imported.remarkCount > imported.remarks.count {
                    lines.append("  and \(imported.remarkCount - imported.remarks.count) more warnings")
                }
            }
            return lines
        }
    }
}
