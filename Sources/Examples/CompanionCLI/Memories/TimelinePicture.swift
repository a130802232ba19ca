internal import CompanionCore

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// A picture of what was learnt when, and of what took the place of what: a bar for each memory, from when on it is true
/// until it is true no more, and an arrow to what took its place. A pure function of what it is given.
struct TimelinePicture: Sendable {
    /// More memories than these are left out, the oldest first.
    static let maximumMemories = 200

    /// A memory with its place in the picture.
    struct Row: Sendable {
        var memory: Memory
        /// What stands beside the bar.
        var label: String
        /// The left and the right end of the bar.
        var start: Double
        var end: Double
        /// The bar's upper edge.
        var top: Double
    }

    /// The measures, in units of the picture.
    enum Measure {
        static let width = 960.0
        static let margin = 16.0
        static let labels = 400.0
        static let plot = 432.0
        static let plotEnd = 936.0
        static let header = 92.0
        static let row = 26.0
        static let bar = 14.0
        static let footer = 20.0
        static let textSize = 12.0
    }

    let person: String
    let rows: [Row]
    /// How many memories there was no room for.
    let omitted: Int
    let axis: TimelineAxis

    /// - Parameter memories: Of one person, in any order, those that are true no more included.
    init(memories: [Memory], person: String, now: Date, timeZone: TimeZone) {
        self.person = person
        let newest = memories.sorted { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }.suffix(Self.maximumMemories)
        omitted = memories.count - newest.count
        let shown = Self.inChains(Array(newest))
        let axis = TimelineAxis(
            window: TimelineAxis.window(of: shown, now: now), from: Measure.plot, to: Measure.plotEnd,
            timeZone: timeZone)
        self.axis = axis
        rows = shown.enumerated().map { index, memory in
            let start = axis.place(of: memory.validAt)
            let end = memory.invalidAt.map { axis.place(of: $0) } ?? Measure.plotEnd
            return Row(
                memory: memory, label: SVGText(memory.text).cut(to: Measure.labels, size: Measure.textSize),
                // A bar that is too short to be seen, at the right edge too.
                start: min(start, Measure.plotEnd - 4), end: max(end, min(start, Measure.plotEnd - 4) + 4),
                top: Measure.header + Double(index) * Measure.row + (Measure.row - Measure.bar) / 2)
        }
    }

    var height: Double { Measure.header + Double(max(1, rows.count)) * Measure.row + Measure.footer }

    /// By when they began; what took the place of a memory comes right below it.
    private static func inChains(_ memories: [Memory]) -> [Memory] {
        let sorted = memories.sorted { ($0.validAt, $0.id) < ($1.validAt, $1.id) }
        let known = Dictionary(sorted.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let followers = Set(sorted.compactMap(\.supersededBy))
        var placed: Set<Memory.ID> = []
        var chains: [Memory] = []
        // First what took nobody's place; then what is left, were it to go round in a circle.
        for first in sorted.filter({ !followers.contains($0.id) }) + sorted {
            var next: Memory? = first
            while let memory = next, placed.insert(memory.id).inserted {
                chains.append(memory)
                next = memory.supersededBy.flatMap { known[$0] }
            }
        }
        return chains
    }
}

// MARK: SVG

extension TimelinePicture {
    var svg: String {
        let size = "0 0 \(Int(Measure.width)) \(Int(height))"
        var lines = [
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"\(size)\" role=\"img\" "
                + "aria-labelledby=\"title description\" font-family=\"system-ui, 'DejaVu Sans', sans-serif\" "
                + "font-size=\"\(Int(Measure.textSize))\">",
            "<title id=\"title\">\(title.escaped)</title>",
            "<desc id=\"description\">\(description.escaped)</desc>",
            Self.looks,
            "<rect class=\"ground\" width=\"100%\" height=\"100%\"/>",
            text(title.cut(to: Measure.width - 2 * Measure.margin, size: 16), x: Measure.margin, y: 28, "heading"),
        ]
        lines += legend() + scale()
        if rows.isEmpty {
            lines.append(text("Nothing is remembered yet.", x: Measure.margin, y: Measure.header + 17, "label"))
        }
        lines += rows.map(drawing) + arrows() + ["</svg>", ""]
        return lines.joined(separator: "\n")
    }

    private var title: SVGText { SVGText("What is remembered about \(person)") }

    private var description: SVGText {
        let past = rows.count { $0.memory.invalidAt != nil }
        var words = rows.count == 1 ? "1 memory as a bar over time." : "\(rows.count) memories as bars over time."
        if past > 0 { words += " True no more: \(past)." }
        if omitted > 0 { words += " \(omitted) older ones are left out." }
        return SVGText(words)
    }

    private func text(_ text: String, x: Double, y: Double, _ look: String, anchor: String? = nil) -> String {
        let anchor = anchor.map { " text-anchor=\"\($0)\"" } ?? ""
        return "<text class=\"\(look)\" x=\"\(x.short)\" y=\"\(y.short)\"\(anchor)>\(SVGText(text).escaped)</text>"
    }

