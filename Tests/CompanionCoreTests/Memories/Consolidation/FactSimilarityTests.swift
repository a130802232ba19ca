import TestRandomness
import Testing

@testable import CompanionCore

struct FactSimilarityTests {
    private let similarity = FactSimilarity()

    @Test("Of the labelled pairs, 97 % of those called the same are, and 85 % of those that are the same are found")
    func precisionAndRecall() {
        let pairs = FactPair.written + FactPair.fromTemplates
        #expect(pairs.count >= 300)
        var (right, wrong, missed) = (0, 0, 0)
        var conflicts = (found: 0, all: 0)
        for pair in pairs {
            let judgement = similarity.judgement(of: pair.first, and: pair.second)
            #expect(judgement == similarity.judgement(of: pair.second, and: pair.first), "\(pair.first)")
            if pair.label == .conflicting {
                conflicts.all += 1
                if judgement == .conflicting { conflicts.found += 1 }
            }
            switch (judgement == .same, pair.label == .same) {
            case (true, true): right += 1
            case (true, false):
                wrong += 1
                print("Taken for the same: \(pair.first) | \(pair.second)")
            case (false, true):
                missed += 1
                print("Not found to be the same: \(pair.first) | \(pair.second)")
            case (false, false): break
            }
        }
        let precision = Double(right) / Double(max(1, right + wrong))
        let recall = Double(right) / Double(max(1, right + missed))
        print(
            """
            \(pairs.count) pairs, threshold \(similarity.threshold): precision \(precision), recall \(recall); \
            \(conflicts.found) of \(conflicts.all) conflicting pairs are offered as such
            """)
        #expect(precision >= 0.97)
        #expect(recall >= 0.85)
        #expect(Double(conflicts.found) >= 0.8 * Double(conflicts.all))
    }

    @Test("Facts whose numbers, dates or negation differ are never the same, however alike they are")
    func guards() {
        var random = SeededGenerator.announced()
        let words = ["old", "red", "house", "garden", "river", "letter", "train", "paper", "window", "summer", "stone"]
        for _ in 0..<100 {
            let rest = (0..<Int.random(in: 0...30, using: &random)).map { _ in words.randomElement(using: &random) ?? ""
            }
            .joined(separator: " ")
            let number = Int.random(in: 0..<3_000, using: &random)
            let other = number + Int.random(in: 1...9, using: &random)
            let pairs = [
                ("Ada counted \(number) birds by the \(rest).", "Ada counted \(other) birds by the \(rest)."),
                ("Ada came on 3 May with the \(rest).", "Ada came on 3 July with the \(rest)."),
                ("Ada came on Monday with the \(rest).", "Ada came on Friday with the \(rest)."),
                ("Ada has the \(rest).", "Ada doesn't have the \(rest)."),
                ("Ada has the \(rest).", "Ada has never had the \(rest)."),
                ("Ada saw Mia by the \(rest).", "Ada saw Zoe by the \(rest)."),
            ]
            for pair in pairs { #expect(similarity.judgement(of: pair.0, and: pair.1) != .same, "\(pair)") }
        }
    }

    @Test("A fact is the same as itself, in any case and whatever ends it; a text without words is the same as none")
    func identity() {
        for pair in FactPair.written where pair.first.allSatisfy(\.isASCII) {
            #expect(similarity.judgement(of: pair.first, and: pair.first + "!") == .same, "\(pair.first)")
        }
        #expect(similarity.judgement(of: "…", and: "…") == .different)
        #expect(similarity.judgement(of: "", and: "Ada lives.") == .different)
    }

    @Test("Numbers are read as figures and as words")
    func numbers() {
        #expect(FactReading("Ada paid 1,250 euros for twenty-five seats").numbers == ["1250", "25"])
        #expect(FactReading("Ada ran 3 km at 07:05 on 4 May 2024").numbers == ["3", "7", "5", "4", "2024"])
        #expect(FactReading("On Friday, 4 May").times == ["friday", "may"])
        #expect(FactReading("Ada may march at noon").times == ["noon"])
    }
}
