import TestRandomness
import Testing

@testable import CompanionCore

struct Porter2StemmerTests {
    private func stem(_ word: String) -> String {
        var bytes = Array(word.utf8)
        let count = bytes.count
        bytes += Array(repeating: 0, count: Porter2Stemmer.slack)
        let length = bytes.withUnsafeMutableBufferPointer { Porter2Stemmer.stem($0, count: count) }
        return String(decoding: bytes[..<length], as: UTF8.self)
    }

    @Test(
        "Words have the stems that the Snowball project publishes",
        arguments: [
            // Plurals and possessives.
            "caresses": "caress", "ponies": "poni", "ties": "tie", "cries": "cri", "gas": "gas", "this": "this",
            "gaps": "gap", "kiwis": "kiwi", "dress": "dress", "buses": "buse", "consistency": "consist",
            // Past and gerund.
            "agreed": "agre", "feed": "feed", "hopping": "hop", "hoped": "hope", "luxuriated": "luxuri",
            "troubled": "troubl", "sized": "size", "falling": "fall", "adding": "add", "egged": "egg",
            "dying": "die", "lying": "lie", "inning": "inning", "outing": "outing", "evening": "evening",
            "proceeded": "proceed", "proceed": "proceed", "succeeded": "succeed",
            // A final y.
            "happy": "happi", "cry": "cri", "by": "by", "say": "say", "knightly": "knight", "daily": "daili",
            // Suffixes.
            "generalizations": "general", "generously": "generous", "communism": "communism", "relational": "relat",
            "conditional": "condit", "rationally": "ration", "hopefulness": "hope", "sensibilities": "sensibl",
            "biologist": "biolog", "geology": "geolog", "adjustment": "adjust", "replacement": "replac",
            "adoption": "adopt", "formative": "format", "electrical": "electr", "callousness": "callous",
            "probate": "probat", "controlling": "control", "rolling": "roll",
            // Exceptions.
            "skis": "ski", "skies": "sky", "news": "news", "early": "earli", "only": "onli", "atlas": "atlas",
            // Too short to be shortened.
            "is": "is", "a": "a",
        ].sorted { $0.key < $1.key })
    func published(_ word: String, _ expected: String) {
        #expect(stem(word) == expected)
    }

    @Test("A stem is at most one letter longer than its word and never empty, whatever the letters")
    func bounds() {
        var random = SeededGenerator.announced()
        let endings = ["", "s", "ed", "ing", "eedly", "ational", "ization", "fulness", "ly", "y", "ll", "e", "ement"]
        for _ in 0..<20_000 {
            var word = ""
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                word.append("abceilnorstuy".randomElement(using: &random) ?? "a")
            }
            word += endings.randomElement(using: &random) ?? ""
            let stem = stem(word)
            #expect(!stem.isEmpty && stem.utf8.count <= word.utf8.count + 1, "\(word)")
        }
    }
}
