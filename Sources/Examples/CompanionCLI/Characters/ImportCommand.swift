internal import ArgumentParser
internal import CompanionCore

/// `companion characters import`: takes cards from files and folders.
struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Import cards from PNG, JSON and CHARX files, and folders of them.",
        discussion: """
            Tells of each file whether its card was kept, was there already, or was refused, and why. Ends with 1 where \
            one was refused.
            """)

    @Argument(help: "Files, and folders that are searched for .png, .apng, .json and .charx.", completion: .file())
    var paths: [String]

    /// From so many files on, progress is shown.
    private static let manyFiles = 20

    @Flag(help: "Write one JSON object a line for each file.")
    var json = false

    @OptionGroup(title: "Settings") var options: SettingsOptions

    func run() async throws {
        try await Program.run(options) { program in
            try await Host.run(program) { host in
                let files = try CardSearch().files(in: paths)
                var importer = try await CardImporter(host: host)
                let total = files.count >= Self.manyFiles ? files.count : 0
                let progress = Progress("Importing", total: total, terminal: program.terminal)
                var outcomes: [CardImporter.Outcome] = []
                for (index, file) in files.enumerated() {
                    let outcome = await importer.add(file)
                    outcomes.append(outcome)
                    if json { program.terminal.output.writeLine(outcome.json(of: file).serialized()) }
                    progress.advance(to: index + 1)
                }
                progress.finish()
                if !json { report(zip(files, outcomes), to: program.terminal) }
                return outcomes.contains { $0.isRefusal } ? .failure : .success
            }
        }
    }

    private func report(_ outcomes: Zip2Sequence<[String], [CardImporter.Outcome]>, to terminal: Terminal) {
        for (file, outcome) in outcomes {
            for line in outcome.lines(of: file, palette: terminal.palette) { terminal.output.writeLine(line) }
        }
        let all = outcomes.map(\.1)
        let warned = all.count { if case .kept(_, let warnings) = $0 { !warnings.isEmpty } else { false } }
        let kept = all.count { if case .kept = $0 { true } else { false } }
        let known = all.count { if case .known = $0 { true } else { false } }
        let refused = all.count { $0.isRefusal }
        terminal.output.writeLine(
            "\(kept) kept (\(warned) with warnings), \(known) there already, \(refused) refused.")
    }
}