    /// What the colours mean, and how many memories are left out.
    private func legend() -> [String] {
        var lines: [String] = []
        var x = Measure.margin
        for kind in Memory.Kind.allCases {
            lines.append("<rect class=\"\(kind)\" x=\"\(x.short)\" y=\"43\" width=\"12\" height=\"12\" rx=\"3\"/>")
            lines.append(text("\(kind)", x: x + 18, y: 53, "label"))
            x += 18 + SVGText("\(kind)").width(size: Measure.textSize) + 18
        }
        if omitted > 0 {
            let words = omitted == 1 ? "1 older memory is left out" : "\(omitted) older memories are left out"
            lines.append(text(words, x: Measure.plotEnd, y: 53, "quiet", anchor: "end"))
        }
        return lines
    }

    /// The lines of the time axis.
    private func scale() -> [String] {
        axis.ticks.flatMap { tick in
            [
                "<path class=\"grid\" d=\"M\(tick.place.short) \(Measure.header.short)"
                    + "V\((height - Measure.footer).short)\"/>",
                text(tick.label, x: tick.place, y: Measure.header - 8, "quiet", anchor: "middle"),
            ]
        }
    }

    private func drawing(of row: Row) -> String {
        let memory = row.memory
        let isPast = memory.invalidAt != nil
        let days = memory.validAt.local + " to " + (memory.invalidAt?.local ?? "now")
        let about = SVGText("\(memory.kind), \(days): \(memory.text)").escaped
        var lines = ["<g><title>\(about)</title>"]
        let label = "label" + (isPast ? " past" : "")
        lines.append(text(row.label, x: Measure.margin, y: row.top + 11, label))
        let (left, right, top) = (row.start, row.end, row.top)
        if isPast || memory.validAt > axis.window.upperBound {
            lines.append(
                "<rect class=\"\(memory.kind)\(isPast ? " past" : "")\" x=\"\(left.short)\" y=\"\(top.short)\" "
                    + "width=\"\((right - left).short)\" height=\"\(Measure.bar.short)\" rx=\"3\"/>")
        } else {
            // With a pointed end: it goes on.
            lines.append(
                "<path class=\"\(memory.kind)\" d=\"M\((left + 3).short) \(top.short)H\(right.short)l8 7l-8 7"
                    + "H\((left + 3).short)a3 3 0 0 1-3-3v-8a3 3 0 0 1 3-3z\"/>")
        }
        return lines.joined() + "</g>"
    }

    /// From each memory to what took its place.
    private func arrows() -> [String] {
        let places = Dictionary(rows.map { ($0.memory.id, $0) }, uniquingKeysWith: { first, _ in first })
        return rows.compactMap { row in
            guard let next = row.memory.supersededBy.flatMap({ places[$0] }), next.memory.id != row.memory.id else {
                return nil
            }
            let isBelow = next.top > row.top
            let from = (x: row.end - 2, y: isBelow ? row.top + Measure.bar : row.top)
            let to = (x: next.start + 5, y: isBelow ? next.top - 1 : next.top + Measure.bar + 1)
            let bend = isBelow ? to.y - 6 : to.y + 6
            let path = "M\(from.x.short) \(from.y.short)V\(bend.short)H\(to.x.short)V\(to.y.short)"
            let tip = isBelow ? -5.0 : 5.0
            let head = "M\((to.x - 4).short) \((to.y + tip).short)h8l-4 \((-tip).short)z"
            return "<path class=\"arrow\" d=\"\(path)\"/><path class=\"tip\" d=\"\(head)\"/>"
        }
    }

    /// The colours, on light and on dark ground: by kind, each with a contrast of at least 3 against its ground (WCAG 2).
    private static let looks = """
        <style>
        .ground{fill:#fff}.heading{font-size:16px;font-weight:600;fill:#1f2328}.label{fill:#1f2328}.quiet{fill:#59636e}
        .grid{stroke:#d8dee4;fill:none}.arrow{stroke:#1f2328;stroke-width:1.5;fill:none}.tip{fill:#1f2328}
        .fact{fill:#2f6fb5}.preference{fill:#a14a9b}.event{fill:#a8680a}.relationship{fill:#c2413b}.plan{fill:#2f7d4f}
        rect.past{opacity:.55}text.past{fill:#59636e;text-decoration:line-through}
        @media (prefers-color-scheme:dark){
        .ground{fill:#0d1117}.heading,.label,.tip{fill:#e6edf3}.quiet,text.past{fill:#9198a1}
        .grid{stroke:#2d333b}.arrow{stroke:#e6edf3}
        .fact{fill:#5b9be0}.preference{fill:#cf7bc8}.event{fill:#d29a3a}.relationship{fill:#ef7b74}.plan{fill:#5fb27f}
        }
        </style>
        """
}

extension Double {
    /// With one decimal at most.
    fileprivate var short: String {
        let tenths = Int((self * 10).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths < 0 ? "-" : "")\(abs(tenths) / 10).\(abs(tenths) % 10)"
    }
}
