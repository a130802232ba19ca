import Foundation
import Testing

@testable import CompanionCore

struct DateWordsTests {
    @Test("A day is told in the words of the place where the person is")
    func words() {
        let midnight = 1_703_721_600.0
        let samples: [(seconds: Double, offset: Int, words: String)] = [
            (0, 0, "1 january 1970 thursday"), (midnight - 1, 0, "27 december 2023 wednesday"),
            (midnight - 1, 1, "28 december 2023 thursday"), (-1, 0, "31 december 1969 wednesday"),
            (951_782_400, 0, "29 february 2000 tuesday"), (1_709_164_800, -3_600, "28 february 2024 wednesday"),
        ]
        for sample in samples {
            let date = Date(timeIntervalSince1970: sample.seconds)
            #expect(DateWords(date, offset: sample.offset).words == sample.words)
        }
    }

    @Test("Every day of four centuries has the words of the calendar")
    func calendar() {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        for day in stride(from: -100_000.0, to: 50_000, by: 97) {
            let date = Date(timeIntervalSince1970: day * 86_400)
            let parts = calendar.dateComponents([.year, .day], from: date)
            let words = DateWords(date).day.split(separator: " ")
            #expect(words.first == "\(parts.day ?? 0)" && words.last == "\(parts.year ?? 0)")
        }
    }

    @Test("The logarithm is that of the C library, to seven digits")
    func logarithm() {
        for value in [1e-9, 0.5, 1, 1.0001, 2, 2.718281828, 3, 10, 12_345.678, 1e15] {
            #expect(abs(naturalLogarithm(value) - log(value)) < 1e-7)
        }
    }
}
