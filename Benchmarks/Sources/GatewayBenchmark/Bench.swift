import BenchmarkSupport
import Foundation
import NIOCore
import NIOPosix

/// The scenarios, each with a fresh server.
struct Bench {
    private let program: String
    private let processors = Processors()
    private let upstream: Upstream
    private let group: MultiThreadedEventLoopGroup
    private let files: Int
    private var report: Report

    init(_ program: String) throws {
        self.program = program
        files = OpenFiles.raise()
        report = Report("What the system costs behind its WebSockets: \(program).")
        print("\(processors.description); at most \(files) open files.")
        // Threads that are started from now on inherit it.
        Processors.pin(to: processors.rest)
        upstream = try Upstream.start()
        group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    }

    func finish() {
        upstream.stop()
        report.finish()
    }

    mutating func run(_ scenario: Scenario) throws {
        switch scenario {
        case .full: try measureFullSpeed()
        case .paced: try measurePaced()
        case .idle: try measureIdle()
        case .crowd: try measureCrowd()
        case .company: try measureCompany()
        }
    }

    /// As people write: 50 tokens a second.
    private static let paced = UpstreamPace(chunks: 100, first: 200, between: 20)
    /// So many people share the sessions, as far as they are enough.
    private static let people = 40

    private func server(_ pace: UpstreamPace, embeds: Bool = true) throws -> Server {
        try Server(
            program, pace: pace, upstream: upstream.port, embeds: embeds, processors: processors, group: group)
    }

    private func fleet(_ server: Server, _ pace: UpstreamPace) -> Fleet {
        Fleet(to: server.port, chunks: pace.chunks, on: group.next())
    }

    private func signUp(_ count: Int, at server: Server) throws -> [Server.Person] {
        try (0..<min(count, Self.people)).map { try server.signUp($0) }
    }

    private func greetings(_ people: [Server.Person], _ count: Int, isChatting: Bool = true) -> [String] {
        (0..<count).map { people[$0 % people.count].greeting(isChatting: isChatting) }
    }

    // MARK: As fast as it goes

    private mutating func measureFullSpeed() throws {
        for embeds in [true, false] {
            report.section(
                "50 sessions, the upstream at full speed, replies of 100 tokens, "
                    + (embeds ? "memories found by words and meaning:" : "memories found by words alone:"))
            let pace = UpstreamPace()
            let server = try server(pace, embeds: embeds)
            defer { server.stop() }
            let fleet = fleet(server, pace)
            try fleet.open(greetings(signUp(50, at: server), 50))
            fleet.talk(over: 0.5)
            Thread.sleep(forTimeInterval: 2.5)
            let (start, upstreamStart, ownStart) = (
                server.usage.cpuSeconds, upstream.usage.cpuSeconds, Usage.cpuSeconds
            )
            let figures = fleet.measure(for: 10)
            let cpu = server.usage.cpuSeconds - start
            report.row(
                "rate", "\((Double(figures.tokens) / figures.seconds).asCount) tokens/s",
                "\((Double(figures.replies) / figures.seconds).asCount) replies/s")
            report.row(
                "processors", "server \((cpu / figures.seconds).asPercent)",
                "upstream \(((upstream.usage.cpuSeconds - upstreamStart) / figures.seconds).asPercent)",
                "generator \(((Usage.cpuSeconds - ownStart) / figures.seconds).asPercent)")
            report.row("server's CPU for a reply", (cpu / Double(figures.replies)).asMicroseconds)
            report.limit(
                embeds ? "server's CPU for a token" : "server's CPU for a token, by words",
                cpu / Double(figures.tokens),
                atMost: 6e-6, as: \.asMicroseconds)
            end(fleet, "full speed")
        }
    }

    /// Says what went wrong; nothing may.
    private mutating func end(_ fleet: Fleet, _ name: String) {
        if fleet.noticeCount > 0 { report.row("replies without some part of theirs", "\(fleet.noticeCount)") }
        report.limit("errors, \(name)", Double(fleet.errorCount), atMost: 0, as: \.asCount)
        for line in fleet.errorLines.prefix(5) { print("    \(line)") }
        fleet.stopTalking()
        fleet.close()
    }

