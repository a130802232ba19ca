internal import ArgumentParser
internal import CompanionCore
internal import _CompanionHosting

/// `companion doctor`: looks at everything that a chat needs, and says what to do.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Check the settings, the database, the model and the terminal.",
        discussion: "Asks the model for one short reply. Ends with 1 where a check failed, else with 0.")

    @Flag(help: "Write one JSON object a line for each finding.")
    var json = false

    @OptionGroup(title: "Model") var modelOptions: ModelOptions
    @OptionGroup(title: "Settings") var options: SettingsOptions

    func run() async throws {
        try await Program.run(options, modelOptions) { error, terminal in
            // Without settings nothing else can be looked at.
            write([Finding(error, .settings)], to: terminal)
            return .failure
        } _: { program in
            var hasFailed = false
            func report(_ findings: [Finding]) {
                write(findings, to: program.terminal)
                hasFailed = hasFailed || findings.contains { $0.level == .fail }
            }
            report(SettingsCheck(settings: program.settings).findings())
            report(await StoreCheck(settings: program.settings).findings())
            report(await ModelCheck(settings: program.settings).findings())
            report(TerminalCheck(terminal: program.terminal, environment: program.environment).findings())
            return hasFailed ? .failure : .success
        }
    }

    private func write(_ findings: [Finding], to terminal: Terminal) {
        for finding in findings {
            let lines = json ? [finding.json.serialized()] : finding.lines(palette: terminal.palette)
            for line in lines { terminal.output.writeLine(line) }
        }
        terminal.output.flush()
    }
}
