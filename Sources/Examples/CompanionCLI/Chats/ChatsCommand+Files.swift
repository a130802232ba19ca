internal import ArgumentParser
internal import CompanionCardFiles
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
                A zip archive is searched for .jsonl and .json. Each goes to the character that --character names, else to the one that is called as in the file. Ends with \
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
                    func refuse(_ name: String, _ error: CompanionError) {
                        isWhole = false
                        output.writeLine(
                            "\(program.terminal.palette(.error, "refused"))  \(ControlFilter.singleLine(name)): "
                                + error.message.harmless)
                    }
                    for path in paths {
                        do {
                            for (name, read) in try files(at: path) {
                                do {
                                    for line in try await take(read(), host) { output.writeLine(line) }
                                } catch let error as CompanionError {
                                    refuse(name, error)
                                }
                            }
                        } catch let error as CompanionError {
                            refuse(path, error)
                        }
                    }
                    return isWhole ? .success : .failure
                }
            }
        }

        /// The file, or those that are called like chats in an archive; each is read when it is its turn.
        private func files(at path: String) throws -> [(name: String, read: () throws -> [UInt8])] {
            let limit = ImportedChat.Limits().fileBytes
            let file = LocalFile(path: path)
            guard let source = try file.zipSource else {
                return [
                    (
                        path,
                        {
                            guard let bytes = try file.contents(maximumBytes: limit) else {
                                throw CompanionError(.notFound, "There is no such file.")
                            }
                            return bytes
                        }
                    )
                ]
            }
            let archive = try CardArchive(source, extensions: [".jsonl", ".json"])
            guard !archive.items.isEmpty else {
                throw CompanionError(.invalidInput, "The archive holds no file that is called like a chat.")
            }
            return archive.items.map { item in
                ("\(path): \(item.path)", { try archive.bytes(of: item, limit: limit) })
            }
        }

        /// Keeps the chats of a file; a line for each, and for what was remarked.
        @MainActor private func take(_ bytes: [UInt8], _ host: Host) async throws -> [String] {
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
