import TestRandomness
import Testing

@testable import CompanionCore

struct LorebookActivationTests {
    /// One token a character.
    struct CharacterCounter: TokenCounter {
        let identifier = "characters"
        func count(_ text: String) -> Int { text.count }
    }

    typealias Entry = LorebookEntry

    func activator(
        _ entries: [Entry], book: Lorebook = Lorebook(), options: LorebookOptions = .init(), budget: Int? = nil
    ) -> LorebookActivator {
        var book = book
        book.entries = entries
        return LorebookActivator(
            [book], macros: Macros(character: "Luna", user: "Ada", random: SeededRandomSource(seed: 1)),
            options: options, counter: CharacterCounter(), budget: budget)
    }

    func scene(
        _ texts: String..., messages: Int = 10, fromCharacter: Int = 5, greeting: Int? = nil, icon: String? = nil,
        isFull: Bool = false
    ) -> LorebookScene {
        LorebookScene(
            texts: texts, messageCount: messages, characterMessageCount: fromCharacter, greeting: greeting,
            userIcon: icon, isContextFull: isFull)
    }

    /// The texts that are used, in order.
    func texts(
        _ entries: [Entry], _ scene: LorebookScene, book: Lorebook = Lorebook(), options: LorebookOptions = .init(),
        budget: Int? = nil, random: any RandomSource = SeededRandomSource(seed: 1)
    ) -> [String] {
        let activator = activator(entries, book: book, options: options)
        return activator.allPieces(of: activator.activate(in: scene, random: random, budget: budget)).map(\.text)
    }

    // MARK: Keys

    @Test("An entry is used when one of its keys is in the searched messages, once only")
    func keys() {
        let entries = [Entry(keys: ["moon", "tide"], content: "A"), Entry(keys: ["sun"], content: "B")]
        #expect(texts(entries, scene("The MOON and the tide and the moon")) == ["A"])
        #expect(texts(entries, scene("nothing")).isEmpty)
        #expect(texts([Entry(keys: ["", "  "], content: "A")], scene("a b")).isEmpty)
    }

