public import CompanionCore
public import Logging
public import Metrics
public import Tracing

/// Hands what the core does to swift-log, swift-metrics and swift-distributed-tracing.
///
/// ```swift
/// let companion = Companion(languageModel: model, relationalStore: store, observer: Observability())
/// ```
///
/// Names are those of OpenTelemetry's conventions for generative AI where they have one, else they begin with `companion`.
/// Spans and log lines name people, chats and turns by their identifiers; metrics name none. Nothing holds what anybody wrote.
/// Guide: Documentation/Guides/Observation.md.
public struct Observability: CompanionObserver {
    private let logger: Logger
    private let tracer: any Tracer
    private let meters: WorkMeters
    private let provider: String

    /// - Parameters:
    ///   - logger: By default one with the label `companion`, of the system's log handler.
    ///   - metrics: By default the system's factory.
    ///   - tracer: By default the system's.
    ///   - provider: Whose models these are, as `gen_ai.provider.name`, such as `openai`.
    public init(
        logger: Logger = Logger(label: "companion"), metrics: (any MetricsFactory)? = nil,
        tracer: (any Tracer)? = nil, provider: String = "openai"
    ) {
        self.logger = logger
        self.tracer = tracer ?? InstrumentationSystem.tracer
        self.provider = provider
        meters = WorkMeters(factory: metrics ?? MetricsSystem.factory, provider: provider)
    }

    public func observe<Result>(
        _ work: ObservedWork, isolation: isolated (any Actor)?,
        _ body: nonisolated(nonsending) (WorkNotes) async throws -> Result
    ) async throws -> Result {
        let span = tracer.startSpan(work.spanName, ofKind: work.isCall ? .client : .internal)
        defer { span.end() }
        span.updateAttributes { $0.describe(work, of: provider) }
        let notes = WorkNotes()
        let start = ContinuousClock.now
        do {
            let result = try await ServiceContext.$current.withValue(span.context) { try await body(notes) }
            ended(Ended(work, notes.content, nil, start.duration(to: .now)), span)
            return result
        } catch {
            ended(Ended(work, notes.content, error, start.duration(to: .now)), span)
            throw error
        }
    }

    private func ended(_ ended: Ended, _ span: any Span) {
        span.updateAttributes { $0.describe(ended) }
        if ended.isFailure { span.setStatus(SpanStatus(code: .error)) }
        meters.record(ended)
        let (level, message) = ended.logLine
        logger.log(level: level, message, metadata: ended.metadata)
    }
}
