internal import ArgumentParser
internal import CompanionCore
internal import _CompanionHosting

/// `companion migrate`: brings a database's schema up to date, before programs that use it are started.
struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate", abstract: "Bring the database's schema up to date, or make it.",
        discussion: """
            Every program does so when it opens the database; several may at the same time. This is for those who want it to \
            happen at a time of their own, by a user who may create tables.
            """)

    @OptionGroup(title: "Settings") var options: SettingsOptions

    func run() async throws {
        try await Program.run(options) { program in
            let settings = program.settings
            if settings.source(of: .database) == .standard { try settings.files.folder.create() }
            let store = try await settings.store.open()
            await store.close()
            program.terminal.output.writeLine("\(settings.store.description) is up to date.")
            return .success
        }
    }
}
