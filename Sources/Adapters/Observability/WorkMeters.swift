internal import CompanionCore
internal import Metrics

/// Metrics of work that has ended. Each label has few values: models, outcomes, kinds and error codes, and nobody's name.
struct WorkMeters {
    let factory: any MetricsFactory
    let provider: String

    func record(_ ended: Ended) {
        let (work, notes) = (ended.work, ended.notes)
        var labels = ended.errorType.map { [("error.type", $0)] } ?? []
        switch work.kind {
        case .response, .embedding:
            labels += [
                ("gen_ai.operation.name", work.operation ?? ""), ("gen_ai.provider.name", provider),
                ("gen_ai.request.model", work.model ?? ""),
            ]
            seconds("gen_ai.client.operation.duration", labels, ended.duration)
            if let first = notes.firstText { seconds("gen_ai.client.operation.time_to_first_chunk", labels, first) }
            if let usage = notes.usage {
                count("gen_ai.client.token.usage", labels + [("gen_ai.token.type", "input")], usage.promptTokens)
                count("gen_ai.client.token.usage", labels + [("gen_ai.token.type", "output")], usage.completionTokens)
            }
        case .turn:
            labels += [("gen_ai.operation.name", "invoke_agent"), ("companion.outcome", ended.outcome)]
            if let model = notes.model { labels.append(("gen_ai.request.model", model)) }
            seconds("gen_ai.invoke_agent.duration", labels, ended.duration)
            if notes.isCrisis { Counter(label: "companion.crises", dimensions: [], factory: factory).increment() }
        case .recall:
            seconds("companion.recall.duration", labels + [("companion.outcome", ended.outcome)], ended.duration)
            if let found = notes.count { count("companion.recall.count", [], found) }
        case .job:
            labels += [
                ("companion.job.kind", work.job.map { "\($0.kind)" } ?? ""), ("companion.outcome", ended.outcome),
            ]
            seconds("companion.job.duration", labels, ended.duration)
        default:
            seconds("companion.\(work.kind).duration", labels + [("companion.outcome", ended.outcome)], ended.duration)
        }
    }

    private func seconds(_ label: String, _ dimensions: [(String, String)], _ duration: Duration) {
        Recorder(label: label, dimensions: dimensions, aggregate: true, factory: factory)
            .record(duration / .seconds(1))
    }

    private func count(_ label: String, _ dimensions: [(String, String)], _ number: Int) {
        Recorder(label: label, dimensions: dimensions, aggregate: true, factory: factory).record(Int64(number))
    }
}
