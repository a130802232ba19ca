internal import ArgumentParser
internal import CompanionCore
internal import _CompanionHosting

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// The frame of every command: reads the settings, takes charge of the signals, and turns errors into words and exit
/// statuses.
struct Program: Sendable {
    let settings: Settings
    let terminal: Terminal
    let signals: SignalWatcher
    let environment: [String: String]

    /// Runs a command to its end. Throws `ExitCode` only.
    ///
    /// - Parameter tellFault: Tells of settings that can't be read, in place of an ``ErrorReport``; gives the status to
    ///   end with.
    static func run(
        _ options: SettingsOptions, _ modelOptions: ModelOptions? = nil,
        settingsFault tellFault: ((any Error, Terminal) -> ExitStatus)? = nil,
        _ body: @MainActor (Program) async throws -> ExitStatus
    ) async throws {
        let environment = ProcessInfo.processInfo.environment
        var terminal = Terminal(color: options.color ?? .auto, environment: environment)
        var status: ExitStatus
        do {
            let flags = options.values.merging(modelOptions?.values ?? [:]) { first, _ in first }
            let reader = SettingsReader(flags: flags, file: options.config, environment: environment)
            let settings: Settings
            do {
                settings = try reader.read()
            } catch {
                if let tellFault {
                    let status = tellFault(error, terminal)
                    terminal.output.flush()
                    throw status.exitCode
                }
                ErrorReport(error).write(to: terminal, isVerbose: options.verbose)
                throw ExitStatus.usage.exitCode
            }
            terminal = Terminal(color: settings.color, environment: environment)
            status = try await SignalWatcher.with { [terminal] signals in
                try await body(
                    Program(settings: settings, terminal: terminal, signals: signals, environment: environment))
            }
        } catch let exit as ExitCode {
            throw exit
        } catch is CancellationError {
            status = .interrupted
        } catch {
            terminal.output.flush()
            ErrorReport(error).write(to: terminal, isVerbose: options.verbose)
            status = ExitStatus(error)
        }
        terminal.output.flush()
        if status == .success, let failure = terminal.output.failure, !terminal.output.isReaderGone {
            let reason = LocalFile.reason(failure)
            ErrorReport(CompanionError(.unavailable, "The output can't be written: \(reason).", retry: .never))
                .write(to: terminal, isVerbose: options.verbose)
            status = .failure
        }
        if status != .success { throw status.exitCode }
    }
}

extension ErrorReport {
    func write(to terminal: Terminal, isVerbose: Bool) {
        for line in lines(palette: terminal.errorPalette, isVerbose: isVerbose) { terminal.errors.writeLine(line) }
        terminal.errors.flush()
    }
}
