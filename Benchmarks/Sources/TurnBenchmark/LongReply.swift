import BenchmarkSupport
import CompanionCore
import CompanionOpenAI
import CompanionSQLite

/// Replies of many chunks over HTTP, and what each chunk took.
struct LongReply {
    private(set) var cpu = Samples()
    private(set) var wall = Samples()
    /// What the process had allocated more at the last chunk than before the turn.
    private(set) var memory = Samples()
    private(set) var textBytes = 0

    init(of count: Int, from provider: OpenAI, in store: SQLiteStore) async throws {
        let companion = Companion(
            languageModel: provider.languageModel("chunks-\(count)"), relationalStore: store,
            configuration: .init(maximumReplyBytes: 16 << 20))
        // The first one connects, and fills what is kept between calls.
        for round in 0..<10 {
            let place = try await Place(in: companion)
            let (memory, cpu, start) = (Usage.allocatedBytes, Usage.cpuSeconds, ContinuousClock.now)
            let (bytes, chunks, last) = try await companion.chats.withReply(
                to: "Go on.", in: place.chat, by: place.user
            ) { reply in
                var (bytes, chunks, last) = (0, 0, 0)
                for try await piece in reply.text {
                    bytes += piece.utf8.count
                    chunks += 1
                    if chunks == count { last = Usage.allocatedBytes }
                }
                return (bytes, chunks, last)
            }
            precondition(chunks == count, "The stream had \(chunks) chunks.")
            textBytes = bytes
            guard round > 0 else { continue }
            self.memory.add(Double(last - memory))
            self.cpu.add((Usage.cpuSeconds - cpu) / Double(count))
            wall.add((ContinuousClock.now - start).inSeconds / Double(count))
        }
    }
}