    // MARK: As fast as people read

    private mutating func measurePaced() throws {
        for count in [100, 1_000] {
            report.section("\(count) streams of 50 tokens a second, 100 tokens, 200 ms to the first:")
            let server = try server(Self.paced)
            defer { server.stop() }
            let fleet = fleet(server, Self.paced)
            try fleet.open(greetings(signUp(count, at: server), count))
            fleet.talk(over: 2.2)
            Thread.sleep(forTimeInterval: 4)
            measureLags(of: fleet, server, name: "at \(count)", isLimited: count == 1_000)
            end(fleet, "\(count) paced")
        }
    }

    private mutating func measureLags(of fleet: Fleet, _ server: Server, name: String, isLimited: Bool) {
        let (start, upstreamStart, ownStart) = (server.usage.cpuSeconds, upstream.usage.cpuSeconds, Usage.cpuSeconds)
        let figures = fleet.measure(for: 10)
        let cpu = server.usage.cpuSeconds - start
        report.row(
            "rate", "\((Double(figures.tokens) / figures.seconds).asCount) tokens/s",
            "\((Double(figures.replies) / figures.seconds).asCount) replies/s",
            "CPU \((cpu / Double(max(1, figures.tokens))).asMicroseconds) a token")
        report.row(
            "processors", "server \((cpu / figures.seconds).asPercent)",
            "upstream \(((upstream.usage.cpuSeconds - upstreamStart) / figures.seconds).asPercent)",
            "generator \(((Usage.cpuSeconds - ownStart) / figures.seconds).asPercent)")
        report.row(
            "token's lag", "p50 \(figures.lag.quantile(0.5).asMilliseconds)",
            "p99 \(figures.lag.quantile(0.99).asMilliseconds)", "p99.9 \(figures.lag.quantile(0.999).asMilliseconds)")
        if isLimited {
            report.limit(
                "added to first token \(name), p50", figures.first.quantile(0.5), atMost: 2e-3, as: \.asMilliseconds)
            report.limit(
                "added to first token \(name), p99", figures.first.quantile(0.99), atMost: 20e-3, as: \.asMilliseconds)
        } else {
            report.row(
                "added to first token", "p50 \(figures.first.quantile(0.5).asMilliseconds)",
                "p99 \(figures.first.quantile(0.99).asMilliseconds)")
        }
    }

    // MARK: Many

    private static let idlers = 5_000

    /// Whether so many connections can be had, here and in the server, which inherits the limit.
    private func canOpen(_ count: Int) -> Bool {
        guard files < count + 200 else { return true }
        print(
            "  LEFT OUT: \(count) connections need a limit of \(count + 200) open files, and it is \(files) (ulimit -Hn)."
        )
        return false
    }

    private mutating func measureIdle() throws {
        report.section("\(Self.idlers) WebSockets that said hello, and are silent:")
        guard canOpen(Self.idlers) else { return }
        let server = try server(Self.paced)
        defer { server.stop() }
        let people = try signUp(1, at: server)
        let fleet = fleet(server, Self.paced)
        let before = server.usage.residentBytes
        let start = ContinuousClock.now
        try fleet.open(greetings(people, Self.idlers, isChatting: false))
        report.row("opening one", ((ContinuousClock.now - start).inSeconds / Double(Self.idlers)).asMicroseconds)
        Thread.sleep(forTimeInterval: 2)
        let each = (server.usage.residentBytes - before) / Double(Self.idlers)
        report.row("the server without them", String(format: "%.1f MiB", before / 1_048_576))
        report.limit("resident for each", each, atMost: 12 * 1_024) { String(format: "%.2f KiB", $0 / 1_024) }
        end(fleet, "idle")
    }

    private mutating func measureCrowd() throws {
        report.section("1,000 such streams beside \(Self.idlers) silent WebSockets:")
        guard canOpen(Self.idlers + 1_000) else { return }
        let server = try server(Self.paced)
        defer { server.stop() }
        let people = try signUp(1_000, at: server)
        let fleet = fleet(server, Self.paced)
        try fleet.open(greetings(people, 1_000))
        try fleet.open(greetings(people, Self.idlers, isChatting: false))
        fleet.talk(0..<1_000, over: 2.2)
        Thread.sleep(forTimeInterval: 4)
        measureLags(of: fleet, server, name: "", isLimited: false)
        let answers = fleet.pingIdle()
        report.limit(
            "silent ones that answer", Double(answers), atLeast: Double(Self.idlers), as: \.asCount)
        end(fleet, "crowd")
    }

