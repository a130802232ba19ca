import CompanionCore
import CompanionTesting
import Testing
import _CompanionHTTP

@testable import CompanionS3

@Suite("The blob store on S3", .enabled(if: !S3Peer.all.isEmpty, "no server of S3 was started"))
struct S3BlobStoreTests {
    private let scope = BlobScope.user(IdentifierGenerator().next())

    private func key(_ text: String) throws -> BlobKey { try #require(BlobKey(text)) }

    private func error(_ body: () async throws -> Void) async throws -> CompanionError {
        do {
            try await body()
        } catch {
            return try #require(error as? CompanionError)
        }
        Issue.record("It did not fail.")
        return CompanionError(.internalInconsistency, "")
    }

    /// Bytes that are not the same from part to part.
    private func stream(_ count: Int, failingAt limit: Int = .max) -> BlobStream {
        BlobStream(pulling: 0) { (place: inout Int) in
            guard place < count else { return nil }
            guard place < limit else { throw CompanionError(.timedOut, "The stream fails.") }
            let size = min(100_000, count - place)
            defer { place += size }
            return (place..<place + size).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 11) }
        }
    }

    @Test("It keeps the port's contract", arguments: S3Peer.all, BlobStoreConformance.checks)
    func conforms(_ peer: S3Peer, _ check: BlobStoreConformance.Check) async throws {
        // Their conditions are not in one step with the write, as Amazon's are.
        if check.name.contains("of many at once one succeeds") { return }
        try await check.run(on: try peer.store())
    }

    @Test("A write is conditional on absence or on a tag, whole and in parts", arguments: S3Peer.all)
    func conditions(_ peer: S3Peer) async throws {
        let store = try peer.store()
        for (name, count) in [("small", 10), ("large", 9_000_000)] {
            let key = try key(name)
            func put(_ condition: BlobCondition) async throws -> BlobHead {
                try await store.put(stream(count), at: key, in: scope, attributes: .init(), condition: condition)
            }
            guard peer.knowsConditions else { continue }
            let head = try await put(.ifAbsent)
            let second = try await error { _ = try await put(.ifAbsent) }
            #expect(second.code == .conflict)
            // moto does not compare tags when it puts parts together.
            guard count < 100 else { continue }
            _ = try await put(.ifTag(head.tag))
            let other = try await error { _ = try await put(.ifTag("0123456789abcdef0123456789abcdef")) }
            #expect(other.code == .conflict)
        }
    }

    @Test("A large blob goes in parts, and comes back the same", arguments: S3Peer.all)
    func large(_ peer: S3Peer) async throws {
        let (store, key, count) = (try peer.store(), try key("large"), 17_000_001)
        let head = try await store.put(
            stream(count), at: key, in: scope, attributes: .init(contentType: "video/mp4"), condition: .always)
        #expect(head.size == count)
        var checksum = CRC32()
        for try await chunk in try await store.get(key, in: scope, range: nil).body { checksum.update(chunk) }
        #expect(checksum.value == head.checksum)
        let known = try await store.head(key, in: scope)
        #expect(known?.size == count && known?.tag == head.tag && known?.attributes == head.attributes)
        let range = 5_242_870..<5_242_900
        let part = try await store.bytes(of: key, in: scope, range: range, maximumBytes: 100)
        #expect(part == range.map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 11) })
    }

    @Test("A large upload that fails leaves nothing behind", arguments: S3Peer.all)
    func aborted(_ peer: S3Peer) async throws {
        let (store, key) = (try peer.store(), try key("failing"))
        let error = try await error {
            _ = try await store.put(
                stream(30_000_000, failingAt: 20_000_000), at: key, in: scope, attributes: .init(), condition: .always)
        }
        #expect(error.code == .timedOut)
        let left = try await store.head(key, in: scope)
        #expect(left == nil)
        let client = try S3Client(
            .init(
                bucket: "companion-test", endpoint: peer.endpoint,
                credentials: StaticS3Credentials(peer.credentials)), clock: SystemClock())
        let uploads = try S3Document(await client.answer(to: .init(method: .get, query: [("uploads", "")])).body)
        #expect(!uploads.children.contains { $0["Key"]?.contains("failing") == true })
    }

    @Test("Somebody with an address and no credentials reads and writes", arguments: S3Peer.all)
    func presigned(_ peer: S3Peer) async throws {
        let (store, key) = (try peer.store(), try key("shared.png"))
        let put = try await store.presignedPut(
            key, in: scope, attributes: .init(contentType: "image/png", cacheControl: "public, max-age=60"),
            expiringAfter: .seconds(60))
        _ = try await send(
            HTTPRequest(
                .put, put.url, headers: HTTPHeaderFields(put.headers.map { ($0.key, $0.value) }), body: [1, 2, 3]))
        let head = try await store.head(key, in: scope)
        #expect(head?.attributes.contentType == "image/png")
        let get = try await store.presignedGet(key, in: scope, expiringAfter: .seconds(60))
        let bytes = try await send(HTTPRequest(.get, get.url))
        #expect(bytes == [1, 2, 3])
        for duration in [Duration.zero, .seconds(604_801)] {
            await #expect(throws: CompanionError.self) {
                try await store.presignedGet(key, in: scope, expiringAfter: duration)
            }
        }
    }

    private func send(_ request: HTTPRequest) async throws -> [UInt8] {
        try await HTTPTransport().withCall(to: "S3", deadlines: .init(total: .seconds(20)), clock: SystemClock()) {
            call in
            _ = try await call.send(request)
            return try await call.collect(1_000).bytes
        }
    }

    @Test("A bucket that there is not, and a server that there is not, are told in words", arguments: S3Peer.all)
    func unreachable(_ peer: S3Peer) async throws {
        let missing = try peer.store { $0.bucket = "companion-missing" }
        let error = try await error { try await missing.check() }
        #expect(error.message.contains("bucket") || error.code == .forbidden)
        let absent = try peer.store { $0.endpoint = "http://127.0.0.1:1" }
        let refused = try await self.error { try await absent.check() }
        #expect(refused.code == .unavailable)
    }
}
