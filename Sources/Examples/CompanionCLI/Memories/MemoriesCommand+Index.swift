internal import ArgumentParser
internal import CompanionCore

extension MemoriesCommand {
    struct Reindex: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make the vectors that are missing, after a copy or a change of the embedding model.")

        @OptionGroup(title: "Settings") var options: SettingsOptions

        func run() async throws {
            try await Host.perform(options) { host in
                let done = try await host.companion.memories.reindex(host.user.id)
                host.program.terminal.output.writeLine("\(done.added) vectors made, \(done.deleted) deleted.")
            }
        }
    }
}
