internal import CompanionCore

extension LanguageModelConformance {
    /// Pieces with everything that framing, quoting and decoding could trip over.
    private static let pieces = [
        "Hello", ",", " Ada", "!\n\n", "data: ", "\"quoted\" \\ ", "{\"a\": 1}", " é", "\u{301}", "🧑‍🚀", "漢字", "\r\n",
        "[DONE]", " </s>", "\u{0}", "  ", "\u{2028}", ".",
    ]

    static let responseChecks: [Check] = [
        check("A model has a name and a context window", in: .reply(["Hello."])) { subject in
            let capabilities = subject.model.capabilities
            try expect(!subject.model.name.isEmpty, "a name that is not empty", seen: "an empty one")
            try expect(capabilities.contextWindow > 0, "a context window", seen: "\(capabilities.contextWindow)")
            if let limit = capabilities.maximumOutputTokens {
                try expect(limit > 0, "a limit of the reply above 0 or none", seen: "\(limit)")
            }
        },
        check("The body is called at once, and nothing is sent before an event is asked for", in: .reply(["Hello."])) {
            subject in
            let result = try await subject.model.withResponse(to: LanguageModelSubject.request, isolation: nil) { _ in
                try await expect(subject.receivedCalls(), equals: 0, "the calls while the body asks for nothing")
                return 42
            }
            try expect(result, equals: 42, "the body's result")
            try await expect(subject.receivedCalls(), equals: 0, "the calls after a body that asked for nothing")
        },
        check("A whole response is its text in order, exactly one finish, then nil for ever", in: .reply(pieces)) {
            subject in
            let (events, further) = try await subject.respond { iterator in
                let events = try await iterator.rest()
                return (events, [try await iterator.next(), try await iterator.next()])
            }
            if subject.speaksByScript {
                try expect(events.text, isExactly: pieces.joined(), "the text")
            } else {
                try expect(!events.text.isEmpty, "some text", seen: "none")
            }
            try expect(!events.contains(.text("")), "no empty piece", seen: "one")
            try expect(events.finishCount, equals: 1, "how often it finished")
            let last = events.last { if case .usage = $0 { false } else { true } }
            if case .finish? = last {
            } else {
                throw Disappointment(expectation: "nothing but usage after the finish", seen: "\(events.suffix(3))")
            }
            try expect(further, equals: [nil, nil], "what comes after the end")
            try await subject.expectNoOpenCall(after: "a whole response")
            try await expect(subject.receivedCalls(), equals: 1, "the calls of one response")
        },
        check("Usage comes at most once, and is not negative", in: .reply(["Hello."])) { subject in
            let usages = try await subject.respond { try await $0.rest() }.compactMap { event -> TokenUsage? in
                if case .usage(let usage) = event { usage } else { nil }
            }
            try expect(usages.count <= 1, "usage at most once", seen: "\(usages.count) times")
            for usage in usages {
                let counts = [usage.promptTokens, usage.cachedPromptTokens, usage.completionTokens]
                try expect(counts.allSatisfy { $0 >= 0 }, "counts of 0 or more", seen: "\(counts)")
            }
        },
        check("A long reply arrives whole", in: .reply((0..<2_000).map { "\($0) " })) { subject in
            let events = try await subject.respond { try await $0.rest() }
            if subject.speaksByScript {
                try expect(events.text, isExactly: (0..<2_000).map { "\($0) " }.joined(), "the text")
            }
            try expect(events.finishCount, equals: 1, "how often it finished")
        },
        check("Two responses can be read at the same time, and one after the other", in: .reply(pieces)) { subject in
            let texts = try await subject.model.withResponse(
                to: LanguageModelSubject.request, isolation: nil
            ) { first in
                try await subject.model.withResponse(to: LanguageModelSubject.request, isolation: nil) { second in
                    var iterators = [first.makeAsyncIterator(), second.makeAsyncIterator()]
                    var events: [[LanguageModelEvent]] = [[], []]
                    var open = [0, 1]
                    while !open.isEmpty {
                        for index in open {
                            if let event = try await iterators[index].next() {
                                events[index].append(event)
                            } else {
                                open.removeAll { $0 == index }
                            }
                        }
                    }
                    return events.map { ($0.text, $0.finishCount) }
                }
            }
            for (text, finishCount) in texts {
                if subject.speaksByScript { try expect(text, isExactly: pieces.joined(), "the text") }
                try expect(finishCount, equals: 1, "how often each finished")
            }
            let again = try await subject.respond { try await $0.rest() }
            try expect(again.finishCount, equals: 1, "how often a third one finished")
        },
    ]
}
