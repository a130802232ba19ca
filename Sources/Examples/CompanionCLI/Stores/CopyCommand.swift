internal import ArgumentParser
internal import CompanionCore
internal import _CompanionHosting
internal import _CompanionSQL

/// `companion copy`: everything from one database into a new one, of the same kind or another.
struct CopyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "copy", abstract: "Copy everything into a new database, such as from SQLite to Postgres.",
        discussion: """
            Copies from --database, and compares both by counts and checksums. Nothing else may use the old database meanwhile. \
            Until all is there, the new one can't be opened. Vectors are an index and are not copied: \
            `companion memories reindex` makes them again.
            """)

    @Option(help: ArgumentHelp("The new database: a path, sqlite:path or postgres://…", valueName: "address"))
    var to: String

    @OptionGroup(title: "Settings") var options: SettingsOptions

    func run() async throws {
        try await Program.run(options) { program in
            let (source, target) = (program.settings.store, try StoreAddress(to))
            guard source != target else {
                throw CompanionError(.invalidInput, "Both databases are the same: name another one --to copy to.")
            }
            let (from, into) = (try await source.open(), try await target.open())
            let output = program.terminal.output
            let outcome: Result<Int, any Error>
            do {
                let copy = SQLStoreCopy(from: from.tables, to: into.tables)
                outcome = .success(
                    try await copy.run { progress in
                        // A table of thousands is worth a word now and then.
                        guard progress.isComplete ? progress.rows > 0 : progress.rows.isMultiple(of: 10_000) else {
                            return
                        }
                        output.writeLine("\(progress.table): \(progress.rows)\(progress.isComplete ? "" : " …")")
                        output.flush()
                    })
            } catch {
                outcome = .failure(error)
            }
            await from.close()
            await into.close()
            let rows = try outcome.get()
            output.writeLine("\(rows) rows are the same in \(source.description) and \(target.description).")
            return .success
        }
    }
}
