internal import ArgumentParser
internal import CompanionCore

/// `companion characters import`: takes cards from files and folders.
struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Import cards from PNG, JSON and CHARX files, and folders and zip archives of them.",
        discussion: """
            Tells of each file whether its card was kept, was there already, or was refused, and why. Lorebooks that stand \
            by themselves are kept too, beside the characters. Ends with 1 where one was refused.
            """)

    @Argument(
        help: "Files, and folders and archives that are searched for .png, .apng, .json, .charx and .zip.",
        completion: .file())
    var paths: [String]

    /// From so many files on, progress is shown.
    private static let manyFiles = 20

    @Flag(help: "Write one JSON object a line for each file.")
    var json = false

    @OptionGroup(title: "Settings") var options: SettingsOptions

    func run() async throws {
        try await Program.run(options) { program in
            try await Host.run(program) { host in
                let search = CardSearch()
                let (sources, others) = try CardSource.all(
                    in: try search.files(in: paths), limit: search.maximumFiles)
                var importer = try await CardImporter(host: host)
                let total = sources.count >= Self.manyFiles ? sources.count : 0
                let progress = Progress("Importing", total: total, terminal: program.terminal)
                var outcomes: [CardImporter.Outcome] = []
                for (index, source) in sources.enumerated() {
                    let outcome = await importer.add(source)
                    outcomes.append(outcome)
                    if json { program.terminal.output.writeLine(outcome.json(of: source.name).serialized()) }
                    progress.advance(to: index + 1)
                }
                progress.finish()
                if !json { report(zip(sources, outcomes), others: others, to: program.terminal) }
                return outcomes.contains { $0.isRefusal } ? .failure : .success
            }
        }
    }

    private func report(
        _ outcomes: Zip2Sequence<[CardSource], [CardImporter.Outcome]>, others: Int, to terminal: Terminal
    ) {
        for (source, outcome) in outcomes {
            for line in outcome.lines(of: source.name, palette: terminal.palette) { terminal.output.writeLine(line) }
        }
        let all = outcomes.map(\.1)
        let warned = all.count { $0.warnings?.isEmpty == false }
        let kept = all.count { $0.warnings != nil }
        let known = all.count { if case .known = $0 { true } else { false } }
        let refused = all.count { $0.isRefusal }
        if others > 0 {
            terminal.output.writeLine(
                "\(others) other \(others == 1 ? "file" : "files") in archives \(others == 1 ? "is" : "are") not called like cards."
            )
        }
        terminal.output.writeLine(
            "\(kept) kept (\(warned) with warnings), \(known) there already, \(refused) refused.")
    }
}
