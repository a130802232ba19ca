internal import ArgumentParser
internal import CompanionCardFiles
internal import CompanionCore
internal import _CompanionHosting

/// `companion characters export`: writes a card for other programs.
struct ExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write a character's card as a file that other programs read.")

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case json, v1, v2, v3, png, charx
    }

    @Argument(help: "The character's name or id; the end of the id is enough.")
    var character: String

    @Option(
        help:
            "The form: json is v3; png is a picture that holds v2 and v3; charx is an archive with v3 and the picture.")
    var `as`: Format = .json

    @Option(
        help: ArgumentHelp("The picture for png; by default the one that the card came with.", valueName: "file"),
        completion: .file(extensions: ["png"]))
    var image: String?

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("The file to write; by default JSON goes to standard output.", valueName: "file"),
        completion: .file())
    var output: String?

    @OptionGroup(title: "Settings") var options: SettingsOptions

    func validate() throws {
        let isBinary = [.png, .charx].contains(`as`)
        if isBinary, output == nil { throw ValidationError("This form needs a file: say --output FILE.") }
        if !isBinary, image != nil { throw ValidationError("--image is for --as png and --as charx.") }
    }

    func run() async throws {
        try await Host.perform(options) { host in
            let character = try await host.characters.character(meantBy: character)
            let bytes =
                switch `as` {
                case .json, .v3: Self.text(character.card, .v3)
                case .v2: Self.text(character.card, .v2)
                case .v1: Self.text(character.card, .v1)
                case .charx: try CardFile.charx(card: character.card, icon: try? picture(of: character, host))
                case .png: try CardFile.png(card: character.card, image: try picture(of: character, host))
                }
            if let output {
                try LocalFile(path: output).replace(with: bytes, isPrivate: false)
            } else {
                host.program.terminal.output.write(String(decoding: bytes, as: UTF8.self))
            }
        }
    }

    private static func text(_ card: CharacterCard, _ version: CharacterCard.Version) -> [UInt8] {
        card.json(as: version).serializedBytes(pretty: true) + [UInt8(ascii: "\n")]
    }

    private func picture(of character: CompanionCharacter, _ host: Host) throws -> [UInt8] {
        if let image {
            guard let bytes = try LocalFile(path: image).contents(maximumBytes: PortraitFolder.maximumBytes) else {
                throw CompanionError(.notFound, "There is no file \(image).")
            }
            return bytes
        }
        guard let portrait = try host.portraits.portrait(of: character.id) else {
            throw CompanionError(
                .notFound, "There is no picture of \(character.card.name): give one with --image FILE.")
        }
        return portrait
    }
}
