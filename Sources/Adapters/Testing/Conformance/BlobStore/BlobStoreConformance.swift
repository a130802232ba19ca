public import CompanionCore

/// The contract of `BlobStore` as checks.
///
/// ```swift
/// @Test(arguments: BlobStoreConformance.checks)
/// func conforms(_ check: BlobStoreConformance.Check) async throws {
///     try await check.run(on: InMemoryBlobStore())
/// }
/// ```
///
/// Each check works for people of its own, so one store can be put to all of them.
public enum BlobStoreConformance {
    public typealias Check = ConformanceCheck<any BlobStore>

    public static let checks: [Check] = blobWriteChecks + blobReadChecks + blobListChecks

    static func check(_ rule: String, _ body: @escaping @Sendable (BlobProbe) async throws -> Void) -> Check {
        Check(rule) { store, random in try await body(BlobProbe(store: store, random: random)) }
    }
}

/// What the checks of blob stores need.
struct BlobProbe: Sendable {
    let store: any BlobStore
    let random: SeededRandomSource
    private let identifiers: IdentifierGenerator

    init(store: any BlobStore, random: SeededRandomSource) {
        self.store = store
        self.random = random
        // People of its own in each run, whatever the seed.
        identifiers = IdentifierGenerator()
    }

    func person() -> BlobScope { .user(identifiers.next()) }

    func key(_ text: String) throws -> BlobKey {
        guard let key = BlobKey(text) else { throw Disappointment(expectation: "a key", seen: text) }
        return key
    }

    func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) } }

    func number(in range: ClosedRange<Int>) -> Int { range.lowerBound + Int(random.next() % UInt64(range.count)) }

    func content(_ key: BlobKey, in scope: BlobScope, range: Range<Int>? = nil) async throws -> [UInt8] {
        try await store.bytes(of: key, in: scope, range: range, maximumBytes: 1 << 26)
    }

    /// The bytes in chunks of random sizes, empty ones among them.
    func stream(_ bytes: [UInt8]) -> BlobStream {
        BlobStream(pulling: bytes[...]) { [random] rest in
            guard !rest.isEmpty else { return nil }
            let count = Int(random.next() % 70_000)
            defer { rest = rest.dropFirst(count) }
            return Array(rest.prefix(count))
        }
    }
}
