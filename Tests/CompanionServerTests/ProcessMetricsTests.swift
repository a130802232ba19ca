import Testing

@testable import CompanionServer

struct ProcessMetricsTests {
    @Test("A program's name may hold anything")
    func names() throws {
        let rest = " S 1 1 1 0 -1 0 0 0 0 0 250 50 0 0 20 0 7 0 1000 4096 3 0"
        let sample = try #require(
            ProcessMetrics.Sample(parsing: "12 (a) b (c))" + rest, ticksPerSecond: 100, pageBytes: 4_096, bootTime: 5))
        #expect(sample.cpuSeconds == 3)
        #expect(sample.threads == 7)
        #expect(sample.residentBytes == 12_288)
        #expect(sample.startTime == 15)
        #expect(ProcessMetrics.Sample(parsing: "12 (a", ticksPerSecond: 100, pageBytes: 1, bootTime: nil) == nil)
    }
}
