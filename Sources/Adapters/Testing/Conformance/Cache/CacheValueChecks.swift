internal import CompanionCore

extension CacheConformance {
    static let cacheValueChecks: [Check] = [
        check("What was kept is read, byte by byte; where nothing was, nothing is") { probe in
            let namespace = probe.namespace()
            try await expect(probe.value(in: namespace), equals: nil, "what is there at first")
            for value in [[], [0], Array(0...255), probe.bytes(70_000), probe.bytes(CacheBounds.maximumValueBytes)] {
                try await probe.set(value, in: namespace)
                let seen = try await probe.value(in: namespace)
                try expect(seen == value, "the \(value.count) bytes", seen: "\(seen?.count ?? -1) bytes, or others")
            }
            try await expect(probe.value("other", in: namespace), equals: nil, "what is at another key")
        },
        check("Keys are equal where their UTF-8 is, whatever is in them") { probe in
            let namespace = probe.namespace()
            let keys = [
                "a", "A", "a ", " a", "a/b", "a:b", "*", "a*", "[a]", "\u{E9}", "e\u{301}", "\0", "a\0b", "\r\n", "😀",
                String(repeating: "k", count: CacheBounds.maximumKeyBytes),
            ]
            for (index, key) in keys.enumerated() { try await probe.set([UInt8(index)], key, in: namespace) }
            for (index, key) in keys.enumerated() {
                try await expect(
                    probe.value(key, in: namespace), equals: [UInt8(index)], "what is at \(key.debugDescription)")
            }
        },
        check("Namespaces have keys of their own") { probe in
            let (ada, bob) = (probe.person(), probe.person())
            let purpose = "p-\(bob)"
            let namespaces: [CacheNamespace] = [
                .user(ada, "one"), .user(ada, "two"), .user(bob, "one"), .shared(purpose), .shared("\(purpose).x"),
                .user(ada, purpose),
            ]
            for (index, namespace) in namespaces.enumerated() { try await probe.set([UInt8(index)], in: namespace) }
            for (index, namespace) in namespaces.enumerated() {
                try await expect(probe.value(in: namespace), equals: [UInt8(index)], "what is in \(namespace.path)")
            }
            try await probe.cache.remove("key", in: namespaces[0])
            for (index, namespace) in namespaces.enumerated() {
                try await expect(
                    probe.value(in: namespace), equals: index == 0 ? nil : [UInt8(index)],
                    "what is in \(namespace.path)")
            }
            for namespace in namespaces { try await probe.cache.remove("key", in: namespace) }
        },
        check("Only where nothing is kept does keeping if absent keep") { probe in
            let namespace = probe.namespace()
            try await expect(probe.add([1], in: namespace), equals: true, "keeping where nothing is")
            try await expect(probe.add([2], in: namespace), equals: false, "keeping where something is")
            try await expect(probe.value(in: namespace), equals: [1], "what is there")
            try await probe.set([], in: namespace)
            try await expect(probe.add([3], in: namespace), equals: false, "keeping where something empty is")
            try await probe.cache.remove("key", in: namespace)
            try await expect(probe.value(in: namespace), equals: nil, "what is there after removing")
            try await expect(probe.add([4], in: namespace), equals: true, "keeping after removing")
            try await expect(probe.value(in: namespace), equals: [4], "what is there")
        },
        check("Of those who keep if absent at once, one succeeds, and it is the one whose value stays") { probe in
            for round in 0..<10 {
                let namespace = probe.namespace()
                let winners = try await withThrowingTaskGroup(of: UInt8?.self) { group in
                    for number in UInt8(0)..<32 {
                        group.addTask { try await probe.add([number], in: namespace) ? number : nil }
                    }
                    return try await group.reduce(into: [UInt8]()) { if let winner = $1 { $0.append(winner) } }
                }
                try expect(winners.count, equals: 1, "how many of 32 succeed in round \(round)")
                try await expect(probe.value(in: namespace), equals: winners, "what is there")
            }
        },
        check("What is out of its bounds is refused, and what was there stays") { probe in
            let namespace = probe.namespace()
            try await probe.set([1], in: namespace)
            let tooLarge = [UInt8](repeating: 7, count: CacheBounds.maximumValueBytes + 1)
            try await expectError(.limitExceeded, "a value that is too large") {
                try await probe.set(tooLarge, in: namespace)
            }
            try await expectError(.limitExceeded, "a value that is too large, if absent") {
                _ = try await probe.add(tooLarge, "other", in: namespace)
            }
            for lifetime in [Duration.zero, .milliseconds(-1), .nanoseconds(999_999), .seconds(366 * 86_400 + 1)] {
                try await expectError(.invalidInput, "a lifetime of \(lifetime)") {
                    try await probe.set([2], in: namespace, for: lifetime)
                }
                try await expectError(.invalidInput, "a lifetime of \(lifetime), if absent") {
                    _ = try await probe.add([2], "other", in: namespace, for: lifetime)
                }
            }
            for key in ["", String(repeating: "k", count: CacheBounds.maximumKeyBytes + 1)] {
                try await expectError(.invalidInput, "reading a key of \(key.utf8.count) bytes") {
                    _ = try await probe.value(key, in: namespace)
                }
                try await expectError(.invalidInput, "a key of \(key.utf8.count) bytes") {
                    try await probe.set([2], key, in: namespace)
                }
                try await expectError(.invalidInput, "removing a key of \(key.utf8.count) bytes") {
                    try await probe.cache.remove(key, in: namespace)
                }
            }
            for purpose in ["", "A", "a/b", "é", String(repeating: "a", count: 65)] {
                try await expectError(.invalidInput, "the purpose \(purpose.debugDescription)") {
                    try await probe.set([2], in: .shared(purpose))
                }
            }
            try await expect(probe.value(in: namespace), equals: [1], "what is there")
            try await expect(probe.value("other", in: namespace), equals: nil, "what is at the other key")
        },
        check("All of a person's goes at once, and nobody else's") { probe in
            let (ada, bob) = (probe.person(), probe.person())
            let shared = CacheNamespace.shared("s-\(ada)")
            for number in 0..<25 {
                for namespace in [.user(ada, "one"), .user(ada, "two"), .user(bob, "one"), shared] {
                    try await probe.set([1], "key \(number)", in: namespace)
                }
            }
            try await expect(probe.cache.count(of: ada), equals: 50, "how much of Ada's there is")
            try await expect(probe.cache.removeAll(of: ada), equals: 50, "how much was removed")
            try await expect(probe.cache.count(of: ada), equals: 0, "how much of Ada's there is then")
            try await expect(probe.cache.removeAll(of: ada), equals: 0, "how much was removed the second time")
            for number in 0..<25 {
                try await expect(probe.value("key \(number)", in: .user(ada, "one")), equals: nil, "Ada's")
                try await expect(probe.value("key \(number)", in: shared), equals: [1], "nobody's")
            }
            try await expect(probe.cache.count(of: bob), equals: 25, "how much of Bob's there is")
            for number in 0..<25 { try await probe.cache.remove("key \(number)", in: shared) }
        },
    ]
}
