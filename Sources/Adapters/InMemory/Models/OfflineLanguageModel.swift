public import CompanionCore

/// A stand-in for a language model: it answers with the best fitting of the character's example dialogues, or reflects
/// what was said. Interim.
public struct OfflineLanguageModel: LanguageModel {
    public let name = "offline"
    public let capabilities = LanguageModelCapabilities(contextWindow: 8_192, isSimulated: true)

    public init() {}

    public func withResponse<Result>(
        to request: LanguageModelRequest, isolation: isolated (any Actor)?,
        _ body: (LanguageModelStream) async throws -> Result
    ) async throws -> Result {
        let reply = Self.reply(to: request)
        var words = reply.split(separator: " ", omittingEmptySubsequences: false).map { String($0) + " " }
        if let last = words.popLast() { words.append(String(last.dropLast())) }
        let model = ScriptedLanguageModel(replies: [.text(words.filter { !$0.isEmpty })])
        return try await model.withResponse(to: request, isolation: isolation, body)
    }

    private static func reply(to request: LanguageModelRequest) -> String {
        let said = request.messages.last { $0.role == .user }?.text ?? ""
        let recent = Set(request.messages.suffix(6).filter { $0.role == .assistant }.map(\.text))
        let words = Set(said.lowercased().split { !$0.isLetter }.filter { $0.count > 2 })
        var exchanges: [(question: String, answer: String)] = []
        var question = ""
        for message in request.messages where message.part == .exampleDialogue {
            for line in message.text.split(separator: "\n") {
                guard let colon = line.firstIndex(of: ":") else { continue }
                let text = String(line[line.index(after: colon)...].drop(while: \.isWhitespace))
                if question.isEmpty {
                    question = text
                } else {
                    exchanges.append((question, text))
                    question = ""
                }
            }
        }
        let ranked = exchanges.map { exchange in
            (exchange.answer, Set(exchange.question.lowercased().split { !$0.isLetter }).intersection(words).count)
        }.filter { !recent.contains($0.0) }.max { $0.1 < $1.1 }
        return ranked?.0 ?? "You said: \(said) Tell me more."
    }
}
