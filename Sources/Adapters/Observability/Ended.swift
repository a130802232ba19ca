internal import CompanionCore
internal import Logging

/// A piece of work that has ended.
struct Ended {
    let work: ObservedWork
    let notes: WorkNotes.Content
    /// What it threw, in one word: a code of `CompanionError`, `cancelled`, or the type of another error. Nil where it threw
    /// nothing.
    let thrown: String?
    let duration: Duration

    init(_ work: ObservedWork, _ notes: WorkNotes.Content, _ error: (any Error)?, _ duration: Duration) {
        self.work = work
        self.notes = notes
        self.duration = duration
        thrown =
            switch error {
            case nil: nil
            case is CancellationError: "cancelled"
            case let error as CompanionError: "\(error.code)"
            case let error?: "\(type(of: error))"
            }
    }

    /// By OpenTelemetry's `error.type`: what went wrong; nil where nothing did.
    var errorType: String? { thrown.flatMap { $0 == "cancelled" ? nil : $0 } ?? notes.error.map { "\($0)" } }

    /// One of few words.
    var outcome: String {
        notes.outcome ?? (thrown == nil ? "complete" : thrown == "cancelled" ? "interrupted" : "failed")
    }

    var isFailure: Bool { errorType != nil || ["failed", "dead"].contains(outcome) }

    var logLine: (Logger.Level, Logger.Message) {
        switch work.kind {
        case .turn: (isFailure ? .warning : .info, "turn \(outcome)")
        case .job: (outcome == "dead" ? .error : isFailure ? .warning : .info, "job \(outcome)")
        case .recall: (isFailure || outcome == "late" ? .warning : .debug, "recall \(outcome)")
        default: (isFailure ? .warning : .debug, "\(work.kind) \(outcome)")
        }
    }

    var metadata: Logger.Metadata {
        var metadata: Logger.Metadata = ["duration_ms": "\(duration.milliseconds)"]
        if let user = work.user { metadata["user"] = "\(user)" }
        if let chat = work.chat { metadata["chat"] = "\(chat)" }
        if let turn = work.turn { metadata["turn"] = "\(turn)" }
        if let model = work.model ?? notes.model { metadata["model"] = "\(model)" }
        if let job = work.job {
            metadata["job"] = "\(job.kind)"
            metadata["attempt"] = "\(job.attempt)"
        }
        if let usage = notes.usage {
            metadata["input_tokens"] = "\(usage.promptTokens)"
            metadata["output_tokens"] = "\(usage.completionTokens)"
        }
        if let count = notes.count { metadata["recalled"] = "\(count)" }
        if notes.isCrisis { metadata["crisis"] = "true" }
        if let errorType { metadata["error"] = "\(errorType)" }
        return metadata
    }
}

extension Duration {
    var milliseconds: Int64 { Int64(self / .milliseconds(1)) }
}
