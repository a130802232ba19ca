/// What to say about work that takes long, and when: pure, so that time is a parameter.
struct ProgressReport: Sendable {
    /// Where the report goes.
    enum Medium: Sendable, Hashable {
        /// One line that is painted over and over, this wide.
        case terminal(columns: Int)
        /// A line of its own each time that this much more of a hundred is done.
        case log(everyPercent: Int)
    }

    /// The least time between two paintings.
    static let interval: Duration = .milliseconds(100)

    private let label: String
    private let total: Int
    private var lastPercent = 0
    private var lastTime: Duration?

    /// - Parameter total: The number of things to do; 0 prints nothing.
    init(label: String, total: Int) {
        self.label = ControlFilter.singleLine(label)
        self.total = max(0, total)
    }

    /// What to print when `done` things are done; empty for nothing.
    /// - Parameter elapsed: The time since the work began.
    mutating func advance(to done: Int, elapsed: Duration, medium: Medium) -> String {
        guard total > 0 else { return "" }
        let done = min(max(0, done), total)
        let percent = Int(Double(done) / Double(total) * 100)
        switch medium {
        case .terminal(let columns):
            if let lastTime, elapsed - lastTime < Self.interval, done < total { return "" }
            lastTime = elapsed
            return "\r\u{1B}[K" + line(done: done, percent: percent, columns: columns)
        case .log(let step):
            let step = max(1, step)
            guard percent / step > lastPercent / step else { return "" }
            lastPercent = percent
            return "\(label): \(percent) % (\(done) of \(total))\n"
        }
    }

    /// What takes the painted line away, so that something else can be printed.
    func clear(medium: Medium) -> String {
        guard case .terminal = medium, lastTime != nil else { return "" }
        return "\r\u{1B}[K"
    }

    private func line(done: Int, percent: Int, columns: Int) -> String {
        let padding = String(repeating: " ", count: 3 - String(percent).count)
        let figures = "\(padding)\(percent) %  \(done) of \(total)"
        // One column stays free: a full line would wrap on some terminals.
        let room = columns - 1 - figures.count - DisplayWidth.of(label) - 4
        guard room >= 5 else { return String((label + " " + figures).prefix(fitting: columns - 1)) }
        let width = min(room, 40)
        let filled = Int(Double(done) / Double(total) * Double(width))
        let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: width - filled)
        return "\(label) [\(bar)] \(figures)"
    }
}

extension String {
    /// As many characters from the start as fit into `columns`.
    func prefix(fitting columns: Int) -> Substring {
        var width = 0
        let end = indices.first { index in
            width += DisplayWidth.of(self[index])
            return width > columns
        }
        return self[..<(end ?? endIndex)]
    }
}