    // MARK: Bad company

    private mutating func measureCompany() throws {
        report.section("100 such streams alone and beside bad company, five rounds in turns (medians):")
        let server = try server(Self.paced)
        defer { server.stop() }
        let fleet = fleet(server, Self.paced)
        try fleet.open(greetings(signUp(100, at: server), 100))
        // Not one of the others: what it says must not be recalled in their chats.
        let person = try server.signUp(Self.people)
        fleet.talk(over: 2.2)
        Thread.sleep(forTimeInterval: 4)

        var alone = Stretches()
        var beside = [Company.Kind: Stretches]()
        var counts = [Company.Kind: (opened: Int, closed: Int)]()
        let before = server.usage.residentBytes
        var (quiet, loud) = (0.0, 0.0)
        for _ in 0..<5 {
            for kind in Company.Kind.allCases {
                var memory = server.usage.residentBytes
                alone.add(fleet.measure(for: 4))
                quiet += server.usage.residentBytes - memory
                memory = server.usage.residentBytes
                let company = try Company.start(kind, port: server.port, person: person)
                // The first ones are refused, the buffers of the deaf are full.
                Thread.sleep(forTimeInterval: 2)
                beside[kind, default: Stretches()].add(fleet.measure(for: 4))
                let count = company.stop()
                counts[kind, default: (0, 0)].opened += count.opened
                counts[kind, default: (0, 0)].closed += count.closed
                loud += server.usage.residentBytes - memory
                // What they asked for is over then.
                Thread.sleep(forTimeInterval: 2)
            }
        }
        let noise = alone.half(1).lag / alone.half(0).lag
        report.row(
            "alone", "token's lag p99 \(alone.lag.asMilliseconds)", "first token p99 \(alone.first.asMilliseconds)")
        report.row(
            "noise: alone to alone", "lag \(noise.asFactor)",
            "first token \((alone.half(1).first / alone.half(0).first).asFactor)")
        for kind in Company.Kind.allCases {
            guard let figures = beside[kind], let count = counts[kind] else { continue }
            report.row(
                kind.title, "lag p99 \(figures.lag.asMilliseconds)", "first token p99 \(figures.first.asMilliseconds)",
                "\(count.opened) came, \(count.closed) dropped")
            report.row("  first token, to alone", (figures.first / alone.first).asFactor)
            report.limit(
                "  lag beside \(kind.rawValue), to alone", figures.lag / alone.lag, atMost: 1.1, as: \.asFactor)
        }
        let growth = server.usage.residentBytes - before
        report.row(
            "memory grew", String(format: "%.1f MiB alone", quiet / 1_048_576),
            String(format: "%.1f MiB beside", loud / 1_048_576))
        report.limit("memory grew in all", growth, atMost: 128 * 1_048_576) {
            String(format: "%.1f MiB", $0 / 1_048_576)
        }
        end(fleet, "beside bad company")
    }
}

/// The 99th percentiles of several stretches of time.
private struct Stretches {
    private var lags: [Double] = []
    private var firsts: [Double] = []

    var lag: Double { Self.median(lags) }
    var first: Double { Self.median(firsts) }

    mutating func add(_ figures: Fleet.Figures) {
        lags.append(figures.lag.quantile(0.99))
        firsts.append(figures.first.quantile(0.99))
    }

    /// Every other one: two of what should be the same.
    func half(_ rest: Int) -> Stretches {
        var half = Stretches()
        half.lags = stride(from: rest, to: lags.count, by: 2).map { lags[$0] }
        half.firsts = stride(from: rest, to: firsts.count, by: 2).map { firsts[$0] }
        return half
    }

    private static func median(_ values: [Double]) -> Double {
        guard !values.isEmpty else { return .infinity }
        let sorted = values.sorted()
        return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }
}
