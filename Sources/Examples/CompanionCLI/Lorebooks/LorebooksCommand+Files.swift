internal import ArgumentParser
internal import CompanionCore
internal import _CompanionHosting

extension LorebooksCommand {
    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take lorebooks from files of SillyTavern, Agnai, NovelAI, RisuAI, or in the form lorebook_v3.",
            discussion: "Ends with 1 where one was refused.")

        @Argument(help: "The files.", completion: .file(extensions: ["json"]))
        var paths: [String]

        @Flag(help: "Let them apply to all of your chats.")
        var everywhere = false

        @Option(
            help: ArgumentHelp("What to call it; by default as the book is, else as its file.", valueName: "name"))
        var name: String?

        @Flag(help: "Write one JSON object a line for each file.")
        var json = false

        @OptionGroup(title: "Settings") var options: SettingsOptions

        func validate() throws {
            if name != nil, paths.count > 1 { throw ValidationError("--name is for one file.") }
        }

        func run() async throws {
            try await Program.run(options) { program in
                try await Host.run(program) { host in
                    let output = program.terminal.output
                    var isWhole = true
                    for path in paths {
                        do {
                            let (book, warnings) = try await take(path, host)
                            output.writeLine(
                                json
                                    ? Self.json(book, warnings, path).serialized()
                                    : "kept     \(ControlFilter.singleLine(book.name))  \(book.id.short)  "
                                        + "\(book.book.entries.count) entries")
                            for warning in warnings where !json {
                                output.writeLine("  warning: \(ControlFilter.singleLine(warning.description))")
                            }
                        } catch let error as CompanionError {
                            isWhole = false
                            output.writeLine(
                                json
                                    ? JSONValue.event(
                                        "refused", ["path": .string(path), "reason": .string(error.message)]
                                    ).serialized()
                                    : "\(program.terminal.palette(.error, "refused"))  "
                                        + "\(ControlFilter.singleLine(path)): \(error.message.harmless)")
                        }
                    }
                    return isWhole ? .success : .failure
                }
            }
        }

        @MainActor private func take(
            _ path: String, _ host: Host
        ) async throws -> (CompanionLorebook, [CharacterCard.Warning]) {
            // Written with indents, a book takes more than it does in the store.
            guard let bytes = try LocalFile(path: path).contents(maximumBytes: CompanionLorebook.Limits.bytes * 4)
            else {
                throw CompanionError(.notFound, "There is no such file.")
            }
            let imported = try Lorebook.Import(parsing: bytes)
            let file = path.split(separator: "/").last.map(String.init) ?? path
            let stem = file.lowercased().hasSuffix(".json") ? String(file.dropLast(5)) : file
            let own = imported.book.name.flatMap { $0.trimmed.isEmpty ? nil : $0 }
            let called = name ?? String((own ?? stem).prefix(CompanionLorebook.Limits.name))
            let book = try await host.companion.lorebooks.add(
                imported.book, named: called, isEverywhere: everywhere, by: host.user.id)
            return (book, imported.warnings)
        }

        private static func json(
            _ book: CompanionLorebook, _ warnings: [CharacterCard.Warning], _ path: String
        ) -> JSONValue {
            .event(
                "kept",
                [
                    "path": .string(path), "id": .string("\(book.id)"), "name": .string(book.name),
                    "entries": .number(JSONNumber(book.book.entries.count)),
                    "warnings": .array(warnings.map { .string($0.description) }),
                ])
        }
    }

    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write a lorebook as a file that other programs read.")

        enum Format: String, ExpressibleByArgument, CaseIterable {
            case v3, sillytavern
        }

        @Argument(help: "The lorebook's name or id; the end of the id is enough.")
        var lorebook: String

        @Option(help: "The form: v3 is lorebook_v3; sillytavern is its World Info.")
        var `as`: Format = .v3

        @Option(
            name: .shortAndLong,
            help: ArgumentHelp("The file to write; by default standard output.", valueName: "file.json"),
            completion: .file(extensions: ["json"]))
        var output: String?

        @OptionGroup(title: "Settings") var options: SettingsOptions

        func run() async throws {
            try await Host.perform(options) { host in
                let book = try await host.lorebooks.lorebook(meantBy: lorebook).book
                let json = `as` == .v3 ? book.standaloneJSON : book.sillyTavernJSON
                let bytes = json.serializedBytes(pretty: true) + [UInt8(ascii: "\n")]
                if let output {
                    try LocalFile(path: output).replace(with: bytes, isPrivate: false)
                } else {
                    host.program.terminal.output.write(String(decoding: bytes, as: UTF8.self))
                }
            }
        }
    }

    struct Test: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show which entries a text calls for, and why the others are out.",
            discussion: "Asks no model. Chance, where an entry leaves something to it, may decide otherwise in a chat.")

        @Argument(help: "The lorebook's name or id, a character with --character, or a file with --file.")
        var lorebook: String

        @Argument(help: "What is said; of several, the newest comes last.")
        var texts: [String]

        @Flag(help: "Test the book of that character's card.")
        var character = false

        @Flag(help: "Test a book that is in a file.")
        var file = false

        @Flag(help: "Write one JSON object a line for each entry.")
        var json = false

        @OptionGroup(title: "Settings") var options: SettingsOptions

        func validate() throws {
            if character, file { throw ValidationError("Give --character or --file, not both.") }
            if texts.isEmpty { throw ValidationError("Say something to test.") }
        }

        func run() async throws {
            try await Host.perform(options) { host in
                let (book, name) = try await book(host)
                let macros = Macros(character: name, user: host.user.name)
                let activator = LorebookActivator([book], macros: macros)
                let activation = activator.activate(
                    in: LorebookScene(
                        texts: texts.reversed(), messageCount: texts.count, characterMessageCount: texts.count / 2))
                let terminal = host.program.terminal
                var table = Table(("", .left), ("Entry", .left), ("Why", .left))
                for (index, entry) in book.entries.enumerated() {
                    let verdict = activation.verdict(book: 0, entry: index)
                    let title =
                        [entry.name, entry.comment, entry.keys.first].compactMap(\.self).first { !$0.trimmed.isEmpty }
                        ?? "Entry \(index + 1)"
                    if json {
                        let line: JSONValue = [
                            "entry": .number(JSONNumber(index + 1)), "title": .string(title),
                            "isIncluded": .bool(verdict.isIncluded), "reason": .string(verdict.reason),
                        ]
                        terminal.output.writeLine(line.serialized())
                    } else {
                        table.add(verdict.isIncluded ? "in" : "out", title, verdict.reason)
                    }
                }
                if json { return }
                for line in table.lines(width: terminal.lineWidth) { terminal.output.writeLine(line) }
                for warning in activator.warnings + activation.warnings {
                    terminal.output.writeLine("warning: \(ControlFilter.singleLine(warning.description))")
                }
            }
        }

        @MainActor private func book(_ host: Host) async throws -> (Lorebook, character: String) {
            if file {
                guard
                    let bytes = try LocalFile(path: lorebook).contents(
                        maximumBytes: CompanionLorebook.Limits.bytes * 4)
                else { throw CompanionError(.notFound, "There is no file \(lorebook).") }
                return (try Lorebook.Import(parsing: bytes).book, "the character")
            }
            guard character else {
                return (try await host.lorebooks.lorebook(meantBy: lorebook).book, "the character")
            }
            let card = try await host.characters.character(meantBy: lorebook).card
            guard let book = card.book else {
                throw CompanionError(.notFound, "\(card.name) has no lorebook of their own.")
            }
            return (book, card.displayName)
        }
    }
}
