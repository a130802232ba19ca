import Foundation

/// Recall, spoken to in lines of JSON on the standard input: messages to keep, and queries, each of which is answered by
/// one line with the identifiers of what was found, best first. Harnesses that measure recall speak to it.
///
///     {"op":"add","conv":"c1","id":"D1:3","speaker":"Ada","text":"…","time":"2023-05-08T13:56:00","session":"1"}
///     {"op":"query","conv":"c1","qid":"c1#7","text":"When did …?","k":100}
///     -> {"qid":"c1#7","ids":["D1:3","D4:9"]}
@main
struct RecallRetriever {
    static func main() async throws {
        do { try await answer() } catch {
            complain("\(error)")
            exit(1)
        }
    }

    private static func answer() async throws {
        guard let embedder = Embedder(arguments: CommandLine.arguments.dropFirst()) else {
            complain("usage: recall-retriever [--embedder none|hashed|openai]")
            exit(64)
        }
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("recall-retriever-\(getpid())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let host = try Host(store: folder.appendingPathComponent("companion.sqlite").path, embedder: embedder)
        var conversations: [String: Conversation] = [:]
        while let line = readLine() {
            guard let request = Request(line) else {
                complain("not understood: \(line.prefix(80))")
                continue
            }
            var conversation = conversations[request.conversation] ?? Conversation()
            switch request.content {
            case .add(let said): conversation.add(said)
            case .query(let query):
                let found = try await conversation.identifiers(for: query, in: host)
                print(query.answer(found))
                fflush(nil)
            }
            conversations[request.conversation] = conversation
        }
    }

    private static func complain(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }
}

/// By what memories are found besides their words.
enum Embedder: String {
    case none, hashed, openai

    init?(arguments: ArraySlice<String>) {
        switch Array(arguments) {
        case []: self = .none
        case let given where given.count == 2 && given[0] == "--embedder":
            guard let embedder = Embedder(rawValue: given[1]) else { return nil }
            self = embedder
        default: return nil
        }
    }
}
