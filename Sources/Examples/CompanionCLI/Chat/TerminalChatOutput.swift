internal import CompanionCore

/// For people: names in colour, replies wrapped while they stream, and a word on whatever is not plain.
@MainActor final class TerminalChatOutput: ChatOutput {
    private let terminal: Terminal
    private let isVerbose: Bool
    private var transcript: Transcript
    private var hasOpened = false
    private var printer: StreamPrinter?
    /// Whether the mark stands behind the name that says that the reply is being waited for.
    private var showsWaiting = false
    /// Whether some of the running reply was printed.
    private var hasText = false
    /// What there is to say of the running reply, at its end.
    private var notes: [String] = []

    init(terminal: Terminal, isVerbose: Bool) {
        self.terminal = terminal
        self.isVerbose = isVerbose
        transcript = Transcript(terminal: terminal, userName: "", characterName: "")
    }

    private var palette: Palette { terminal.palette }

    var isGone: Bool { terminal.output.isReaderGone }

    func show(_ event: ChatEvent) {
        switch event {
        case .opened(let opening): open(opening)
        case .message(let message): transcript.write(message)
        case .reply(let event): show(event)
        case .stopped(nil): finish(remarks: ["stopped"])
        case .stopped(let message?): finish(remarks: message.remarks, advice: Self.advice(on: message))
        case .waiting: note(ChatWords.waiting)
        case .leavingAsked: note(ChatWords.leaving)
        case .swiped(let message): transcript.write(message)
        case .failed(let error): fail(error)
        default:
            for line in ChatWords.lines(for: event, palette: palette, width: terminal.lineWidth) {
                terminal.output.writeLine(line)
            }
            terminal.output.writeLine()
        }
        terminal.output.flush()
    }

    private func open(_ opening: ChatOpening) {
        let name = opening.character.card.displayName
        transcript = Transcript(terminal: terminal, userName: opening.user.name, characterName: name)
        var about = [opening.chat.id.short, ControlFilter.singleLine(opening.model)]
        if !opening.chat.title.isEmpty { about.insert(ControlFilter.singleLine(opening.chat.title), at: 0) }
        if opening.kind != .continued { about.append(opening.kind == .new ? "new chat" : "a copy of the chat before") }
        let title = palette(.character, ControlFilter.singleLine(name))
        terminal.output.writeLine(title + palette(.dim, "  " + about.joined(separator: ", ")))
        if let notice = opening.notice { note(notice) }
        if !hasOpened { note("/help lists what can be done. Ctrl-C stops a reply, Ctrl-D leaves.") }
        hasOpened = true
        terminal.output.writeLine()
        for message in opening.messages { transcript.write(message) }
    }

    // MARK: Replies

    private func show(_ event: ReplyEvent) {
        switch event {
        case .started: begin()
        case .text(let piece):
            // It may begin with the blank that parts it from the text that it continues.
            let text = hasText ? piece : String(piece.drop(while: \.isWhitespace))
            if text.isEmpty { break }
            hasText = true
            clearWaiting()
            printer?.print(text)
        case .recalled(let recollection) where recollection.count > 0: note(ChatWords.recalled(recollection.count))
        case .disclosure(let disclosure): interject([disclosure.message])
        case .crisis(let referral): interject(ChatWords.lines(of: referral))
        case .notice(let text): note(text)
        case .blocked(let reason): note("The reply was blocked: \(reason)")
        case .finished(let message): finish(remarks: message.remarks, advice: Self.advice(on: message))
        default: break
        }
    }

    private func begin() {
        printer = transcript.begin(.character)
        hasText = false
        showsWaiting = terminal.isOutputTerminal
        if showsWaiting { terminal.output.write(palette(.dim, "…")) }
    }

    private func clearWaiting() {
        if showsWaiting { terminal.output.write("\u{08} \u{08}") }
        showsWaiting = false
    }

    private func finish(remarks: [String] = [], advice: String? = nil) {
        clearWaiting()
        printer?.finish()
        printer = nil
        var remarks = notes + remarks
        if let advice, !remarks.isEmpty { remarks.append(advice) }
        transcript.write(remarks: remarks)
        notes = []
    }

    /// What helps with a reply that is not plain.
    private static func advice(on message: Message) -> String? {
        switch message.alternative.status {
        case .interrupted: "/continue goes on"
        case .failed: "/regenerate tries again"
        case _ where message.alternative.finishReason == .length: "/continue goes on"
        case _ where message.alternatives.count > 1: "/swipe shows another"
        default: nil
        }
    }

    // MARK: Asides

    private func note(_ text: String) {
        let text = ControlFilter.singleLine(text)
        guard printer == nil else { return notes.append(text) }
        var wrapper = TextWrapper(columns: terminal.size.columns)
        for line in (wrapper.feed(text) + wrapper.finish()).split(whereSeparator: \.isNewline) {
            terminal.output.writeLine(palette(.dim, String(line)))
        }
    }

    /// Says something at once and apart from the character's words, also in the midst of them.
    private func interject(_ lines: [String]) {
        let isReplying = printer != nil
        if isReplying {
            clearWaiting()
            printer?.finish()
        }
        for line in lines.flatMap({ ControlFilter.singleLine($0).wrapped(to: terminal.lineWidth) }) {
            terminal.output.writeLine(palette(.warning, line))
        }
        if isReplying { begin() }
    }

    private func fail(_ error: CompanionError) {
        if printer != nil { finish() }
        terminal.output.flush()
        ErrorReport(error).write(to: terminal, isVerbose: isVerbose)
        terminal.errors.writeLine()
        terminal.errors.flush()
    }
}
