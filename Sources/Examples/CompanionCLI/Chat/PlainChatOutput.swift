internal import CompanionCore

/// For pipes: the replies alone, a blank line between them, and what commands were asked to show. Everything else goes
/// to standard error.
@MainActor final class PlainChatOutput: ChatOutput {
    private let terminal: Terminal
    private let isVerbose: Bool
    private var printer: StreamPrinter?
    private var hasWritten = false

    init(terminal: Terminal, isVerbose: Bool) {
        self.terminal = terminal
        self.isVerbose = isVerbose
    }

    var isGone: Bool { terminal.output.isReaderGone }

    func show(_ event: ChatEvent) {
        switch event {
        case .reply(.text(let piece)):
            if printer == nil { begin() }
            printer?.print(piece)
        case .reply(.blocked(let reason)):
            finish()
            note("The reply was blocked: \(reason)")
        case .opened(let opening):
            if let notice = opening.notice { note(notice) }
            // Somebody at a terminal without escape sequences is to be greeted too.
            if opening.kind == .new, terminal.isInputTerminal, terminal.isOutputTerminal {
                write(opening.messages.map(\.text))
            }
        case .reply(.notice(let text)): note(text)
        case .reply(.disclosure(let disclosure)): note(disclosure.message)
        case .reply(.crisis(let referral)): ChatWords.lines(of: referral).forEach(note)
        case .reply(.finished), .stopped: finish()
        case .waiting: note(ChatWords.waiting)
        case .message(let message), .swiped(let message): write([message.text])
        case .failed(let error):
            finish()
            ErrorReport(error).write(to: terminal, isVerbose: isVerbose)
        case .edited, .deleted, .undone, .remembered, .forgotten:
            ChatWords.lines(for: event, palette: .plain, width: nil).forEach(note)
        default:
            let lines = ChatWords.lines(for: event, palette: .plain, width: nil)
            if !lines.isEmpty { write(lines) }
        }
        terminal.output.flush()
    }

    private func begin() {
        if hasWritten { terminal.output.writeLine() }
        hasWritten = true
        printer = StreamPrinter(terminal: terminal)
    }

    private func finish() {
        printer?.finish()
        printer = nil
    }

    private func write(_ lines: [String]) {
        begin()
        for line in lines { printer?.print(line + "\n") }
        finish()
    }

    private func note(_ text: String) {
        terminal.errors.writeLine("companion: " + text.harmless)
        terminal.errors.flush()
    }
}
