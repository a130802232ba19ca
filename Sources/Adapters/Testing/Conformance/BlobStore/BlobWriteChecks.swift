internal import CompanionCore

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

extension BlobStoreConformance {
    static let blobWriteChecks: [Check] = [
        check("What was put is got, byte by byte, whatever its size and its chunks") { probe in
            let scope = probe.person()
            for size in [0, 1, 65_535, 262_144, 262_145, probe.number(in: 300_000...900_000)] {
                let key = try probe.key("some/where/blob-\(size).bin")
                let bytes = probe.bytes(size)
                let head = try await probe.store.put(
                    probe.stream(bytes), at: key, in: scope, attributes: .init(), condition: .always)
                var checksum = CRC32()
                checksum.update(bytes)
                try expect(head.size, equals: size, "the size")
                try expect(head.checksum, equals: checksum.value, "the checksum")
                let isSame = try await probe.content(key, in: scope) == bytes
                try expect(isSame, "the same \(size) bytes")
            }
        },
        check("The head tells size, attributes, checksum, time and tag; where there is no blob it is nil") { probe in
            let (scope, key) = (probe.person(), try probe.key("portrait.png"))
            try await expectNothing(at: key, in: scope, probe)
            let attributes = BlobAttributes(
                contentType: "image/png", cacheControl: "public, max-age=31536000, immutable")
            let start = ContinuousClock.now
            let put = try await probe.store.put(probe.bytes(10), at: key, in: scope, attributes: attributes)
            // Of a server that takes its time, both sides may name either end of it.
            let took = (ContinuousClock.now - start) / .seconds(1)
            let head = try await probe.store.head(key, in: scope)
            try expect(head?.key, equals: key, "the key")
            try expect(head?.size, equals: 10, "the size")
            try expect(head?.attributes, equals: attributes, "the attributes")
            try expect(head?.checksum, equals: put.checksum, "the checksum")
            try expect(head?.tag, equals: put.tag, "the tag")
            let isNear = head.map { abs($0.modifiedAt.timeIntervalSince(put.modifiedAt)) < 2 + took } ?? false
            try expect(isNear, "the time of writing")
        },
        check("A blob is replaced whole, with another tag") { probe in
            let (scope, key) = (probe.person(), try probe.key("note"))
            let first = try await probe.store.put(probe.bytes(500), at: key, in: scope)
            let second = try await probe.store.put(Array("short".utf8), at: key, in: scope)
            try expect(first.tag != second.tag, "another tag")
            try expect(try await probe.content(key, in: scope), equals: Array("short".utf8), "the content")
        },
        check("A write whose stream fails leaves what was there") { probe in
            let (scope, key) = (probe.person(), try probe.key("note"))
            for before in [nil, Array("before".utf8)] {
                if let before { try await probe.store.put(before, at: key, in: scope) }
                try await expectError(.timedOut, "a stream that fails") {
                    let failing = BlobStream(pulling: 0) { count in
                        count += 1
                        if count > 3 { throw CompanionError(.timedOut, "The stream fails.") }
                        return [UInt8](repeating: 7, count: 100_000)
                    }
                    _ = try await probe.store.put(
                        failing, at: key, in: scope, attributes: .init(), condition: .always)
                }
                if let before {
                    try expect(try await probe.content(key, in: scope), equals: before, "the content")
                } else {
                    try await expectNothing(at: key, in: scope, probe)
                }
            }
        },
        check("A write is conditional on absence or on a tag, and of many at once one succeeds") { probe in
            let (scope, key) = (probe.person(), try probe.key("contested"))
            try await expectError(.conflict, "a tag where there is nothing") {
                try await probe.store.put([1], at: key, in: scope, condition: .ifTag("none"))
            }
            try expect(try await winners(10, at: key, in: scope, .ifAbsent, probe), equals: 1, "how many have written")
            let head = try await probe.store.head(key, in: scope)
            try await expectError(.conflict, "a blob where there is one") {
                try await probe.store.put([1], at: key, in: scope, condition: .ifAbsent)
            }
            let tag = head?.tag ?? ""
            try expect(
                try await winners(10, at: key, in: scope, .ifTag(tag), probe), equals: 1, "how many have replaced it")
            try await expectError(.conflict, "a tag of before") {
                try await probe.store.put([1], at: key, in: scope, condition: .ifTag(tag))
            }
        },
        check("A deleted blob is gone, one that there is not counts as deleted, and others stay") { probe in
            let scope = probe.person()
            let (key, other) = (try probe.key("a"), try probe.key("a/b"))
            try await probe.store.put([1], at: key, in: scope)
            try await probe.store.put([2], at: other, in: scope)
            for _ in 0..<2 { try await probe.store.delete(key, in: scope) }
            try await expectNothing(at: key, in: scope, probe)
            try expect(try await probe.content(other, in: scope), equals: [2], "the other blob")
        },
        check("A copy has content and attributes, also for somebody else, and obeys its condition") { probe in
            let (scope, other) = (probe.person(), probe.person())
            let (key, copied) = (try probe.key("original"), try probe.key("copies/first"))
            let bytes = probe.bytes(300_000)
            let attributes = BlobAttributes(contentType: "text/plain", cacheControl: "no-store")
            let original = try await probe.store.put(bytes, at: key, in: scope, attributes: attributes)
            let head = try await probe.store.copy(key, in: scope, to: copied, in: other, condition: .ifAbsent)
            try expect(head.key, equals: copied, "the key")
            try expect(head.attributes, equals: attributes, "the attributes")
            try expect(head.checksum, equals: original.checksum, "the checksum")
            let isSame = try await probe.content(copied, in: other) == bytes
            try expect(isSame, "the same bytes")
            try await expectError(.conflict, "a copy to where there is one") {
                _ = try await probe.store.copy(key, in: scope, to: copied, in: other, condition: .ifAbsent)
            }
            try await expectError(.notFound, "a copy of nothing") {
                _ = try await probe.store.copy(copied, in: scope, to: key, in: scope, condition: .always)
            }
            try await probe.store.delete(key, in: scope)
            try expect(try await probe.store.head(copied, in: other)?.size, equals: 300_000, "the size of the copy")
        },
        check("Attributes are bounded: empty, long, and those of more than one line are refused") { probe in
            let (scope, key) = (probe.person(), try probe.key("note"))
            for text in ["", "a\r\nx-injected: 1", "ä", String(repeating: "a", count: 256)] {
                for attributes in [BlobAttributes(contentType: text), BlobAttributes(cacheControl: text)] {
                    try await expectError(.invalidInput, "the attribute \(text.debugDescription)") {
                        try await probe.store.put([1], at: key, in: scope, attributes: attributes)
                    }
                }
            }
            try await expectNothing(at: key, in: scope, probe)
        },
    ]

    private static func expectNothing(at key: BlobKey, in scope: BlobScope, _ probe: BlobProbe) async throws {
        try expect(try await probe.store.head(key, in: scope), equals: nil, "the head of nothing")
        try await expectError(.notFound, "nothing") { _ = try await probe.store.get(key, in: scope, range: nil) }
    }

    /// How many of writes at once succeed, the others with `conflict`.
    private static func winners(
        _ count: Int, at key: BlobKey, in scope: BlobScope, _ condition: BlobCondition, _ probe: BlobProbe
    ) async throws -> Int {
        try await withThrowingTaskGroup(of: Int.self) { group in
            for writer in 0..<count {
                group.addTask {
                    do {
                        try await probe.store.put([UInt8(writer)], at: key, in: scope, condition: condition)
                        return 1
                    } catch let error as CompanionError where error.code == .conflict {
                        return 0
                    }
                }
            }
            return try await group.reduce(0, +)
        }
    }
}
