import BenchmarkSupport
import CompanionCore
import CompanionSQLite
import Foundation

/// Many chats with one character that has a large lorebook: what one more costs where they share it, and where each makes
/// its own.
enum SharedLore {
    static func measure(in folder: URL, _ report: inout Report) async throws {
        report.section("Chats with one character, a lorebook of 5,000 entries; the first turn of each of 20:")
        let shared = try await Chats(sharing: true, in: folder)
        let own = try await Chats(sharing: false, in: folder)
        report.row("the first of them", shared.first.asMilliseconds)
        report.row(
            "one more, p50", shared.more.median.asMilliseconds,
            "where each makes its own \(own.more.median.asMilliseconds)")
        report.row(
            "memory of one more", "\(shared.bytesOfOneMore / 1_000) kB",
            "where each makes its own \(own.bytesOfOneMore / 1_000) kB")
        report.row("one more to where each makes its own", (shared.more.median / own.more.median).asFactor)
    }

    private struct Chats {
        var first = 0.0
        var more = Samples()
        var bytesOfOneMore = 0

        private static let count = 20

        init(sharing: Bool, in folder: URL) async throws {
            let path = folder.appendingPathComponent("shared-lore-\(sharing).sqlite").path
            let companion = Companion(
                languageModel: ListeningModel(), relationalStore: try SQLiteStore(path: path),
                configuration: .init(
                    prompt: .init(maximumPromptTokens: 48_000), historyCacheBytes: 1 << 30,
                    loreCacheBytes: sharing ? 64 << 20 : 0, memory: .init(isEnabled: false)))
            let user = try await companion.accounts.register(name: "Ada").id
            var card = CharacterCard(name: "Luna", description: "She keeps a lighthouse.")
            card.book = Books.large
            let character = try await companion.characters.add(card, by: user).id
            var before = 0
            for number in 0..<Self.count {
                let chat = try await companion.chats.start(with: character, by: user).id
                var turn = Samples()
                try await turn.measure {
                    _ = try await companion.chats.reply(to: Books.sentence(number), in: chat, by: user)
                }
                if number == 0 {
                    first = turn.median
                    before = Usage.allocatedBytes
                } else {
                    more.add(turn.median)
                }
            }
            bytesOfOneMore = (Usage.allocatedBytes - before) / (Self.count - 1)
        }
    }
}
