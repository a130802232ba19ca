import Foundation

@testable import CompanionCore

/// An index with one chat of Ada, the person, and Luna.
struct RecallFixture {
    static let start = Date(timeIntervalSince1970: 1_700_000_000)
    var index = RecallIndex()
    private(set) var turns: [RecallTurn] = []
    private var time = Self.start

    static func id<Entity>(_ number: Int) -> Identifier<Entity> {
        Identifier(UUID(uuidString: String(format: "00000000-0000-0000-0000-%012d", number)) ?? UUID())
    }

    /// Says something a minute later; after a pause of so many hours, in that chat.
    @discardableResult
    mutating func say(_ text: String, by speaker: String = "Ada", after hours: Double = 0, in chat: Int = 1)
        -> Message.ID
    {
        time += 60 + hours * 3_600
        let turn = RecallTurn(
            id: Self.id(turns.count + 1), chat: Self.id(chat), sequence: turns.count + 1, speaker: speaker,
            isPerson: speaker == "Ada", text: text, date: time)
        turns.append(turn)
        index.insert(turn)
        return turn.id
    }

    func query(_ text: String, limit: Int = 100) -> RecallQuery {
        RecallQuery(text: text, limit: limit, now: time + 60)
    }

    func hits(_ text: String) -> [RecallHit] { index.hits(for: query(text)) }
    func best(_ text: String) -> RecallDocument? { hits(text).first?.document }
}
