internal import CompanionCore

extension BlobStoreConformance {
    static let blobListChecks: [Check] = [
        check("A list has the keys of the prefix, by their bytes, page by page, each once") { probe in
            let scope = probe.person()
            let parts = ["a", "a.b", "a-b", "a_b", "a/b", "b", "b/c", "0", "z.z", ".x", "a/b/c", "a.b/c"]
            let keys = try parts.map(probe.key).sorted()
            for key in keys.shuffled() { try await probe.store.put([UInt8](key.description.utf8), at: key, in: scope) }
            for prefix in ["", "a", "a/", "a.", "b/c", "nothing", "A", "/"] {
                let expected = keys.filter { $0.description.hasPrefix(prefix) }
                for limit in [1, 2, 5, 12, 1000] {
                    var seen: [BlobEntry] = []
                    while true {
                        let page = try await probe.store.list(
                            in: scope, prefix: prefix, after: seen.last?.key, limit: limit)
                        seen += page
                        try expect(page.count <= limit, "at most \(limit) of a page", seen: "\(page.count)")
                        if page.count < limit { break }
                    }
                    try expect(seen.map(\.key), equals: expected, "the keys with \(prefix.debugDescription)")
                    try expect(seen.map(\.size), equals: expected.map(\.description.utf8.count), "the sizes")
                }
            }
            let after = try await probe.store.list(in: scope, prefix: "", after: try probe.key("a-c"), limit: 1)
            try expect(after.map(\.key), equals: [try probe.key("a.b")], "what comes after a key that there is not")
        },
        check("A page has 1 to 1,000 blobs") { probe in
            for limit in [0, -1, 1001] {
                try await expectError(.invalidInput, "a page of \(limit)") {
                    _ = try await probe.store.list(in: probe.person(), prefix: "", after: nil, limit: limit)
                }
            }
        },
        check("Deleting some at a time leaves nothing of a scope, and all of another") { probe in
            let (scope, other) = (probe.person(), probe.person())
            for number in 0..<7 {
                for scope in [scope, other] {
                    try await probe.store.put([1], at: try probe.key("\(number)"), in: scope)
                }
            }
            var counts: [Int] = []
            repeat { counts.append(try await probe.store.deleteSome(in: scope, limit: 3)) } while counts.last == 3
            try expect(counts, equals: [3, 3, 1], "how many were deleted")
            let rest = try await probe.store.list(in: scope, prefix: "", after: nil, limit: 10)
            try expect(rest, equals: [], "what is left")
            let kept = try await probe.store.list(in: other, prefix: "", after: nil, limit: 10)
            try expect(kept.count, equals: 7, "how many of the other are left")
        },
        check("After any sequence of writes a list is what a simple model has") { probe in
            let scope = probe.person()
            var model: [BlobKey: [UInt8]] = [:]
            for _ in 0..<40 {
                let key = try probe.key("k\(probe.number(in: 0...5))/\(probe.number(in: 0...2))")
                if probe.number(in: 0...2) == 0 {
                    try await probe.store.delete(key, in: scope)
                    model[key] = nil
                } else {
                    let bytes = probe.bytes(probe.number(in: 0...200))
                    try await probe.store.put(bytes, at: key, in: scope)
                    model[key] = bytes
                }
                let entries = try await probe.store.list(in: scope, prefix: "", after: nil, limit: 100)
                try expect(entries.map(\.key), equals: model.keys.sorted(), "the keys")
                try expect(
                    entries.map(\.size), equals: model.sorted { $0.key < $1.key }.map(\.value.count), "the sizes")
            }
        },
    ]
}
