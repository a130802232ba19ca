import TestRandomness
import Testing

@testable import CompanionCore

@Suite("JSON object")
struct JSONObjectTests {
    @Test("Behaves as a list of members with unique keys, whatever is done to it")
    func behavesAsModel() {
        var random = SeededGenerator.announced()
        for _ in 0..<60 {
            var object = JSONObject()
            var model: [(key: String, value: JSONValue)] = []
            let keys = (0..<Int.random(in: 1...60, using: &random)).map { "k\($0)" }
            for step in 0..<300 {
                let key = keys.randomElement(using: &random) ?? ""
                if random.chance(3, in: 5) {
                    object[key] = .number(JSONNumber(step))
                    if let place = model.firstIndex(where: { $0.key == key }) {
                        model[place].value = .number(JSONNumber(step))
                    } else {
                        model.append((key, .number(JSONNumber(step))))
                    }
                } else {
                    object[key] = nil
                    model.removeAll { $0.key == key }
                }
                guard object.count == model.count, object.elementsEqual(model, by: { $0 == $1 }) else {
                    Issue.record("differs after step \(step), seed \(random.seed)")
                    return
                }
            }
            for key in keys { #expect(object[key] == model.first { $0.key == key }?.value) }
        }
    }

    @Test("Keys are told apart by their bytes", arguments: [0, 40])
    func keysByBytes(others: Int) {
        var object = JSONObject()
        for index in 0..<others { object["other \(index)"] = 0 }
        // Each pair is equal as text, the second one in as many bytes.
        let keys = ["é", "e\u{301}", "\u{B7}", "\u{387}"]
        for (index, key) in keys.enumerated() { object[key] = .number(JSONNumber(index)) }
        #expect(object.count == others + 4)
        #expect(keys.map { object[$0] } == [0, 1, 2, 3])
    }

    @Test("Is empty when all its members are gone", arguments: [3, 40])
    func emptied(count: Int) {
        var object = JSONObject()
        for index in 0..<count { object["\(index)"] = 0 }
        for index in 0..<count { object["\(index)"] = nil }
        #expect(object.isEmpty)
        #expect(object == [:])
        object["new"] = 1
        #expect(object.keys == ["new"])
    }

    @Test("Equality and hash do not look at the order", arguments: [3, 40])
    func orderDoesNotMatter(count: Int) {
        let members = (0..<count).map { ("k\($0)", JSONValue.number(JSONNumber($0))) }
        var forwards = JSONObject()
        var backwards = JSONObject()
        for (key, value) in members { forwards[key] = value }
        for (key, value) in members.reversed() { backwards[key] = value }
        #expect(forwards == backwards)
        #expect(forwards.hashValue == backwards.hashValue)
        backwards["k0"] = nil
        #expect(forwards != backwards)
        backwards["k0"] = "other"
        #expect(forwards != backwards)
    }

    @Test("The literal keeps its order")
    func literal() {
        let object: JSONObject = ["b": 1, "a": 2, "c": [1.5, true, nil]]
        #expect(object.keys == ["b", "a", "c"])
        #expect(!object.isEmpty)
        #expect(JSONObject().isEmpty)
    }
}
