internal import ArgumentParser
internal import CompanionCardFiles
internal import CompanionCore
internal import _CompanionHosting

/// `companion export`: gives people what is kept about them.
struct PersonalExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write all that is kept about you into a zip file.")

    @Argument(
        help: ArgumentHelp("The file to write.", valueName: "file.zip"), completion: .file(extensions: ["zip"]))
    var file: String = "companion-export.zip"

    @OptionGroup(title: "Settings") var options: SettingsOptions

    func run() async throws {
        try await Host.perform(options) { host in
            let portraits = host.portraits
            let export = host.companion.privacy.export(of: host.user.id) { character in
                guard let portrait = try portraits.portrait(of: character.id) else { return nil }
                return try CardFile.png(card: character.card, image: portrait)
            }
            let size = try await LocalFile(path: file).replace(with: export.zip)
            host.program.terminal.output.writeLine(
                "All that is kept about \(host.user.name) is in \(file): \(size) bytes.")
        }
    }
}
