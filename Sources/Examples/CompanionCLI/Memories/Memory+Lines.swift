internal import CompanionCore

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

extension Memory {
    /// What is not plain about it: pinned, repeated, past.
    var remarks: String {
        var words: [String] = []
        if isPinned { words.append("pinned") }
        if strength > 1 { words.append("said \(strength) times") }
        if case .character = scope { words.append("for one character only") }
        if let invalidAt {
            words.append("until \(invalidAt.localDay)" + (supersededBy.map { ", then \($0.short)" } ?? ""))
        }
        return words.joined(separator: "; ")
    }
}

extension [Memory] {
    /// A table of memories, numbered if they can be meant by their numbers.
    func lines(width: Int?, isNumbered: Bool = false) -> [String] {
        var table = Table(
            (isNumbered ? "No" : "Id", isNumbered ? .right : .left), ("Since", .left), ("Kind", .left),
            ("What is remembered", .left))
        for (index, memory) in enumerated() {
            let remarks = memory.remarks
            table.add(
                isNumbered ? "\(index + 1)" : memory.id.short, memory.validAt.localDay, "\(memory.kind)",
                memory.text + (remarks.isEmpty ? "" : "  [\(remarks)]"))
        }
        return table.lines(width: width)
    }
}

extension [RecalledItem] {
    /// What was found, numbered, each with what spoke for it most below it.
    func lines(width: Int?) -> [String] {
        let number = "\(count)".count
        return enumerated().flatMap { index, item in
            let score = RecallScore.cell(item.score.total)
            let head = "\(String(repeating: " ", count: number - "\(index + 1)".count))\(index + 1)  \(score)  "
            let lines = [head + ControlFilter.singleLine(item.title)]
            let reasons = item.score.reasons
            let indent = String(repeating: " ", count: head.count)
            return (reasons.isEmpty ? lines : lines + [indent + "because of " + reasons]).map { line in
                width.map { line.cut(to: $0) } ?? line
            }
        }
    }

    /// The same with every part of the scores.
    func explainedLines(width: Int?) -> [String] {
        var table = Table(
            ("No", .right), ("Total", .right), ("Words", .right), ("Meaning", .right), ("Around", .right),
            ("Session", .right), ("Speaker", .right), ("Recent", .right), ("Weight", .right),
            ("What was found", .left))
        for (index, item) in enumerated() {
            let parts = item.score.parts.map { RecallScore.cell($0.value) }
            table.add(
                "\(index + 1)", RecallScore.cell(item.score.total), parts[0], parts[1], parts[2], parts[3], parts[4],
                parts[5], parts[6], item.title)
        }
        return table.lines(width: width)
    }
}

extension RecalledItem {
    /// The memory; or who said what, and when.
    fileprivate var title: String {
        switch content {
        case .memory(let memory): "\(memory.text)  [\(memory.kind) \(memory.id.short)]"
        case .message(let message):
            (message.author == .user ? "You: " : "Character: ") + message.text.cut(to: 80) + "  [said \(date.localDay)]"
        }
    }
}

extension RecallScore {
    /// The parts that speak for it, the strongest first.
    fileprivate var reasons: String {
        let names = [
            "words": "its words", "meaning": "its meaning", "propagated": "what was said around it",
            "session": "its session", "speaker": "who said it", "recency": "its date", "importance": "its importance",
        ]
        let speaking = parts.filter { $0.value >= 0.05 }.sorted { $0.value > $1.value }
        return speaking.compactMap { names[$0.name] }.joined(separator: ", ")
    }
}

extension Date {
    /// The day where the person is.
    var localDay: String { String(local.prefix(10)) }
}

extension ExtractionReport {
    /// What was learnt, for people.
    func lines(width: Int?) -> [String] {
        let read = messages == 1 ? "1 message read" : "\(messages) messages read"
        var parts = [learnt.isEmpty ? "nothing new learnt" : "\(learnt.count) learnt"]
        if repetitions > 0 { parts.append("\(repetitions) known already") }
        if ended > 0 { parts.append("\(ended) true no more") }
        let refusals = refused.map { "\($0.value) \($0.key)" }.sorted().joined(separator: ", ")
        if !refusals.isEmpty { parts.append("refused: \(refusals)") }
        let summary = "\(read): \(parts.joined(separator: ", "))."
        return [summary] + (learnt.isEmpty ? [] : learnt.lines(width: width))
    }
}
