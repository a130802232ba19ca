internal import CompanionCore
internal import _CompanionHosting

/// Lets somebody on a terminal choose whom to talk to.
@MainActor struct CharacterMenu {
    let host: Host

    func choose() async throws -> CompanionCharacter {
        let own = try await host.characters.characters()
        let offered = try host.characters.offered(besides: own)
        let cards = own.map(\.card) + offered.map(\.card)
        guard cards.count > 1 else { return try await host.characters.first() }
        let terminal = host.program.terminal
        terminal.output.writeLine("Whom do you want to talk to?")
        for (index, card) in cards.enumerated() {
            let name = ControlFilter.singleLine(card.name)
            let number = "\(index + 1)  "
            let room = terminal.size.columns - DisplayWidth.of(number + name) - 3
            let hint = terminal.palette(.dim, card.hint.cut(to: max(0, room)))
            terminal.output.writeLine(number + terminal.palette(.character, name) + "  " + hint)
        }
        let reader = try LineReader(terminal: terminal, signals: host.program.signals)
        while true {
            guard case .line(let answer) = try await reader.readLine(prompt: Prompt("Number or name [1]: ")) else {
                throw CancellationError()
            }
            let text = answer.trimmed.isEmpty ? "1" : answer.trimmed
            guard let index = Int(text).map({ $0 - 1 }) ?? cards.firstIndex(where: { $0.isCalled(text) }),
                cards.indices.contains(index)
            else {
                terminal.output.writeLine("Give a number from 1 to \(cards.count), or a name.")
                continue
            }
            return index < own.count ? own[index] : try await host.characters.add(offered[index - own.count])
        }
    }
}

extension CharacterCard {
    /// One short line on who this is.
    var hint: String {
        let about = [personality, creatorNotes, description].first { !$0.trimmed.isEmpty } ?? ""
        let text = ControlFilter.singleLine(about.trimmed).replacing("{{char}}", with: displayName)
        return String(text.prefix { $0 != "." }).cut(to: 70)
    }
}

extension String {
    /// The text where it fits into `columns`, else its beginning and a mark.
    func cut(to columns: Int) -> String {
        DisplayWidth.of(self) <= columns ? self : prefix(fitting: columns - 1) + "…"
    }
}
