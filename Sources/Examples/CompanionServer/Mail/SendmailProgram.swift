internal import CompanionCore
internal import Foundation

/// Hands messages to a program in the manner of sendmail.
struct SendmailProgram: Sendable {
    let path: String
    /// How long it may take.
    var limit = Duration.seconds(60)

    /// Returns once the program has taken the message, whose recipients it finds in the message. Throws `CompanionError`.
    func send(_ message: [UInt8]) async throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = ["-t", "-i"]
        // Nothing of ours, which may be secret.
        process.environment = ProcessInfo.processInfo.environment.filter {
            ["PATH", "HOME", "LANG", "USER"].contains($0.key)
        }
        let input = Pipe()
        process.standardInput = input
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        let (ended, continuation) = AsyncStream.makeStream(of: Int32.self)
        process.terminationHandler = { process in
            continuation.yield(process.terminationReason == .exit ? process.terminationStatus : -1)
            continuation.finish()
        }
        do {
            try process.run()
        } catch {
            continuation.finish()
            throw CompanionError(.unavailable, "The program \(path) of --mail can't be started.", underlying: error)
        }
        // A message is smaller than what a pipe holds, so this waits for nobody; who does not read it says so by its end.
        try? input.fileHandleForWriting.write(contentsOf: Data(message))
        try? input.fileHandleForWriting.close()
        let running = Running(process)
        let status = try? await withDeadline(limit, on: SystemClock()) { await ended.first { _ in true } }
        guard case let status?? = status else {
            running.end()
            try Task.checkCancellation()
            throw CompanionError(.timedOut, "The program \(path) of --mail took too long.")
        }
        try Self.check(status, path)
    }

    /// By the names of <sysexits.h>.
    static func check(_ status: Int32, _ path: String) throws(CompanionError) {
        switch status {
        case 0: return
        // EX_USAGE, EX_DATAERR, EX_NOUSER, EX_NOHOST
        case 64, 65, 67, 68:
            throw CompanionError(.refused, "The program \(path) of --mail refused the mail with \(status).")
        default: throw CompanionError(.unavailable, "The program \(path) of --mail ended with \(status).")
        }
    }
}

/// Safety: of the process only its end is asked for, which any thread may.
private final class Running: @unchecked Sendable {
    private let process: Process
    init(_ process: Process) { self.process = process }
    func end() { process.terminate() }
}
