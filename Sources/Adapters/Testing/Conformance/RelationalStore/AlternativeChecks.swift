internal import CompanionCore

extension RelationalStoreConformance {
    static let alternativeChecks: [Check] = [
        check("A further alternative comes last and is selected; the chat's revision and updatedAt move") { probe in
            let scene = try await probe.scene()
            var message = probe.message(1, in: scene.chat, author: .character)
            try await probe.append(message, to: scene)
            for count in 1...3 {
                let more = probe.alternative("Take \(count)", .generating, turn: probe.id())
                try await probe.write { [message] in
                    try $0.messages.append(more, to: message.id, of: scene.user.id, at: probe.time(Double(count)))
                }
                message.alternatives.append(more)
                message.selected = count
                try await expect(probe.message(message.id, of: scene), equals: message, "the message")
                let chat = try await probe.chat(scene)
                try expect(chat.revision, equals: 1 + count, "the revision")
                try expect(chat.updatedAt, equals: probe.time(Double(count)), "updatedAt")
            }
        },
        check("A further alternative throws notFound without its message, conflict where its identifier exists") {
            probe in
            let scene = try await probe.scene()
            let messages = try await probe.fill(scene, 2)
            let change: ChatChange.ID = probe.id()
            try await probe.write {
                _ = try $0.messages.delete(
                    sequences: 2...2, in: scene.chat.id, of: scene.user.id, as: change, at: probe.start)
            }
            let before = try await probe.dump()
            let more = probe.alternative()
            for (what, message) in [("an unknown", probe.id()), ("a deleted", messages[1].id)] {
                try await expectError(.notFound, "an alternative of \(what) message") {
                    try await probe.write {
                        try $0.messages.append(more, to: message, of: scene.user.id, at: probe.time(9))
                    }
                }
            }
            try await expectError(.conflict, "an alternative whose identifier exists") {
                try await probe.write {
                    try $0.messages.append(
                        messages[1].alternative, to: messages[0].id, of: scene.user.id, at: probe.time(9))
                }
            }
            try await expect(probe.dump(), equals: before, "the store")
        },
        check("A message has at most 256 alternatives: the next one throws limitExceeded") { probe in
            let scene = try await probe.scene()
            let texts = (1...256).map { probe.alternative("\($0)") }
            let message = Message(
                id: probe.id(), chat: scene.chat.id, sequence: 1, author: .character, alternatives: texts,
                createdAt: probe.start)
            try await probe.append(message, to: scene)
            let more = probe.alternative("257")
            try await expectError(.limitExceeded, "the 257th alternative") {
                try await probe.write {
                    try $0.messages.append(more, to: message.id, of: scene.user.id, at: probe.time(9))
                }
            }
            try await expect(probe.message(message.id, of: scene), equals: message, "the message")
            let big = Message(
                id: probe.id(), chat: scene.chat.id, sequence: 2, author: .character,
                alternatives: (1...257).map { probe.alternative("\($0)") }, createdAt: probe.start)
            try await expectError(.limitExceeded, "a message of 257 alternatives") {
                try await probe.append(big, to: scene)
            }
            try await expect(probe.sequences(scene), equals: [1], "the messages")
        },
        check("An update replaces all of an alternative but identifier, createdAt and place") { probe in
            let scene = try await probe.scene()
            var message = probe.message(
                1, in: scene.chat, probe.alternative("a"), probe.alternative("b"), probe.alternative("c"))
            try await probe.append(message, to: scene)
            let old = message.alternatives[1]
            let update = Alternative(
                id: old.id, text: "B", status: .interrupted, finishReason: .length, model: "m",
                usage: TokenUsage(promptTokens: 1, completionTokens: 2), turn: probe.id(), createdAt: probe.time(100),
                updatedAt: probe.time(5))
            let isUpdated = try await probe.write { [message] in
                try $0.messages.update(
                    update, of: message.id, of: scene.user.id, ifGeneratedBy: nil, at: probe.time(6))
            }
            try expect(isUpdated, equals: true, "the update")
            message.alternatives[1] = Alternative(
                id: old.id, text: "B", status: .interrupted, finishReason: .length, model: "m", usage: update.usage,
                turn: update.turn, createdAt: old.createdAt, updatedAt: probe.time(5))
            try await expect(probe.message(message.id, of: scene), equals: message, "the message")
            let chat = try await probe.chat(scene)
            try expect(chat.revision, equals: 2, "the chat's revision")
            try expect(chat.updatedAt, equals: probe.time(6), "the chat's updatedAt")

            let bare = Alternative(id: old.id, text: "", createdAt: old.createdAt, updatedAt: probe.time(7))
            _ = try await probe.write { [message] in
                try $0.messages.update(bare, of: message.id, of: scene.user.id, ifGeneratedBy: nil, at: probe.time(7))
            }
            let emptied = try await probe.message(message.id, of: scene).alternatives[1]
            try expect(emptied, equals: bare, "the alternative whose optional values were taken away")
        },
        check("An update of what there is not is false and leaves the chat as it is") { probe in
            let scene = try await probe.scene()
            let messages = try await probe.fill(scene, 2)
            let before = try await probe.dump()
            let attempts = [
                (probe.alternative(), messages[0].id), (messages[0].alternative, probe.id()),
                (messages[0].alternative, messages[1].id),
            ]
            for (alternative, message) in attempts {
                let isUpdated = try await probe.write {
                    try $0.messages.update(
                        alternative, of: message, of: scene.user.id, ifGeneratedBy: nil, at: probe.time(9))
                }
                try expect(isUpdated, equals: false, "the update")
            }
            try await expect(probe.dump(), equals: before, "the store")
        },
        check("An update for a turn happens only while the alternative is generating and that turn's") { probe in
            let scene = try await probe.scene()
            let (mine, other): (Turn.ID, Turn.ID) = (probe.id(), probe.id())
            let cases: [(Alternative.Status, Turn.ID?, Bool)] = [
                (.generating, mine, true), (.generating, other, false), (.generating, nil, false),
                (.complete, mine, false), (.interrupted, mine, false), (.failed, mine, false), (.blocked, mine, false),
            ]
            for (index, (status, turn, isExpected)) in cases.enumerated() {
                let message = probe.message(
                    index + 1, in: scene.chat, probe.alternative("before", status, turn: turn), author: .character)
                try await probe.append(message, to: scene)
                let before = try await probe.dump()
                var update = message.alternative
                update.text = "after"
                update.status = .complete
                let isUpdated = try await probe.write { [update] in
                    try $0.messages.update(
                        update, of: message.id, of: scene.user.id, ifGeneratedBy: mine, at: probe.time(9))
                }
                let what =
                    "\(status), \(turn == mine ? "the turn's own" : turn == nil ? "no turn's" : "another turn's")"
                try expect(isUpdated, equals: isExpected, "the update of an alternative that is \(what)")
                let text = try await probe.message(message.id, of: scene).text
                try expect(text, equals: isExpected ? "after" : "before", "the text of an alternative that was \(what)")
                if !isExpected { try await expect(probe.dump(), equals: before, "the store after a refused update") }
            }
        },
        check("An update reaches a deleted message too") { probe in
            let scene = try await probe.scene()
            let turn: Turn.ID = probe.id()
            let message = probe.message(
                1, in: scene.chat, probe.alternative("Once", .generating, turn: turn), author: .character)
            try await probe.append(message, to: scene)
            let change: ChatChange.ID = probe.id()
            var settled = message.alternative
            settled.text = "Once upon a time."
            settled.status = .complete
            let (isUpdated, seen) = try await probe.write { [settled] transaction in
                _ = try transaction.messages.delete(
                    sequences: 1...1, in: scene.chat.id, of: scene.user.id, as: change, at: probe.start)
                let isUpdated = try transaction.messages.update(
                    settled, of: message.id, of: scene.user.id, ifGeneratedBy: turn, at: probe.start)
                return (isUpdated, try transaction.messages.message(message.id, of: scene.user.id))
            }
            try expect(isUpdated, equals: true, "the update")
            try expect(seen, equals: nil, "the message, which is deleted still")
            try await expect(probe.read { try $0.messages.generating(limit: 9) }, equals: [], "what is being written")
            _ = try await probe.write {
                try $0.messages.restore(change, in: scene.chat.id, of: scene.user.id, at: probe.start)
            }
            try await expect(probe.message(message.id, of: scene).alternative, equals: settled, "the restored text")
            try await expect(probe.chat(scene).revision, equals: 4, "the chat's revision")
        },
        check("Selecting moves the selection; it throws notFound without message, invalidInput without index") {
            probe in
            let scene = try await probe.scene()
            let message = probe.message(1, in: scene.chat, probe.alternative("a"), probe.alternative("b"))
            try await probe.append(message, to: scene)
            try await probe.write {
                try $0.messages.select(alternativeAt: 1, of: message.id, of: scene.user.id, at: probe.time(5))
            }
            try await expect(probe.message(message.id, of: scene).text, equals: "b", "the selected text")
            let chat = try await probe.chat(scene)
            try expect(chat.revision, equals: 2, "the chat's revision")
            try expect(chat.updatedAt, equals: probe.time(5), "the chat's updatedAt")
            let before = try await probe.dump()
            for index in [2, -1, .max, .min] {
                try await expectError(.invalidInput, "selecting \(index) of two") {
                    try await probe.write {
                        try $0.messages.select(
                            alternativeAt: index, of: message.id, of: scene.user.id, at: probe.time(9))
                    }
                }
            }
            let nobody: Message.ID = probe.id()
            try await expectError(.notFound, "selecting in a message that there is not") {
                try await probe.write {
                    try $0.messages.select(alternativeAt: 0, of: nobody, of: scene.user.id, at: probe.time(9))
                }
            }
            try await expect(probe.dump(), equals: before, "the store")
        },
        check("What is being written is found, of all people and of deleted messages too, until it is settled") {
            probe in
            let (ada, bob) = try await (probe.scene("Ada"), probe.scene("Bob"))
            var expected: Set<GeneratingAlternative> = []
            for scene in [ada, bob] {
                let writing = probe.alternative("…", .generating, turn: probe.id())
                let more = probe.alternative("… …", .generating, turn: probe.id())
                let message = probe.message(
                    2, in: scene.chat, probe.alternative("done"), writing, author: .character)
                let gone = probe.message(3, in: scene.chat, more, author: .character)
                try await probe.append(probe.message(1, in: scene.chat), message, gone, to: scene)
                let change: ChatChange.ID = probe.id()
                try await probe.write {
                    _ = try $0.messages.delete(
                        sequences: 3...3, in: scene.chat.id, of: scene.user.id, as: change, at: probe.start)
                }
                for (message, alternative) in [(message, writing), (gone, more)] {
                    expected.insert(
                        GeneratingAlternative(
                            user: scene.user.id, chat: scene.chat.id, message: message.id, alternative: alternative))
                }
            }
            let find: @Sendable (any StoreTransaction) throws -> [GeneratingAlternative] = {
                try $0.messages.generating(limit: 100)
            }
            try await expect(Set(probe.read(find)), equals: expected, "what is being written")
            for limit in [-1, 0, 1, 3] {
                let count = try await probe.read { try $0.messages.generating(limit: limit).count }
                try expect(count, equals: max(0, limit), "how many with limit \(limit)")
            }
            for (settled, one) in expected.enumerated() {
                var alternative = one.alternative
                alternative.status = .interrupted
                let isUpdated = try await probe.write { [alternative] in
                    try $0.messages.update(
                        alternative, of: one.message, of: one.user, ifGeneratedBy: one.alternative.turn,
                        at: probe.start)
                }
                try expect(isUpdated, equals: true, "the repair")
                try await expect(
                    probe.read(find).count, equals: expected.count - settled - 1, "how many are still being written")
            }
        },
    ]
}
