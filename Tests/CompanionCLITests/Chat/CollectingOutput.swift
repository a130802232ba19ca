import CompanionCore

@testable import CompanionCLI

/// Remembers what a chat tells.
@MainActor final class CollectingOutput: ChatOutput {
    private(set) var events: [ChatEvent] = []

    var isGone = false

    func show(_ event: ChatEvent) { events.append(event) }

    /// The `--json` lines, without identifiers and times.
    var types: [String] { events.compactMap { $0.json?["type"]?.string } }

    /// The text of the replies, pieces joined.
    var replyText: String {
        events.map { if case .reply(.text(let piece)) = $0 { piece } else { "" } }.joined()
    }

    func clear() { events = [] }
}
