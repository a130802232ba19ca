internal import ArgumentParser
internal import CompanionCore
internal import _CompanionHosting

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

extension MemoriesCommand {
    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write all memories as JSON, those included that are true no more.")

        @Option(
            name: .shortAndLong,
            help: ArgumentHelp("The file to write; by default standard output.", valueName: "file"),
            completion: .file())
        var output: String?

        @OptionGroup(title: "Settings") var options: SettingsOptions

        func run() async throws {
            try await Host.perform(options) { host in
                let memories = try await host.companion.memories.export(of: host.user.id)
                let bytes = memories.serializedBytes(pretty: true) + [UInt8(ascii: "\n")]
                try host.write(bytes, to: output)
            }
        }
    }

    struct Timeline: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Draw what was learnt when, and what took the place of what, as an SVG picture.")

        @Option(
            name: .shortAndLong,
            help: ArgumentHelp("The file to write; by default standard output.", valueName: "file.svg"),
            completion: .file(extensions: ["svg"]))
        var output: String?

        @OptionGroup(title: "Settings") var options: SettingsOptions

        func run() async throws {
            try await Host.perform(options) { host in
                let memories = try await host.memories.memories(matching: MemoryFilter(validity: .always))
                let picture = TimelinePicture(
                    memories: memories, person: host.user.name, now: Date(), timeZone: .current)
                try host.write(Array(picture.svg.utf8), to: output)
            }
        }
    }
}

extension Host {
    /// Writes a document that holds what is private, to standard output where no file is named.
    fileprivate func write(_ bytes: [UInt8], to file: String?) throws {
        if let file {
            try LocalFile(path: file).replace(with: bytes, isPrivate: true)
        } else {
            program.terminal.output.write(String(decoding: bytes, as: UTF8.self))
        }
    }
}
