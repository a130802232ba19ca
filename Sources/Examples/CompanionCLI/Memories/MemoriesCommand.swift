internal import ArgumentParser
internal import CompanionCore

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// `companion memories`: what characters know about the person, to see and to correct.
struct MemoriesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "memories", abstract: "See, search, correct and forget what is remembered about you.",
        subcommands: [
            List.self, Search.self, Show.self, Add.self, Edit.self, Pin.self, Unpin.self, Forget.self, Learn.self,
            Export.self, Timeline.self, Reindex.self,
        ], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List what is remembered about you (the default).")

        @Flag(help: "Also what is true no more.")
        var all = false

        @Option(help: "Only memories of this kind.")
        var kind: KindArgument?

        @Flag(help: "Write one JSON object a line.")
        var json = false

        @OptionGroup(title: "Settings") var options: SettingsOptions

        func run() async throws {
            try await Host.perform(options) { host in
                let output = host.program.terminal.output
                let filter = MemoryFilter(validity: all ? .always : .now, kinds: kind.map { [$0.kind] })
                let memories = try await host.memories.memories(matching: filter)
                if json {
                    for memory in memories { output.writeLine(memory.json.serialized()) }
                } else if memories.isEmpty {
                    output.writeLine("Nothing is remembered: `companion memories learn` reads what was said for it.")
                } else {
                    for line in memories.lines(width: host.program.terminal.lineWidth) { output.writeLine(line) }
                }
            }
        }
    }

    struct Search: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Find what a reply to a text would recall, among memories and among what was said.")

        @Argument(help: "What to look for.")
        var text: String

        @Option(
            name: .shortAndLong,
            help: ArgumentHelp(
                "Who remembers; by default whom you talked to last.", valueName: "name or id"))
        var character: String?

        @Flag(help: "Show every part of the scores.")
        var explain = false

        @Option(help: ArgumentHelp("What was known then: a day, or an instant in RFC 3339.", valueName: "date"))
        var asOf: InstantArgument?

        @Option(help: ArgumentHelp("The most to find.", valueName: "number"))
        var limit = 20

        @Flag(help: "Write one JSON object a line.")
        var json = false

        @OptionGroup(title: "Settings") var options: SettingsOptions

        func validate() throws {
            guard (1...500).contains(limit) else { throw ValidationError("--limit must be 1 to 500.") }
        }

        func run() async throws {
            try await Host.perform(options) { host in
                let character = try await rememberer(host)
                let found = try await host.companion.memories.search(
                    text, with: character, by: host.user.id, asOf: asOf?.date, limit: limit)
                let terminal = host.program.terminal
                for omission in found.omissions { terminal.errors.writeLine("companion: " + omission.harmless) }
                if json {
                    for item in found.items { terminal.output.writeLine(item.json.serialized()) }
                } else if found.items.isEmpty {
                    terminal.output.writeLine("Nothing is found.")
                } else {
                    let lines =
                        explain
                        ? found.items.explainedLines(width: terminal.lineWidth)
                        : found.items.lines(width: terminal.lineWidth)
                    for line in lines { terminal.output.writeLine(line) }
                }
            }
        }

        private func rememberer(_ host: Host) async throws -> CompanionCharacter.ID {
            if let character { return try await host.characters.character(meantBy: character).id }
            if let latest = try await host.chats.latest() { return latest.character }
            guard let first = try await host.characters.characters().first else {
                throw CompanionError(.notFound, "Nobody can remember yet: talk to somebody first, `companion chat`.")
            }
            return first.id
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show a memory, what you said that it comes from, and what became of it.")

        @Argument(help: "The memory's id; its end is enough.")
        var id: String

        @OptionGroup(title: "Settings") var options: SettingsOptions

        func run() async throws {
            try await Host.perform(options) { host in
                let memory = try await host.memories.memory(meantBy: id)
                let sources = try await host.companion.memories.sources(of: memory.id, by: host.user.id)
                let history = try await host.companion.memories.history(of: memory.id, by: host.user.id)
                let terminal = host.program.terminal
                let lines = memory.detailLines(
                    sources: sources, history: history, palette: terminal.palette, width: terminal.lineWidth)
                for line in lines { terminal.output.writeLine(line) }
            }
        }
    }
}

extension Memory {
    /// The memory with the messages that it comes from, quoted, and what became of it.
    fileprivate func detailLines(
        sources messages: [Message], history: [Memory], palette: Palette, width: Int?
    ) -> [String] {
        var lines = text.harmless.wrapped(to: width)
        lines.append(palette(.dim, "\(kind), \(id)"))
        lines.append(palette(.dim, "since \(validAt.local)" + (remarks.isEmpty ? "" : "; \(remarks)")))
        for message in messages {
            lines += ["", palette(.dim, "You said, \(message.createdAt.local):")]
            lines += message.text.harmless.wrapped(to: width, indent: 2)
        }
        for case .person(let date) in sources { lines += ["", palette(.dim, "You wrote it down, \(date.local).")] }
        if history.count > 1 {
            lines += ["", palette(.dim, "What became of it:")]
            for memory in history {
                lines += [
                    (memory.id == id ? "* " : "  ")
                        + "\(memory.validAt.local) to \(memory.invalidAt?.local ?? "now")  "
                        + ControlFilter.singleLine(memory.text) + "  \(memory.id.short)"
                ].map { width.map($0.cut) ?? $0 }
            }
        }
        return lines
    }
}

/// A kind of memory, by its name.
struct KindArgument: ExpressibleByArgument, Sendable {
    let kind: Memory.Kind

    init(_ kind: Memory.Kind) { self.kind = kind }

    init?(argument: String) {
        guard let kind = Memory.Kind(named: argument.lowercased()) else { return nil }
        self.init(kind)
    }

    static var allValueStrings: [String] { Memory.Kind.allCases.map(\.description) }
    var defaultValueDescription: String { kind.description }
}

/// A day, which means its end where the person is, or an instant in RFC 3339.
struct InstantArgument: ExpressibleByArgument, Sendable {
    let date: Date

    init?(argument: String) {
        if let instant = try? Date(argument, strategy: .iso8601) {
            date = instant
            return
        }
        let style = Date.ISO8601FormatStyle(timeZone: .current).year().month().day()
        guard let day = try? Date(argument, strategy: style),
            let end = Calendar(identifier: .gregorian).date(byAdding: .day, value: 1, to: day)
        else { return nil }
        date = end.addingTimeInterval(-0.001)
    }
}
