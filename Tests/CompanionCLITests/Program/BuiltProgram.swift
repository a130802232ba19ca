import CompanionCore
import Foundation
import Testing

/// The program as it was built, with a home of its own.
final class BuiltProgram {
    /// What a run came to.
    struct Result {
        var output: String
        var errors: String
        var status: Int32

        var lines: [String] {
            output.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
        }

        /// The lines as JSON events.
        var events: [JSONValue] {
            get throws { try lines.map { try JSONValue(parsing: $0) } }
        }
    }

    let home: TemporaryFile
    var environment: [String: String]

    init() throws {
        home = try TemporaryFile()
        environment = ["HOME": home.path, "USER": "ada", "PATH": "/usr/bin:/bin"]
    }

    /// Beside the tests, where the build puts it.
    static var url: URL {
        URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
            .deletingLastPathComponent().appendingPathComponent("companion")
    }

    /// Runs the program to its end, with `input` from a pipe.
    func run(_ arguments: String..., input: String = "") throws -> Result {
        let process = try start(arguments, input: input)
        process.process.waitUntilExit()
        return try process.result
    }

    /// The same for a program that talks to the tests' own process: no thread that could answer it is held.
    func runBeside(_ arguments: [String], input: String = "") async throws -> Result {
        let running = try start(arguments, input: input)
        while running.process.isRunning { try await Task.sleep(for: .milliseconds(5)) }
        return try running.result
    }

    /// Starts the program. Its input is at an end after `input`, unless that is nil: then it stays open.
    ///
    /// - Parameter output: Takes the output in place of a file.
    func start(_ arguments: [String], input: String?, output: Pipe? = nil) throws -> Running {
        let running = Running(process: Process(), output: try TemporaryFile(""), errors: try TemporaryFile(""))
        running.process.executableURL = Self.url
        running.process.arguments = arguments
        running.process.environment = environment
        let pipe = Pipe()
        running.process.standardInput = pipe
        running.process.standardOutput =
            try output ?? FileHandle(forWritingTo: URL(fileURLWithPath: running.output.path))
        running.process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: running.errors.path))
        try running.process.run()
        if let input {
            // Small inputs fit into the pipe.
            try pipe.fileHandleForWriting.write(contentsOf: Data(input.utf8))
            try pipe.fileHandleForWriting.close()
        }
        running.input = pipe.fileHandleForWriting
        return running
    }

    /// A run that may be going on.
    final class Running {
        let process: Process
        let output: TemporaryFile
        let errors: TemporaryFile
        var input: FileHandle?

        init(process: Process, output: TemporaryFile, errors: TemporaryFile) {
            self.process = process
            self.output = output
            self.errors = errors
        }

        var written: String {
            get throws { try String(decoding: Data(contentsOf: URL(fileURLWithPath: output.path)), as: UTF8.self) }
        }

        var result: Result {
            get throws {
                Result(
                    output: try written,
                    errors: try String(decoding: Data(contentsOf: URL(fileURLWithPath: errors.path)), as: UTF8.self),
                    status: process.terminationStatus)
            }
        }
    }
}
