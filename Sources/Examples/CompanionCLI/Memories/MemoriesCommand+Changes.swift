internal import ArgumentParser
internal import CompanionCore
internal import _CompanionHosting

extension MemoriesCommand {
    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write down what is to be remembered about you.",
            discussion: "One sentence in the third person is best: \"Ada lives in Turin.\"")

        @Argument(help: "The sentence.")
        var text: String

        @Option(help: "What kind of memory it is.")
        var kind = KindArgument(.fact)

        @Option(
            name: .shortAndLong,
            help: ArgumentHelp("Who alone is to know it; by default everybody.", valueName: "name or id"))
        var character: String?

        @OptionGroup(title: "Settings") var options: SettingsOptions

        func run() async throws {
            try await Host.perform(options) { host in
                var scope = Memory.Scope.everyCharacter
                if let character { scope = .character(try await host.characters.character(meantBy: character).id) }
                host.show(
                    try await host.companion.memories.add(text, kind: kind.kind, scope: scope, by: host.user.id))
            }
        }
    }

    struct Edit: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Correct a memory.",
            discussion: "The old one is kept as true no more; `companion memories forget` deletes.")

        @Argument(help: "The memory's id; its end is enough.")
        var id: String

        @Argument(help: "What is true.")
        var text: String

        @OptionGroup(title: "Settings") var options: SettingsOptions

        func run() async throws {
            try await Host.perform(options) { host in
                let memory = try await host.memories.memory(meantBy: id)
                host.show(try await host.companion.memories.edit(memory.id, to: text, by: host.user.id))
            }
        }
    }

    struct Pin: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Pin a memory: it is recalled for every reply, as far as there is room.")

        @Argument(help: "The memory's id; its end is enough.")
        var id: String

        @OptionGroup(title: "Settings") var options: SettingsOptions

        func run() async throws {
            try await Host.perform(options) { host in
                let memory = try await host.memories.memory(meantBy: id)
                host.show(try await host.companion.memories.pin(memory.id, by: host.user.id))
            }
        }
    }

    struct Unpin: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Let a pinned memory loose.")

        @Argument(help: "The memory's id; its end is enough.")
        var id: String

        @OptionGroup(title: "Settings") var options: SettingsOptions

        func run() async throws {
            try await Host.perform(options) { host in
                let memory = try await host.memories.memory(meantBy: id)
                host.show(try await host.companion.memories.pin(memory.id, false, by: host.user.id))
            }
        }
    }

    struct Forget: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Forget a memory, for good.",
            discussion: """
                Its words are deleted, it is not learnt again from what you have said, and the messages that it comes \
                from are recalled no more. What you had corrected into it goes with it.
                """)

        @Argument(help: "The memory's id; its end is enough.")
        var id: String

        @Flag(help: "Do not ask.")
        var yes = false

        @OptionGroup(title: "Settings") var options: SettingsOptions

        func run() async throws {
            try await Host.perform(options) { host in
                let memory = try await host.memories.memory(meantBy: id)
                let question = "Forget \"\(ControlFilter.singleLine(memory.text))\" for good?"
                try await Confirmation(program: host.program).ask(question, isGiven: yes)
                try await host.companion.memories.forget(memory.id, by: host.user.id)
            }
        }
    }

    struct Learn: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Read what was said for memories, now.",
            discussion: "While a chat is open this happens by itself, every 20 messages or after a silence.")

        @Argument(help: "The chat's id; its end is enough. By default all chats.")
        var chat: String?

        @OptionGroup(title: "Model") var modelOptions: ModelOptions
        @OptionGroup(title: "Settings") var options: SettingsOptions

        func run() async throws {
            try await Program.run(options, modelOptions) { program in
                let choice = try ModelChoice(program.settings)
                try await Host.run(program, model: choice) { host in
                    let chats =
                        if let chat { [try await host.chats.chat(meantBy: chat)] } else {
                            try await host.chats.chats()
                        }
                    let report = try await host.memories.learn(in: chats)
                    for line in report.lines(width: program.terminal.lineWidth) {
                        program.terminal.output.writeLine(line)
                    }
                }
                return .success
            }
        }
    }
}

extension Host {
    /// Tells of a memory that was changed.
    fileprivate func show(_ memory: Memory) {
        for line in [memory].lines(width: program.terminal.lineWidth) { program.terminal.output.writeLine(line) }
    }
}
