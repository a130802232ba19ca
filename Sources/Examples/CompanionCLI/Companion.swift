internal import ArgumentParser

/// The `companion` program.
@main
struct CompanionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "companion", abstract: "Talk to characters who remember you.")
}
