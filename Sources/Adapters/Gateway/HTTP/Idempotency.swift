internal import CompanionCore
internal import HTTPTypes

/// Answers a request that comes again, by its `Idempotency-Key`, with what was answered first.
struct Idempotency {
    let cache: any Cache
    let user: User.ID
    let key: String
    let request: GatewayRequest

    private static let lifetime = Duration.seconds(86_400)
    /// For as long a request that has begun keeps others of its key away, should its process die.
    private static let patience = Duration.seconds(60)

    func once(_ handle: () async throws -> GatewayResponse) async throws -> GatewayResponse {
        guard (1...128).contains(key.utf8.count), key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw CompanionError(.invalidInput, "An Idempotency-Key is 1 to 128 visible characters.")
        }
        let namespace = CacheNamespace.user(user, "idempotency")
        let name = "\(request.path) \(key)".suffix(CacheBounds.maximumKeyBytes / 4)
        let print = Self.fingerprint(request.body)
        let begun = Array("begun \(print)".utf8)
        let isFirst: Bool
        do {
            isFirst = try await cache.setIfAbsent(begun, for: String(name), in: namespace, expiringAfter: Self.patience)
        } catch let error as CompanionError where error.code == .unavailable || error.code == .timedOut {
            return try await handle()
        }
        if !isFirst, let kept = try await cache.value(for: String(name), in: namespace) {
            return try replay(kept, print)
        }
        do {
            let response = try await handle()
            // A cache that fails now must not make what was done look as if it was not.
            if let kept = Self.serialized(response, print), kept.count <= CacheBounds.maximumValueBytes {
                try? await cache.set(kept, for: String(name), in: namespace, expiringAfter: Self.lifetime)
            } else {
                try? await cache.remove(String(name), in: namespace)
            }
            return response
        } catch {
            try? await cache.remove(String(name), in: namespace)
            throw error
        }
    }

    private func replay(_ kept: [UInt8], _ print: String) throws -> GatewayResponse {
        let parts = kept.split(separator: 0x0A, maxSplits: 2, omittingEmptySubsequences: false)
        let head = String(decoding: parts[0], as: UTF8.self).split(separator: " ")
        guard head.last.map(String.init) == print else {
            throw ProblemError(
                .unprocessableContent, "conflict", "This Idempotency-Key was used for another request: take a new one.")
        }
        guard parts.count == 3, let status = head.first.flatMap({ Int($0) }) else {
            throw CompanionError(
                .busy, "The first request of this Idempotency-Key goes on.", retry: .after(.seconds(1)))
        }
        var response = GatewayResponse(
            .init(code: status), bytes: Array(parts[2]), type: String(decoding: parts[1], as: UTF8.self))
        response.headers[.idempotencyReplayed] = "true"
        return response
    }

    private static func serialized(_ response: GatewayResponse, _ print: String) -> [UInt8]? {
        guard response.status.code < 500, let bytes = response.bytes else { return nil }
        return Array("\(response.status.code) \(print)\n\(response.headers[.contentType] ?? "")\n".utf8) + bytes
    }

    /// Tells bodies apart; nothing depends on nobody finding two that are alike.
    private static func fingerprint(_ body: [UInt8]) -> String {
        var checksum = CRC32()
        checksum.update(body)
        return "\(checksum.value)-\(body.count)"
    }
}
