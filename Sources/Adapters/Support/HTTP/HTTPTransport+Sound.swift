package import CompanionCore

extension HTTPTransport {
    /// The body of an answer, pulled. The request is sent again as `policy` says until the first bytes have come, and not
    /// after that. Who lets go of the stream, or is cancelled, closes the connection.
    ///
    /// - Parameters:
    ///   - patience: For the first bytes, and then between two arrivals that somebody waits for.
    ///   - mapping: What a status other than success means.
    /// - Throws: `malformedResponse` where the answer is empty, or JSON.
    package func sound(
        _ request: HTTPRequest, patience: Duration, retries policy: RetryPolicy, random: any RandomSource,
        peer: String, clock: any WallClock, mapping: (HTTPFailure) -> CompanionError
    ) async throws -> BlobStream {
        var retries = RetryState(policy: policy, now: clock.now)
        while true {
            let failure: CompanionError
            do {
                let download = try await download(request, patience: patience, peer: peer, clock: clock)
                let type = download.head.headers["content-type"]?.lowercased() ?? ""
                guard !type.hasPrefix("application/json"), let first = try await download.next() else {
                    throw CompanionError(.malformedResponse, "\(peer) answered with no sound: check the base URL.")
                }
                return BlobStream(pulling: Sound(first: first, download: download)) { sound in
                    if let first = sound.first {
                        sound.first = nil
                        return first
                    }
                    guard let bytes = try await sound.download?.next() else {
                        sound.download = nil
                        return nil
                    }
                    return bytes
                }
            } catch let error as HTTPFailure {
                failure = mapping(error)
            } catch let error as CompanionError {
                failure = error
            }
            switch retries.failed(with: failure, now: clock.now, fraction: random.nextFraction()) {
            case .wait(let duration): try await clock.sleep(for: duration)
            case .giveUp: throw failure
            }
        }
    }
}

private struct Sound: Sendable {
    var first: [UInt8]?
    var download: HTTPDownload?
}
