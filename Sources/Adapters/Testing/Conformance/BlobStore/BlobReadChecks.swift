internal import CompanionCore

extension BlobStoreConformance {
    static let blobReadChecks: [Check] = [
        check("Any range has just its bytes, and one beyond the end is cut to it") { probe in
            let (scope, key) = (probe.person(), try probe.key("ranges"))
            let bytes = probe.bytes(600_000)
            try await probe.store.put(bytes, at: key, in: scope)
            for _ in 0..<20 {
                let start = probe.number(in: 0...599_999)
                let end = probe.number(in: start + 1...700_000)
                let blob = try await probe.store.get(key, in: scope, range: start..<end)
                try expect(blob.range, equals: start..<min(end, bytes.count), "the range")
                try expect(blob.head.size, equals: bytes.count, "the size of the whole")
                let isSame = try await probe.content(key, in: scope, range: start..<end) == Array(bytes[blob.range])
                try expect(isSame, "the bytes \(blob.range)")
            }
        },
        check("A range without a byte of the blob is refused") { probe in
            let (scope, key) = (probe.person(), try probe.key("ranges"))
            for size in [0, 10] {
                try await probe.store.put(probe.bytes(size), at: key, in: scope)
                for range in [size..<size + 1, 3..<3, -1..<2, 100..<200] {
                    try await expectError(.invalidInput, "the range \(range) of \(size) bytes") {
                        _ = try await probe.store.get(key, in: scope, range: range)
                    }
                }
            }
            try await expectError(.notFound, "a range of nothing") {
                _ = try await probe.store.get(try probe.key("nothing"), in: scope, range: 0..<1)
            }
        },
        check("A body is one version, also when its blob is replaced or deleted meanwhile") { probe in
            let (scope, key) = (probe.person(), try probe.key("changing"))
            let old = [UInt8](repeating: 1, count: 2_000_000)
            for isDeleted in [false, true] {
                try await probe.store.put(old, at: key, in: scope)
                var seen: [UInt8] = []
                do {
                    for try await chunk in try await probe.store.get(key, in: scope, range: nil).body {
                        if seen.isEmpty {
                            if isDeleted {
                                try await probe.store.delete(key, in: scope)
                            } else {
                                try await probe.store.put([UInt8](repeating: 2, count: 2_000_000), at: key, in: scope)
                            }
                        }
                        seen += chunk
                    }
                    try expect(seen == old, "the old version")
                } catch is CompanionError {
                    try expect(seen.allSatisfy { $0 == 1 }, "nothing but the old version before the error")
                }
            }
        },
        check("What is somebody's is nobody else's") { probe in
            let (scope, other, key) = (probe.person(), probe.person(), try probe.key("secret"))
            try await probe.store.put([1], at: key, in: scope)
            for stranger in [other, .shared] {
                try expect(try await probe.store.head(key, in: stranger), equals: nil, "the head for a stranger")
                try await expectError(.notFound, "a stranger's reading") {
                    _ = try await probe.store.get(key, in: stranger, range: nil)
                }
                try await probe.store.delete(key, in: stranger)
            }
            try expect(try await probe.content(key, in: scope), equals: [1], "the blob")
        },
        check("A cancelled task's call throws CancellationError and writes nothing") { probe in
            let (scope, key) = (probe.person(), try probe.key("late"))
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                try await probe.store.put([1], at: key, in: scope)
            }
            do {
                _ = try await task.value
                throw Disappointment(expectation: "CancellationError", seen: "no error")
            } catch is CancellationError {}
            try expect(try await probe.store.head(key, in: scope), equals: nil, "the head of what was not written")
        },
    ]
}
