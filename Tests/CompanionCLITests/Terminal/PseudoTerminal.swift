import Testing

@testable import CompanionCLI

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A terminal of the system's, with a ``Screen`` and a keyboard for the test.
final class PseudoTerminal {
    let keyboard: Int32
    let device: Int32
    private var screen: Screen
    private var isOpen = true

    init(columns: Int, rows: Int) throws {
        var ends: (keyboard: Int32, device: Int32) = (-1, -1)
        let openPair = try #require(Self.openpty)
        try #require(openPair(&ends.keyboard, &ends.device, nil, nil, nil) == 0)
        (keyboard, device) = ends
        // A program that another test starts must not hold it open.
        for end in [keyboard, device] { try #require(fcntl(end, F_SETFD, FD_CLOEXEC) == 0) }
        screen = Screen(columns: columns, height: rows)
        setSize(columns: columns, rows: rows)
    }

    deinit {
        hangUp()
        close(device)
    }

    /// The name of the terminal, for a program to open it. `ttyname` would answer all tests in one buffer.
    var path: String {
        get throws {
            var name = [CChar](repeating: 0, count: 256)
            try #require(ttyname_r(device, &name, name.count) == 0)
            return name.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
        }
    }

    var terminal: Terminal {
        Terminal(input: device, output: device, errors: device, environment: ["TERM": "xterm"])
    }

    /// Whether the system edits and shows what is typed.
    var isCooked: Bool {
        var settings = termios()
        return tcgetattr(device, &settings) == 0 && settings.c_lflag & tcflag_t(ICANON | ECHO) != 0
    }

    func type(_ keys: String) {
        let bytes = Array(keys.utf8)
        #expect(write(keyboard, bytes, bytes.count) == bytes.count)
    }

    /// The number of bytes that were typed and wait to be read.
    var typedCount: Int {
        var count: Int32 = 0
        return ioctl(device, UInt(FIONREAD), &count) == 0 ? Int(count) : 0
    }

    func resize(columns: Int, rows: Int) {
        screen.resize(columns: columns)
        setSize(columns: columns, rows: rows)
        kill(getpid(), SIGWINCH)
    }

    func hangUp() {
        if isOpen { close(keyboard) }
        isOpen = false
    }

    /// What is on the screen, without blank rows at its end.
    var rows: [String] { Array(screen.rows.reversed().drop { $0.isEmpty }.reversed()) }

    /// Shows what the program prints until the screen holds `expected`, at most a minute.
    func wait(for expected: [String]) async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        var bytes: [UInt8] = []
        while rows != expected {
            guard ContinuousClock.now < deadline else {
                #expect(rows == expected)
                throw CancellationError()
            }
            await Task.yield()
            var request = pollfd(fd: keyboard, events: Int16(POLLIN), revents: 0)
            guard poll(&request, 1, 5) > 0 else { continue }
            var chunk = [UInt8](repeating: 0, count: 4096)
            let count = read(keyboard, &chunk, chunk.count)
            if count <= 0 { continue }
            bytes += chunk[..<count]
            // A read may end within a character or a sequence.
            if let text = String(validating: bytes, as: UTF8.self), isWhole(text) {
                screen.write(text)
                bytes = []
            }
        }
    }

    private func isWhole(_ text: String) -> Bool {
        guard let escape = text.lastIndex(of: "\u{1B}") else { return true }
        return text[escape...].contains { $0.isLetter }
    }

    private typealias OpenPair =
        @convention(c) (
            UnsafeMutablePointer<Int32>, UnsafeMutablePointer<Int32>, UnsafeMutableRawPointer?, UnsafeRawPointer?,
            UnsafeRawPointer?
        ) -> Int32

    /// openpty(3), which Swift's module of glibc leaves out.
    private static var openpty: OpenPair? {
        dlsym(dlopen(nil, RTLD_NOW), "openpty").map { unsafeBitCast($0, to: OpenPair.self) }
    }

    private func setSize(columns: Int, rows: Int) {
        var size = winsize(ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
        #expect(ioctl(keyboard, UInt(TIOCSWINSZ), &size) == 0)
    }
}