    @Test("A disabled entry is never used, and one without text adds nothing")
    func disabled() {
        #expect(
            texts(
                [
                    Entry(keys: ["a"], content: "@@activate\nA", enabled: false), Entry(keys: ["a"], content: " "),
                    Entry(keys: ["a"], content: "@@depth 1\n"),
                    Entry(keys: [], content: "C", enabled: false, constant: true),
                ], scene("a")
            ).isEmpty)
    }

    @Test("How many messages are searched: by decorator, by SillyTavern's extra, by the book, by the host")
    func scanDepth() {
        let scene = scene("0", "1", "2", "3", "4")
        func found(_ entry: Entry, _ book: Lorebook = Lorebook()) -> Bool { !texts([entry], scene, book: book).isEmpty }
        #expect(found(Entry(keys: ["1"], content: "A")) && !found(Entry(keys: ["2"], content: "A")))
        let book = Lorebook(scanDepth: 3)
        #expect(found(Entry(keys: ["2"], content: "A"), book) && !found(Entry(keys: ["3"], content: "A"), book))
        let extra: JSONObject = ["scan_depth": 4]
        #expect(found(Entry(keys: ["3"], content: "A", extensions: extra), book))
        #expect(!found(Entry(keys: ["4"], content: "A", extensions: extra), book))
        #expect(found(Entry(keys: ["4"], content: "@@scan_depth 5\nA", extensions: extra), book))
        #expect(!found(Entry(keys: ["0"], content: "@@scan_depth 0\nA"), book))
    }

    @Test("Case counts where the entry says so")
    func caseSensitive() {
        #expect(texts([Entry(keys: ["May"], content: "A", caseSensitive: true)], scene("may")).isEmpty)
        #expect(texts([Entry(keys: ["May"], content: "A")], scene("may")) == ["A"])
        let options = LorebookOptions(isCaseSensitive: true)
        #expect(texts([Entry(keys: ["May"], content: "A")], scene("may"), options: options).isEmpty)
        #expect(
            texts([Entry(keys: ["May"], content: "A", caseSensitive: false)], scene("may"), options: options) == ["A"])
    }

    @Test("A selective entry needs a secondary key as well")
    func selective() {
        func entry(_ selective: Bool?, _ logic: Int? = nil, keys: [String] = ["x", "y"]) -> Entry {
            Entry(
                keys: ["a"], content: "A", extensions: logic.map { ["selectiveLogic": .number(JSONNumber($0))] } ?? [:],
                selective: selective, secondaryKeys: keys)
        }
        #expect(texts([entry(true)], scene("a x")) == ["A"])
        #expect(texts([entry(true)], scene("a")).isEmpty)
        #expect(texts([entry(false)], scene("a")) == ["A"])
        #expect(texts([entry(nil)], scene("a")) == ["A"])
        #expect(texts([entry(true, keys: [])], scene("a")) == ["A"])
        // Of SillyTavern: any, not all, none, all.
        for (logic, none, one, both) in [
            (0, false, true, true), (1, true, true, false), (2, true, false, false), (3, false, false, true),
        ] {
            #expect(texts([entry(true, logic)], scene("a")).isEmpty == !none, "\(logic)")
            #expect(texts([entry(true, logic)], scene("a x")).isEmpty == !one, "\(logic)")
            #expect(texts([entry(true, logic)], scene("a x y")).isEmpty == !both, "\(logic)")
        }
    }

    @Test("A constant entry needs no key")
    func constant() {
        let activator = activator([Entry(keys: [], content: "A", constant: true)])
        #expect(activator.stablePieces.map(\.text) == ["A"])
        let activation = activator.activate(in: scene("x"))
        #expect(activation.pieces.isEmpty && activation.verdict(book: 0, entry: 0).isIncluded)
    }

    @Test(
        "With use_regex the keys are expressions; secondary keys and constant are ignored then, and an invalid one matches nothing"
    )
    func regex() {
        func entry(_ key: String, constant: Bool? = nil, caseSensitive: Bool? = nil) -> Entry {
            Entry(
                keys: [key], content: "A", caseSensitive: caseSensitive, useRegex: true, constant: constant,
                selective: true,
                secondaryKeys: ["never"])
        }
        #expect(texts([entry(#"\bm[ou]+n\b"#)], scene("the Moon")) == ["A"])
        #expect(texts([entry("moon", caseSensitive: true)], scene("the Moon")).isEmpty)
        #expect(texts([entry("/MOON/i", caseSensitive: true)], scene("the moon")) == ["A"])
        #expect(texts([entry("sun", constant: true)], scene("the moon")).isEmpty)
        let broken = activator([entry("moon("), entry(#"(m)\1"#)])
        let activation = broken.activate(in: scene("moon( mm"))
        #expect(activation.pieces.isEmpty)
        #expect(activation.verdict(book: 0, entry: 0).reason.contains("can't be used"))
        #expect(broken.warnings.map(\.path) == ["entries[0].keys", "entries[1].keys"])
        #expect(broken.warnings[1].message.contains("back references"))
    }

    @Test("SillyTavern marks every entry as an expression and means only keys between slashes, and obeys constant")
    func sillyTavernRegex() {
        let extras: JSONObject = ["selectiveLogic": 0, "exclude_recursion": false]
        func entry(_ keys: [String], constant: Bool = false, secondary: [String] = []) -> Entry {
            Entry(
                keys: keys, content: "A", extensions: extras, useRegex: true, constant: constant, selective: true,
                secondaryKeys: secondary)
        }
        #expect(texts([entry(["a.c"])], scene("abc")).isEmpty)
        #expect(texts([entry(["a.c"])], scene("A.C")) == ["A"])
        #expect(texts([entry(["/a.c/"])], scene("abc")) == ["A"])
        #expect(texts([entry([], constant: true)], scene("x")) == ["A"])
        #expect(texts([entry(["a"], secondary: ["/b+/"])], scene("a")).isEmpty)
        #expect(texts([entry(["a"], secondary: ["/b+/"])], scene("a bb")) == ["A"])
    }

    @Test("Expressions that would take for ever end, with a warning")
    func regexBudget() {
        let entries = (0..<50).map { Entry(keys: ["(a+)+[b\($0)]"], content: "A\($0)", useRegex: true) }
        let activation = activator(entries, options: .init(regexSteps: 20_000))
            .activate(in: scene(String(repeating: "a", count: 5_000)))
        #expect(activation.pieces.isEmpty)
        #expect(activation.warnings.count == 1)
    }

    @Test("Expressions behind literals are found in messages and in lore as others are")
    func regexLiterals() {
        let entries = [
            Entry(keys: ["(?:old|new) harbours?"], content: "A tells of the Silver boat", useRegex: true),
            Entry(keys: ["silver \\w+"], content: "B", useRegex: true),
            Entry(keys: ["/silver \\w+/"], content: "C"),
        ]
        let recursive = LorebookOptions(isRecursive: true)
        #expect(texts(entries, scene("The NEW Harbour")) == ["A tells of the Silver boat"])
        #expect(texts(entries, scene("silver boats")) == ["B", "C"])
        #expect(texts(entries, scene("silver")).isEmpty)
        let found = activator(entries, options: recursive).activate(in: scene("old harbours")).pieces.map(\.text)
        #expect(found == ["A tells of the Silver boat", "B"])
        // Those whose literals are missing take no steps.
        let many = (0..<500).map { Entry(keys: ["(a+)+ name\($0)"], content: "A\($0)", useRegex: true) }
        let activation = activator(many, options: .init(regexSteps: 2_000))
            .activate(in: scene("aaaa name7" + String(repeating: "a", count: 400)))
        #expect(activation.pieces.map(\.text) == ["A7"])
        #expect(activation.warnings.isEmpty)
    }

    @Test("Macros are replaced in keys and in the text")
    func macros() {
        #expect(
            texts([Entry(keys: ["{{user}}'s cat"], content: "{{char}} likes it.{{// no}}")], scene("ada's cat"))
                == ["Luna likes it."])
        for constant in [true, false] {
            #expect(texts([Entry(keys: ["a"], content: "{{// only this}}", constant: constant)], scene("a")).isEmpty)
        }
    }

    // MARK: Decorators

    @Test("Decorators hold an entry back or bring it in")
    func decorators() {
        func isUsed(_ content: String, _ scene: LorebookScene, regex: Bool = false) -> Bool {
            !texts([Entry(keys: ["a"], content: content + "\nA", useRegex: regex)], scene).isEmpty
        }
        #expect(!isUsed("@@activate_only_after 6", scene("a")) && isUsed("@@activate_only_after 5", scene("a")))
        #expect(!isUsed("@@activate_only_every 2", scene("a")) && isUsed("@@activate_only_every 5", scene("a")))
        #expect(
            !isUsed("@@is_greeting 1", scene("a", greeting: 0)) && isUsed("@@is_greeting 1", scene("a", greeting: 1)))
        #expect(isUsed("@@is_greeting 1", scene("a")), "where it can't be known, it is ignored")
        #expect(!isUsed("@@is_user_icon x", scene("a", icon: "y")) && isUsed("@@is_user_icon x", scene("a", icon: "x")))
        #expect(
            !isUsed("@@ignore_on_max_context", scene("a", isFull: true))
                && isUsed("@@ignore_on_max_context", scene("a")))
        #expect(!isUsed("@@additional_keys x,y", scene("a")) && isUsed("@@additional_keys x,y", scene("a y")))
        #expect(!isUsed("@@exclude_keys x,y", scene("a y")) && isUsed("@@exclude_keys x,y", scene("a")))
        #expect(isUsed("@@additional_keys x+", scene("xx"), regex: true), "further expressions, with use_regex")
        #expect(isUsed("@@exclude_keys x", scene("a x"), regex: true), "ignored, with use_regex")
        #expect(!isUsed("@@dont_activate", scene("a")))
        #expect(isUsed("@@activate", scene("nothing")))
        #expect(isUsed("@@dont_activate\n@@activate", scene("nothing")))
    }

    @Test("keep_activate_after_match and dont_activate_after_match remember")
    func afterMatch() {
        let activator = activator([
            Entry(keys: ["a"], content: "@@keep_activate_after_match\nK"),
            Entry(keys: ["a"], content: "@@dont_activate_after_match\nO"),
        ])
        let first = activator.activate(in: scene("a", messages: 1))
        #expect(first.pieces.map(\.text) == ["K", "O"])
        let again = activator.activate(in: scene("a", messages: 1), after: first.state)
        #expect(again.pieces.map(\.text) == ["K", "O"], "a reply that is made again is like the first")
        let later = activator.activate(in: scene("b", messages: 3), after: first.state)
        #expect(later.pieces.map(\.text) == ["K"])
        #expect(activator.activate(in: scene("a", messages: 9), after: later.state).pieces.map(\.text) == ["K"])
    }

    // MARK: Places and order

    @Test("Where an entry stands: by decorator, by SillyTavern's extra, by V2's position")
    func places() {
        func place(_ content: String, _ extensions: JSONObject = [:], _ position: Entry.Position? = nil)
            -> LorebookActivation.Place?
        {
            let entry = Entry(keys: ["a"], content: content + "\nA", extensions: extensions, position: position)
            return activator([entry]).activate(in: scene("a")).pieces.first?.place
        }
        #expect(place("") == .afterCharacter)
        #expect(place("", [:], .beforeCharacter) == .beforeCharacter)
        #expect(place("@@position before_desc") == .beforeCharacter)
        #expect(place("@@position after_desc", [:], .beforeCharacter) == .afterCharacter)
        #expect(place("@@position personality") == .personality && place("@@position scenario") == .scenario)
        #expect(place("@@depth 3\n@@role user") == .depth(3, .user))
        #expect(place("@@depth 3\n@@position scenario") == .scenario)
        #expect(place("@@reverse_depth 2") == .depth(8, .system))
        #expect(place("", ["position": 0]) == .beforeCharacter && place("", ["position": 1]) == .afterCharacter)
        #expect(place("", ["position": 4, "depth": 2, "role": 2]) == .depth(2, .assistant))
        #expect(place("", ["position": 4]) == .depth(4, .system) && place("", ["position": 2]) == .depth(4, .system))
        #expect(place("", ["position": 5]) == .beforeExamples && place("", ["position": 6]) == .afterExamples)
    }

    @Test("Lower insertion orders stand earlier; of equal ones the first in the book")
    func order() {
        #expect(
            texts(
                [
                    Entry(keys: ["a"], content: "third", insertionOrder: 9),
                    Entry(keys: ["a"], content: "first", insertionOrder: -1),
                    Entry(keys: ["a"], content: "fourth", insertionOrder: 9),
                    Entry(keys: [], content: "second", insertionOrder: 3, constant: true),
                ], scene("a")) == ["first", "second", "third", "fourth"])
    }

    // MARK: Budgets

    @Test("Where the budget runs out, the lowest priority is dropped first, or the lowest order")
    func budget() {
        let entries = [
            Entry(keys: ["a"], content: "1234567890", insertionOrder: 1, priority: 5),
            Entry(keys: ["a"], content: "abcdefghij", insertionOrder: 2, priority: 1),
            Entry(keys: ["a"], content: "ABCDEFGHIJ", insertionOrder: 3, priority: 9),
        ]
        #expect(texts(entries, scene("a"), budget: 30).count == 3)
        #expect(texts(entries, scene("a"), budget: 29) == ["1234567890", "ABCDEFGHIJ"])
        #expect(texts(entries, scene("a"), book: Lorebook(tokenBudget: 10)) == ["ABCDEFGHIJ"])
        #expect(texts(entries, scene("a"), budget: 9).isEmpty)
        let byOrder = entries.map { Entry(keys: $0.keys, content: $0.content, insertionOrder: $0.insertionOrder) }
        #expect(texts(byOrder, scene("a"), budget: 20) == ["abcdefghij", "ABCDEFGHIJ"])
        let huge = Entry(keys: ["a"], content: String(repeating: "x", count: 99), priority: 99)
        #expect(texts(entries + [huge], scene("a"), budget: 30).count == 3, "what can't ever fit takes nothing away")
    }

    @Test("What steps back on a full context is dropped before all others, and what ignores budgets never")
    func budgetExceptions() {
        let entries = [
            Entry(keys: ["a"], content: "@@ignore_on_max_context\n1234567890", priority: 99),
            Entry(keys: ["a"], content: "abcdefghij", priority: 1),
            Entry(keys: ["a"], content: "ABCDEFGHIJ", extensions: ["ignore_budget": true], priority: 0),
        ]
        #expect(
            texts(entries, scene("a"), budget: 10) == ["abcdefghij", "ABCDEFGHIJ"]
                || texts(entries, scene("a"), budget: 20) == ["abcdefghij", "ABCDEFGHIJ"])
    }

    @Test("Constant entries obey their budget, unless they are exempt")
    func constantBudget() {
        let entries = (0..<3).map { Entry(keys: [], content: "123456789\($0)", constant: true) }
        let bounded = activator(entries, budget: 25)
        #expect(bounded.stablePieces.count == 2)
        let activation = bounded.activate(in: scene("x"))
        #expect((0..<3).map { activation.verdict(book: 0, entry: $0).isIncluded } == [true, true, false])
        #expect(activator(entries, options: .init(constantsIgnoreBudgets: true), budget: 25).stablePieces.count == 3)
    }

    // MARK: Recursion

    @Test("What an entry says calls others, where the book allows it")
    func recursion() {
        let entries = [
            Entry(keys: ["a"], content: "has b"), Entry(keys: ["b"], content: "has c"),
            Entry(keys: ["c"], content: "has a"),
            Entry(keys: ["d"], content: "x"),
        ]
        #expect(texts(entries, scene("a"), book: Lorebook(recursiveScanning: true)).count == 3)
        #expect(texts(entries, scene("a")).count == 1)
        #expect(texts(entries, scene("a"), options: .init(isRecursive: true)).count == 3)
        #expect(
            texts(entries, scene("a"), book: Lorebook(recursiveScanning: false), options: .init(isRecursive: true))
                .count == 1)
        #expect(texts(entries, scene("a"), options: .init(isRecursive: true, maximumRecursion: 1)).count == 2)
    }

    @Test("SillyTavern's bounds of recursion are kept")
    func recursionExtras() {
        let book = Lorebook(recursiveScanning: true)
        let call = Entry(keys: ["a"], content: "has b", insertionOrder: 1)
        func answer(_ extensions: JSONObject) -> Entry {
            Entry(keys: ["b"], content: "B", extensions: extensions, insertionOrder: 2)
        }
        #expect(texts([call, answer(["exclude_recursion": true])], scene("a"), book: book) == ["has b"])
        #expect(texts([call, answer(["exclude_recursion": true])], scene("b"), book: book) == ["B"])
        var silent = call
        silent.extensions = ["prevent_recursion": true]
        #expect(texts([silent, answer([:])], scene("a"), book: book) == ["has b"])
        #expect(texts([answer(["delay_until_recursion": true])], scene("b"), book: book) == ["B"])
        #expect(texts([answer(["delay_until_recursion": true])], scene("b")).isEmpty)
        #expect(texts([call, answer(["delay_until_recursion": 2])], scene("a"), book: book) == ["has b", "B"])
        let hidden = Entry(keys: ["a"], content: "says{{hidden_key:b}} nothing", insertionOrder: 1)
        #expect(texts([hidden, answer([:])], scene("a"), book: book) == ["says nothing", "B"])
    }

    // MARK: SillyTavern's extras

    @Test("Chance decides by its percentage")
    func probability() {
        let entry = Entry(keys: ["a"], content: "A", extensions: ["probability": 30, "useProbability": true])
        let random = SeededRandomSource(seed: 7)
        let count = (0..<1_000).count { _ in !texts([entry], scene("a"), random: random).isEmpty }
        #expect((240...360).contains(count), "\(count)")
        for (percent, use, used) in [(0, true, false), (100, true, true), (0, false, true)] {
            let entry = Entry(
                keys: ["a"], content: "A",
                extensions: ["probability": .number(JSONNumber(percent)), "useProbability": .bool(use)])
            #expect(texts([entry], scene("a")).isEmpty == !used)
        }
    }

    @Test("Of a group one is used: by weight, or the one that wins")
    func groups() {
        func entry(_ text: String, _ weight: Int, wins: Bool = false, group: String = "g") -> Entry {
            Entry(
                keys: ["a"], content: text,
                extensions: [
                    "group": .string(group), "group_weight": .number(JSONNumber(weight)), "group_override": .bool(wins),
                ])
        }
        let random = SeededRandomSource(seed: 7)
        var counts: [[String]: Int] = [:]
        for _ in 0..<1_000 {
            counts[texts([entry("A", 75), entry("B", 25)], scene("a"), random: random), default: 0] += 1
        }
        #expect(counts.count == 2 && (690...810).contains(counts[["A"]] ?? 0), "\(counts)")
        #expect(texts([entry("A", 100), entry("B", 1, wins: true)], scene("a")) == ["B"])
        #expect(
            texts([entry("A", 1, group: "x, g"), entry("B", 0), entry("C", 1, group: "y")], scene("a")) == ["A", "C"])
        let scored = [
            Entry(keys: ["a", "b"], content: "A", extensions: ["group": "g", "use_group_scoring": true]),
            Entry(keys: ["a", "z"], content: "B", extensions: ["group": "g", "use_group_scoring": true]),
        ]
        for seed in UInt64(0)..<20 {
            #expect(texts(scored, scene("a b"), random: SeededRandomSource(seed: seed)) == ["A"])
        }
    }

    @Test("Sticky entries stay, then rest; delayed ones wait")
    func timed() {
        let activator = activator([Entry(keys: ["a"], content: "A", extensions: ["sticky": 4, "cooldown": 3])])
        var state = LorebookState()
        func isUsed(at count: Int, _ text: String) -> Bool {
            let activation = activator.activate(in: scene(text, messages: count), after: state)
            state = activation.state
            return !activation.pieces.isEmpty
        }
        #expect(!isUsed(at: 1, "b"))
        #expect(isUsed(at: 3, "a") && isUsed(at: 5, "b") && isUsed(at: 6, "b"))
        #expect(!isUsed(at: 7, "a") && !isUsed(at: 9, "a"), "it rests")
        #expect(isUsed(at: 10, "a"))
        #expect(isUsed(at: 10, "a"), "a reply that is made again is like the first")
        let delayed = Entry(keys: ["a"], content: "A", extensions: ["delay": 5])
        #expect(texts([delayed], scene("a", messages: 4)).isEmpty && texts([delayed], scene("a", messages: 5)) == ["A"])
    }

    @Test("Whole words, under either spelling of the extra")
    func wholeWords() {
        for name in ["match_whole_words", "matchWholeWords"] {
            let entry = Entry(keys: ["cat"], content: "A", extensions: [name: true])
            #expect(texts([entry], scene("concat")).isEmpty && texts([entry], scene("a cat.")) == ["A"])
        }
    }

    // MARK: All together

    @Test("Each entry has a reason; those used are within the budgets, and are the same for the same chance")
    func anything() {
        var random = SeededGenerator.announced()
        let words = ["a", "b", "c", "moon", "/x+/", "(", "é", "{{user}}", ""]
        let decorators = [
            "@@depth 2", "@@activate", "@@dont_activate", "@@activate_only_every 2", "@@exclude_keys b",
            "@@additional_keys a",
            "@@keep_activate_after_match", "@@scan_depth 9", "@@position scenario", "@@unknown", "@@@depth 1",
            "@@role user",
        ]
        for round in 0..<300 {
            func some(_ list: [String], _ most: Int) -> [String] {
                (0..<Int.random(in: 0...most, using: &random)).map { _ in list.randomElement(using: &random) ?? "" }
            }
            let entries = (0..<30).map { index in
                Entry(
                    keys: some(words, 3),
                    content: (some(decorators, 3) + [some(words, 6).joined(separator: " ")]).joined(separator: "\n"),
                    extensions: random.chance(1, in: 3)
                        ? [
                            "probability": .number(JSONNumber(Int.random(in: -5...120, using: &random))),
                            "group": .string(some(["g", "h"], 1).first ?? ""),
                            "sticky": .number(JSONNumber(Int.random(in: -1...3, using: &random))), "cooldown": 2,
                            "delay_until_recursion": .bool(random.chance(1, in: 4)),
                        ] : [:],
                    enabled: !random.chance(1, in: 9), insertionOrder: Int.random(in: -5...5, using: &random),
                    useRegex: random.chance(1, in: 5), constant: random.chance(1, in: 6),
                    selective: random.chance(1, in: 3),
                    secondaryKeys: some(words, 2))
            }
            let book = Lorebook(
                tokenBudget: random.chance(1, in: 2) ? 20 : nil, recursiveScanning: random.chance(1, in: 2))
            let activator = activator(entries, book: book, budget: 50)
            let scene = scene(some(words, 5).joined(separator: " "), some(words, 5).joined(separator: " "))
            let budget = Int.random(in: 0...60, using: &random)
            let one = activator.activate(in: scene, random: SeededRandomSource(seed: 3), budget: budget)
            let two = activator.activate(in: scene, random: SeededRandomSource(seed: 3), budget: budget)
            #expect(one == two, "seed \(random.seed), round \(round)")
            #expect(one.pieces.reduce(0) { $0 + $1.tokens } <= budget, "seed \(random.seed), round \(round)")
            let all = activator.allPieces(of: one)
            if let limit = book.tokenBudget {
                #expect(all.reduce(0) { $0 + $1.tokens } <= limit, "seed \(random.seed), round \(round)")
            }
            #expect(Set(all.map(\.entry)).count == all.count)
            for index in entries.indices {
                #expect(
                    one.verdict(book: 0, entry: index).isIncluded == all.contains { $0.entry == index },
                    "seed \(random.seed), round \(round), entry \(index): \(one.verdict(book: 0, entry: index).reason)")
            }
        }
    }
}
