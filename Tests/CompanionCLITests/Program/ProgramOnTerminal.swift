import Foundation
import Testing

@testable import CompanionCLI

/// The built program on a terminal of its own, with a screen to look at and keys to press.
final class ProgramOnTerminal {
    private let pair: PseudoTerminal
    private let process: pid_t
    private var screen: Screen
    private var unfinished: [UInt8] = []
    private var status: Int32?

    init(_ program: BuiltProgram, _ arguments: String..., columns: Int = 100, rows: Int = 40) throws {
        pair = try PseudoTerminal(columns: columns, rows: rows)
        screen = Screen(columns: columns, height: rows, breaksItself: false)
        let environment = program.environment.merging(["TERM": "xterm-256color", "NO_COLOR": "1"]) { _, new in new }
        process = try Self.spawn(
            BuiltProgram.url.path, arguments, environment: environment.map { "\($0)=\($1)" }, on: pair.path)
    }

    deinit {
        if status == nil {
            kill(process, SIGKILL)
            waitpid(process, nil, 0)
        }
    }

    /// `POSIX_SPAWN_SETSID`, which Swift's modules of glibc and musl leave out.
    #if canImport(Darwin)
        private static let setsid: Int16 = 0x400
    #else
        private static let setsid: Int16 = 0x80
    #endif

    /// A process that leads a session, whose terminal is `device`: only so do keys raise signals.
    private static func spawn(
        _ path: String, _ arguments: [String], environment: [String], on device: String
    ) throws -> pid_t {
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        posix_spawnattr_setflags(&attributes, setsid)
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_addopen(&actions, 0, device, O_RDWR, 0)
        posix_spawn_file_actions_adddup2(&actions, 0, 1)
        posix_spawn_file_actions_adddup2(&actions, 0, 2)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        var process: pid_t = 0
        let argv = ([path] + arguments).map { strdup($0) } + [nil]
        let envp = environment.map { strdup($0) } + [nil]
        defer { for text in argv + envp { free(text) } }
        try #require(posix_spawn(&process, path, &actions, &attributes, argv, envp) == 0)
        return process
    }

    func type(_ keys: String) { pair.type(keys) }

    /// What is on the screen, and what has scrolled away.
    var text: String { screen.rows.joined(separator: "\n") }

    /// Shows what the program prints until `condition` holds of the text on the screen, at most a minute.
    func wait(_ what: String, until condition: (String) -> Bool) throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while !condition(text) {
            try #require(ContinuousClock.now < deadline, "\(what); the screen:\n\(text)")
            read()
        }
    }

    func wait(for part: String) throws { try wait("\(part) appears") { $0.contains(part) } }

    /// Waits until the program has ended, and gives its exit status; -1 where a signal ended it.
    func end() throws -> Int32 {
        let deadline = ContinuousClock.now + .seconds(60)
        var raw: Int32 = 0
        while waitpid(process, &raw, WNOHANG) == 0 {
            try #require(ContinuousClock.now < deadline, "the program ends; the screen:\n\(text)")
            read()
        }
        let code = raw & 0x7F == 0 ? raw >> 8 & 0xFF : -1
        status = code
        return code
    }

    /// Whether the terminal is as it was found.
    var isCooked: Bool { pair.isCooked }

    func signal(_ number: Int32) { kill(process, number) }

    private func read() {
        var request = pollfd(fd: pair.keyboard, events: Int16(POLLIN), revents: 0)
        guard poll(&request, 1, 20) > 0 else { return }
        var chunk = [UInt8](repeating: 0, count: 4096)
        let count = Foundation.read(pair.keyboard, &chunk, chunk.count)
        guard count > 0 else { return }
        unfinished += chunk[..<count]
        // A read may end within a character or a sequence.
        guard let text = String(validating: unfinished, as: UTF8.self) else { return }
        if let escape = text.lastIndex(of: "\u{1B}"), !text[escape...].contains(where: \.isLetter) { return }
        screen.write(text)
        unfinished = []
    }
}
