internal import ArgumentParser
internal import CompanionCore
internal import Logging
internal import NIOCore
internal import _CompanionHosting

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif
#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// The `companion-server` program: the whole system behind a web page.
@main
struct ServerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "companion-server",
        abstract: "Serve companions to browsers and programs.",
        discussion: """
            With nothing set it keeps everything in a file of yours, answers on http://127.0.0.1:8080, and replies by a \
            stand-in that is no language model. Set OPENAI_API_KEY, or OPENAI_BASE_URL for a server of your own. Each flag is \
            a variable too: --public-url is COMPANION_PUBLIC_URL.
            """,
        version: "0.1.0")

    @OptionGroup(title: "Settings") var options: ServerOptions

    func run() async throws {
        // A program that goes while it is written to is an error of that writing, and no end of ours.
        signal(SIGPIPE, SIG_IGN)
        NIOSingletons.groupLoopCountSuggestion = ProcessorCount.usable
        let settings: ServerSettings
        do throws(ServerSettingsReader.Faults) {
            settings = try ServerSettingsReader(
                flags: options.values, file: options.config, environment: ProcessInfo.processInfo.environment
            ).read()
        } catch {
            for line in error.lines { Self.tell(line) }
            throw ExitCode(64)
        }
        Logs.start(settings)
        let logger = Logger(label: "companion-server")
        for warning in settings.warnings { logger.warning("\(warning)") }
        do {
            var host = ServerHost(settings: settings, logger: logger)
            host.onRunning = { _ in
                print("companion-server is at \(settings.address)")
                // A pipe gets it at once too.
                fflush(nil)
                if let notice = (try? ModelChoice(settings))?.notice { logger.notice("\(notice)") }
            }
            try await host.run()
        } catch let error as CompanionError {
            Self.tell(error.message.capitalizedFirst)
            throw Self.status(of: error)
        } catch let error as IOError {
            Self.tell(
                "Can't listen on \(settings.host), port \(settings.port): \(String(cString: strerror(error.errnoCode)))."
            )
            throw ExitCode(69)
        } catch {
            Self.tell("\(error)")
            throw ExitCode(1)
        }
    }

    private static func tell(_ line: String) {
        let line = String(line.map { $0.isNewline ? " " : $0 })
        Logs.write(Array("companion-server: \(line)\n".utf8))
    }

    /// As the terminal program ends: Documentation/Guides/Terminal.md.
    private static func status(of error: CompanionError) -> ExitCode {
        switch error.code {
        case .invalidInput, .notFound: ExitCode(64)
        case .unavailable, .timedOut, .rateLimited, .busy: ExitCode(69)
        case .unauthenticated, .forbidden: ExitCode(77)
        default: ExitCode(1)
        }
    }
}
