internal import CompanionCore

/// One event a line, for programs.
struct JSONChatOutput: ChatOutput {
    let terminal: Terminal

    var isGone: Bool { terminal.output.isReaderGone }

    func show(_ event: ChatEvent) {
        guard let json = event.json else { return }
        terminal.output.writeLine(json.serialized())
        terminal.output.flush()
    }
}
