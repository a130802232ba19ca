internal import CompanionCore

/// One thing that `doctor` looked at.
struct Finding: Sendable, Hashable {
    enum Level: String, Sendable {
        case ok
        /// It works, but not as well as it could.
        case warn
        case fail
    }

    enum Topic: String, Sendable {
        case settings, store, model, terminal
    }

    var level: Level
    var topic: Topic
    var text: String
    /// What to do; nil where all is well.
    var advice: String?

    init(_ level: Level, _ topic: Topic, _ text: String, advice: String? = nil) {
        self.level = level
        self.topic = topic
        self.text = text
        self.advice = advice
    }

    /// A failure, as the error tells it.
    ///
    /// - Parameter advice: What to do, by the error's code; nil where its message says it.
    init(_ error: any Error, _ topic: Topic, advice: (CompanionError.Code) -> String? = { _ in nil }) {
        self.init(
            .fail, topic, ErrorReport(error).message, advice: (error as? CompanionError).flatMap { advice($0.code) })
    }

    var json: JSONValue {
        .event(
            "finding",
            [
                "level": .string(level.rawValue), "topic": .string(topic.rawValue), "text": .string(text),
                "advice": advice.map { .string($0) } ?? .null,
            ])
    }

    func lines(palette: Palette) -> [String] {
        let style: Style =
            switch level {
            case .ok: .code
            case .warn: .warning
            case .fail: .error
            }
        let head = palette(style, level.rawValue.padded(to: 6)) + topic.rawValue.padded(to: 10) + text.harmless
        return [head] + (advice.map { [String(repeating: " ", count: 16) + palette(.dim, $0.harmless)] } ?? [])
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
