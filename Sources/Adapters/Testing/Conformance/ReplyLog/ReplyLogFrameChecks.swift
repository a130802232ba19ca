internal import CompanionCore

extension ReplyLogConformance {
    static let replyLogFrameChecks: [Check] = [
        check("Frames are read in their order, byte by byte, after any of them") { probe in
            let key = probe.key()
            var all: [[UInt8]] = []
            for _ in 0..<10 {
                let more = (0..<probe.number(in: 1...5)).map { _ in probe.bytes(probe.number(in: 0...300)) }
                try await probe.append(more, at: all.count + 1, to: key)
                all += more
            }
            for _ in 0..<20 {
                let (after, limit) = (probe.number(in: 0...all.count), probe.number(in: 1...20))
                let expected = probe.frames(Array(all.dropFirst(after).prefix(limit)), from: after + 1)
                try await expect(
                    probe.read(key, after: after, limit: limit), equals: expected, "\(limit) frames after \(after)")
            }
            try await expect(probe.read(key, after: all.count + 5), equals: [], "what is behind the last")
        },
        check("Appending the same again changes nothing, and what is new is appended") { probe in
            let key = probe.key()
            try await probe.append([[1], [2]], at: 1, to: key)
            try await probe.append([[1], [2]], at: 1, to: key)
            try await expect(probe.read(key), equals: probe.frames([[1], [2]]), "after the same again")
            try await probe.append([[9], [3]], at: 2, to: key)
            try await expect(probe.read(key), equals: probe.frames([[1], [2], [3]]), "after more of it")
        },
        check("Frames that would leave a gap are refused") { probe in
            let key = probe.key()
            try await probe.append([[1]], at: 1, to: key)
            try await expectError(.conflict, "Appending behind a gap") { try await probe.append([[3]], at: 3, to: key) }
            try await expect(probe.read(key), equals: probe.frames([[1]]), "what is there")
        },
        check("A log may begin with any number; who wants what was before is told that it is gone") { probe in
            let key = probe.key()
            try await probe.append([[7], [8]], at: 7, to: key)
            try await expect(probe.read(key, after: 6), equals: probe.frames([[7], [8]], from: 7), "what is there")
            try await expectError(.notFound, "Reading what is gone") { _ = try await probe.read(key, after: 3) }
        },
        check("Logs have frames of their own") { probe in
            let (one, other) = (probe.key(), probe.key())
            let second = ReplyLogKey(user: one.user, name: "reply-2")
            try await probe.append([[1]], at: 1, to: one)
            try await probe.append([[2]], at: 1, to: second)
            try await expect(probe.read(one), equals: probe.frames([[1]]), "the first log")
            try await expect(probe.read(second), equals: probe.frames([[2]]), "the person's second log")
            try await expect(probe.read(other), equals: [], "somebody else's log")
        },
        check("What is out of its bounds is refused, and nothing is appended") { probe in
            let key = probe.key()
            let large = [UInt8](repeating: 1, count: ReplyLogBounds.maximumBytes)
            try await expectError(.limitExceeded, "Too many bytes") {
                try await probe.append([large, [1]], at: 1, to: key)
            }
            try await expectError(.limitExceeded, "Too many frames") {
                try await probe.append(Array(repeating: [1], count: ReplyLogBounds.maximumFrames + 1), at: 1, to: key)
            }
            for sequence in [0, -1, ReplyLogBounds.maximumSequence + 1] {
                try await expectError(.invalidInput, "The number \(sequence)") {
                    try await probe.append([[1]], at: sequence, to: key)
                }
            }
            for lifetime in [Duration.zero, .seconds(367 * 86_400)] {
                try await expectError(.invalidInput, "A lifetime of \(lifetime)") {
                    try await probe.append([[1]], at: 1, to: key, for: lifetime)
                }
            }
            let name = ReplyLogKey(user: key.user, name: "Not plain")
            try await expectError(.invalidInput, "A name") { try await probe.append([[1]], at: 1, to: name) }
            for limit in [0, ReplyLogBounds.maximumFrames + 1] {
                try await expectError(.invalidInput, "A limit of \(limit)") {
                    _ = try await probe.read(key, limit: limit)
                }
            }
            try await expect(probe.read(key), equals: [], "what is there")
            try await probe.append([large], at: 1, to: key)
            try await probe.append([], at: 1, to: key)
            try await expect(probe.read(key).map(\.bytes.count), equals: [large.count], "the largest frame")
        },
    ]
}
