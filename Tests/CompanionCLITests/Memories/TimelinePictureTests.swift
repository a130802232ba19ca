import CompanionCore
import Foundation
import Testing

@testable import CompanionCLI

#if canImport(FoundationXML)
    import FoundationXML
#endif

struct TimelinePictureTests {
    private let ids = IdentifierGenerator()
    private let now = Date(millisecondsSince1970: 1_764_115_200_000)
    private let utc = TimeZone(secondsFromGMT: 0)!

    private func memory(
        _ text: String, kind: Memory.Kind = .fact, daysAgo: Double = 1, endedDaysAgo: Double? = nil,
        by next: Memory.ID? = nil
    ) -> Memory {
        let date = now.addingTimeInterval(-daysAgo * 86_400)
        return Memory(
            id: ids.next(), user: ids.next(), scope: .everyCharacter, kind: kind, text: text,
            sources: [.person(at: date)], validAt: date,
            invalidAt: endedDaysAgo.map { now.addingTimeInterval(-$0 * 86_400) }, supersededBy: next, createdAt: date)
    }

    private func picture(_ memories: [Memory], person: String = "Ada") -> TimelinePicture {
        TimelinePicture(memories: memories, person: person, now: now, timeZone: utc)
    }

    /// Memories of all kinds, lengths, scripts and times, some of which took others' places.
    private func memories(_ count: Int, using random: inout SeededRandom) -> [Memory] {
        var memories: [Memory] = []
        for _ in 0..<count {
            let text = random.hardText(pieces: .random(in: 1...60, using: &random))
            let days = Double.random(in: 0...[0.01, 10, 4_000].randomElement(using: &random)!, using: &random)
            let next = Bool.random(using: &random) ? memories.randomElement(using: &random)?.id : nil
            memories.append(
                memory(
                    text, kind: Memory.Kind.allCases.randomElement(using: &random)!, daysAgo: days,
                    endedDaysAgo: next == nil && Bool.random(using: &random) ? nil : days / 2, by: next))
        }
        return memories.shuffled(using: &random)
    }

    @Test("Nothing overlaps and nothing overflows, whatever is remembered", arguments: SeededRandom.seeds(60))
    func layout(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let memories = memories(.random(in: 0...80, using: &random), using: &random)
        let picture = picture(memories, person: random.hardText(pieces: 90))
        typealias Measure = TimelinePicture.Measure
        #expect(Set(picture.rows.map(\.memory.id)) == Set(memories.map(\.id)))
        for row in picture.rows {
            let width = SVGText(row.label).width(size: Measure.textSize)
            #expect(width <= Measure.labels)
            #expect(Measure.margin + width < Measure.plot)
            #expect(row.start >= Measure.plot && row.start < row.end && row.end <= Measure.plotEnd)
            #expect(row.top + Measure.bar <= picture.height)
        }
        for (above, below) in zip(picture.rows, picture.rows.dropFirst()) {
            #expect(below.top - above.top >= Measure.textSize * 1.5)
        }
        let labels = picture.axis.ticks.map { tick in
            let half = SVGText(tick.label).width(size: Measure.textSize) / 2
            return (tick.place - half)...(tick.place + half)
        }
        for (left, right) in zip(labels, labels.dropFirst()) { #expect(left.upperBound < right.lowerBound) }
        for label in labels { #expect(label.lowerBound > 0 && label.upperBound < Measure.width) }
        #expect(memories.isEmpty || !labels.isEmpty)
    }

    @Test("The picture is XML, whatever the texts hold", arguments: SeededRandom.seeds(20))
    func wellFormed(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var memories = memories(20, using: &random)
        memories.append(memory("</text><script>alert(\"1\" & '2')</script>\u{FFFF}\u{0}]]>"))
        let svg = picture(memories, person: "<&\">").svg
        let parser = XMLParser(data: Data(svg.utf8))
        #expect(parser.parse(), "\(String(describing: parser.parserError))")
        #expect(!svg.contains("<script"))
        #expect(svg.contains("&lt;script&gt;alert(&quot;1&quot; &amp; &#39;2&#39;)"))
    }

    @Test("What took a memory's place stands right below it, with an arrow between them")
    func chains() {
        let turin = memory("Ada lives in Turin.", daysAgo: 2)
        let between = memory("Ada sails.", kind: .preference, daysAgo: 5)
        let rome = memory("Ada lives in Rome.", daysAgo: 9, endedDaysAgo: 2, by: turin.id)
        let picture = picture([turin, between, rome])
        #expect(picture.rows.map(\.memory.id) == [rome.id, turin.id, between.id])
        #expect(picture.svg.matches(of: /class="arrow"/).count == 1)
        #expect(picture.rows[0].end == picture.rows[1].start)
    }

    @Test("Memories that took each other's places in a circle are drawn once each")
    func circle() {
        var a = memory("A.", endedDaysAgo: 0.5)
        let b = memory("B.", endedDaysAgo: 0.5, by: a.id)
        a.supersededBy = b.id
        #expect(picture([a, b]).rows.count == 2)
    }

    @Test("At most 200 memories are drawn, the newest ones, and the picture says how many are left out")
    func bounds() {
        let memories = (0..<230).map { memory("Number \($0).", daysAgo: Double(230 - $0)) }
        let picture = picture(memories)
        #expect(picture.rows.count == 200)
        #expect(picture.omitted == 30)
        #expect(picture.rows.first?.memory.text == "Number 30.")
        #expect(picture.svg.contains("30 older memories are left out"))
        #expect(!self.picture(Array(memories.prefix(200))).svg.contains("left out"))
    }

    @Test("What was true long before anything was learnt leaves room for the rest")
    func outliers() {
        let birth = memory("Ada was born in 1815.", daysAgo: 0.9)
        var long = birth
        long.validAt = now.addingTimeInterval(-200 * 365 * 86_400)
        let picture = picture([long, memory("Ada sails.", daysAgo: 1), memory("Ada paints.", daysAgo: 0.2)])
        let starts = picture.rows.map(\.start)
        #expect(starts.max()! - starts.min()! > 100)
        #expect(picture.rows.first?.start == TimelinePicture.Measure.plot)
    }

    @Test("An empty picture says so, and people who can't see it are told what it is")
    func words() {
        #expect(picture([]).svg.contains("Nothing is remembered yet."))
        let svg = picture([memory("Ada sails.")]).svg
        #expect(svg.contains("role=\"img\""))
        #expect(svg.contains("<title id=\"title\">What is remembered about Ada</title>"))
        #expect(svg.contains("1 memories") == false && svg.contains("1 memory as a bar"))
        #expect(svg.contains("prefers-color-scheme:dark"))
    }
}
