internal import CompanionCore
internal import Synchronization

extension RelationalStoreConformance {
    /// An error of a caller's own.
    private struct Refusal: Error {}

    static let transactionChecks: [Check] = [
        check("What a transaction wrote is there for every later call, and what its body returns is returned") {
            probe in
            let user = probe.user()
            let result = try await probe.write { transaction in
                try transaction.users.insert(user)
                return 42
            }
            try expect(result, equals: 42, "the body's result")
            let read = try await probe.read { try $0.users.user(user.id) }
            try expect(read, equals: user, "the user in a read")
            let written = try await probe.write { try $0.users.user(user.id) }
            try expect(written, equals: user, "the user in a transaction")
        },
        check("A transaction sees its own writes") { probe in
            let scene = try await probe.scene()
            let message = probe.message(1, in: scene.chat)
            let change: ChatChange.ID = probe.id()
            let (before, after, chat) = try await probe.write { transaction in
                var user = scene.user
                user.persona = "Counts"
                try transaction.users.update(user)
                try transaction.messages.append([message], to: scene.chat.id, of: user.id, at: probe.start)
                let before = try transaction.messages.messages(
                    in: scene.chat.id, of: user.id, before: nil, limit: 9)
                _ = try transaction.messages.delete(
                    sequences: 1...1, in: scene.chat.id, of: user.id, as: change, at: probe.start)
                let after = try transaction.messages.message(message.id, of: user.id)
                try expect(transaction.users.user(user.id)?.persona, equals: "Counts", "the persona just written")
                return try (before, after, transaction.chats.chat(scene.chat.id, of: user.id))
            }
            try expect(before, equals: [message], "the messages after appending")
            try expect(after, equals: nil, "the message after deleting it")
            try expect(chat?.revision, equals: 2, "the chat's revision")
        },
        check("A transaction that throws leaves nothing of it behind, and its error is thrown") { probe in
            let writes = try await probe.everyWrite()
            let before = try await probe.dump()
            for write in writes {
                do {
                    try await probe.write { transaction in
                        try write.body(transaction)
                        throw Refusal()
                    }
                    throw Disappointment(expectation: "the body's error", seen: "no error")
                } catch is Refusal {}
                try await expect(probe.dump(), equals: before, "the store after a refused \(write.name)")
            }
            let shuffled = writes.filter { $0.name != "chats.delete" }
            do {
                try await probe.write { transaction in
                    for write in shuffled { try write.body(transaction) }
                    throw Refusal()
                }
            } catch is Refusal {}
            try await expect(probe.dump(), equals: before, "the store after many refused writes")
        },
        check("A transaction in which a call throws leaves nothing of it behind") { probe in
            let scene = try await probe.scene()
            let before = try await probe.dump()
            let messages = [probe.message(1, in: scene.chat), probe.message(3, in: scene.chat)]
            try await expectError(.conflict, "an append with a gap") {
                try await probe.write { transaction in
                    try transaction.users.insert(probe.user("Eve"))
                    try transaction.messages.append(messages, to: scene.chat.id, of: scene.user.id, at: probe.time(1))
                }
            }
            try await expect(probe.dump(), equals: before, "the store afterwards")
        },
        check("A transaction of a task that is cancelled already throws CancellationError and leaves nothing") {
            probe in
            let user = probe.user()
            let task = Task {
                // Waits for the cancellation, in whatever order the two tasks run.
                try? await Task.sleep(for: .seconds(60))
                try await probe.write { try $0.users.insert(user) }
            }
            task.cancel()
            try await expectCancellation(of: task)
            let seen = try await probe.read { try $0.users.user(user.id) }
            try expect(seen, equals: nil, "the user that a cancelled task inserted")
        },
        check("Cancellation before the commit throws CancellationError and leaves nothing") { probe in
            let user = probe.user()
            let itself = Mutex<Task<Void, any Error>?>(nil)
            let start = Gate()
            let task = Task {
                try await start.pass()
                try await probe.write { transaction in
                    try transaction.users.insert(user)
                    itself.withLock { $0?.cancel() }
                }
            }
            itself.withLock { $0 = task }
            start.open()
            try await expectCancellation(of: task)
            let seen = try await probe.read { try $0.users.user(user.id) }
            try expect(seen, equals: nil, "the user that a cancelled transaction inserted")
        },
        check("A write in a read throws unsupported and changes nothing") { probe in
            let writes = try await probe.everyWrite()
            let before = try await probe.dump()
            for write in writes {
                try await expectError(.unsupported, "\(write.name) in a read") {
                    try await probe.read { try write.body($0) }
                }
                try await expect(probe.dump(), equals: before, "the store after \(write.name) in a read")
            }
        },
    ]

    private static func expectCancellation(of task: Task<Void, any Error>) async throws {
        let seen: String
        switch await task.result {
        case .success: seen = "no error"
        case .failure(is CancellationError): return
        case .failure(let error): seen = String(reflecting: error)
        }
        throw Disappointment(expectation: "CancellationError", seen: seen)
    }
}
