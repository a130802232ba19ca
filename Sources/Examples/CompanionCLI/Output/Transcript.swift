internal import CompanionCore

/// Writes messages as people read them: a name, the text, and a word on whatever is not plain.
struct Transcript {
    let terminal: Terminal
    let userName: String
    let characterName: String

    func write(_ message: Message) {
        var printer = begin(message.author)
        printer.print(message.text)
        printer.finish()
        // What is answered stands right above its answer, as it did when it was typed.
        if message.author == .character || !message.remarks.isEmpty { write(remarks: message.remarks) }
    }

    /// Writes the name of somebody who is about to speak.
    func begin(_ author: Message.Author) -> StreamPrinter {
        let name = ControlFilter.singleLine(author == .user ? userName : characterName)
        terminal.output.write(terminal.palette(author == .user ? .user : .character, name + ": "))
        return StreamPrinter(terminal: terminal, column: DisplayWidth.of(name) + 2)
    }

    /// Ends a message.
    func write(remarks: [String]) {
        if !remarks.isEmpty {
            terminal.output.writeLine(terminal.palette(.dim, "[\(remarks.joined(separator: "; "))]"))
        }
        terminal.output.writeLine()
    }
}

extension Message {
    /// What is not plain about the message.
    var remarks: [String] {
        var words: [String] = []
        switch alternative.status {
        case .interrupted: words.append("interrupted")
        case .blocked: words.append("blocked")
        case .failed: words.append("failed")
        case .generating: words.append("being written")
        default: break
        }
        if alternative.finishReason == .length { words.append("cut at the limit of tokens") }
        if alternatives.count > 1 { words.append("\(selected + 1) of \(alternatives.count)") }
        return words
    }
}
