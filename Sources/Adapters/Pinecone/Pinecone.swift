public import CompanionCore
internal import Synchronization
internal import _CompanionHTTP

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// A project at Pinecone, or a server that speaks its protocol: its indexes, and a ``PineconeVectorStore`` over them.
///
/// ```swift
/// let pinecone = try Pinecone(configuration: .init(apiKey: key, index: "companion"))
/// let vectors = pinecone.vectorStore
/// ```
///
/// - What fails for now (408, 425, 429, 5xx) is tried again, not before the time that the server names.
/// - Writes are seen after a while, usually seconds.
public final class Pinecone: Sendable {
    static let peer = "Pinecone"
    private static let maximumAnswerBytes = 64 << 20

    let configuration: Configuration
    private let clock: any WallClock
    private let control: HTTPAddress
    private let transport = HTTPTransport(maximumConnections: 64)
    private let hosts: PineconeHosts

    /// Throws `invalidInput` where something in the configuration is wrong.
    public init(configuration: Configuration, clock: any WallClock = SystemClock()) throws {
        try configuration.check()
        self.configuration = configuration
        self.clock = clock
        control = try HTTPAddress(configuration.controlURL)
        hosts = PineconeHosts()
    }

    public var vectorStore: PineconeVectorStore { PineconeVectorStore(self) }

    /// Returns where the key is accepted, and says in its error what is wrong where not.
    public func check() async throws { _ = try await indexes() }

    // MARK: Indexes

    /// All indexes of the project.
    public func indexes() async throws -> [PineconeIndexDescription] {
        let answer: PineconeAnswers.Indexes = try await decoded(ask(.get, control.url("/indexes")))
        return (answer.indexes ?? []).map(PineconeIndexDescription.init)
    }

    /// Throws `notFound` where there is no such index.
    public func describeIndex(_ name: String) async throws -> PineconeIndexDescription {
        let answer: PineconeAnswers.Index = try await decoded(ask(.get, control.url("/indexes/" + name)))
        return PineconeIndexDescription(answer)
    }

    /// Creates a serverless index, and returns when it can be used. One of that name that there is already will do, where it has
    /// these dimensions and compares by the cosine.
    ///
    /// - Parameters:
    ///   - name: 1 to 45 lower-case ASCII letters, digits and `-`.
    ///   - limit: How long it may take until it can be used, before `timedOut`.
    public func createIndex(
        _ name: String, dimensions: Int, cloud: String, region: String, within limit: Duration = .seconds(300)
    ) async throws -> PineconeIndexDescription {
        var body = PineconeBody()
        body.append("{\"name\":")
        body.append(string: name)
        body.append(",\"dimension\":")
        body.append(dimensions)
        body.append(",\"metric\":\"cosine\",\"spec\":{\"serverless\":{\"cloud\":")
        body.append(string: cloud)
        body.append(",\"region\":")
        body.append(string: region)
        body.append("}}}")
        do {
            _ = try await ask(.post, control.url("/indexes"), body.bytes)
        } catch let error as CompanionError where error.code == .conflict {
            // Somebody else was faster.
        }
        return try await waitUntilReady(name, dimensions: dimensions, within: limit)
    }

    private func waitUntilReady(
        _ name: String, dimensions: Int, within limit: Duration
    ) async throws -> PineconeIndexDescription {
        let end = clock.now.addingTimeInterval(limit / .seconds(1))
        var pause = Duration.milliseconds(100)
        while true {
            let index = try await describeIndex(name)
            guard index.dimensions == dimensions, index.metric == "cosine" else {
                throw CompanionError(
                    .conflict,
                    "Pinecone has an index of that name with other dimensions or another metric than the cosine.")
            }
            if index.isReady { return index }
            guard clock.now < end else {
                throw CompanionError(.timedOut, "The index at Pinecone could not be used within \(limit).")
            }
            try await clock.sleep(for: pause)
            pause = min(pause * 2, .seconds(5))
        }
    }

    /// Deletes an index with all that is in it; one that there is not counts as deleted.
    public func deleteIndex(_ name: String) async throws {
        do {
            _ = try await ask(.delete, control.url("/indexes/" + name))
        } catch let error as CompanionError where error.code == .notFound {
        }
        await hosts.forget(name)
    }

    /// The index, whose address is asked for with the first call and then known.
    public func index(_ name: String) -> PineconeIndex { PineconeIndex(pinecone: self, name: name) }

    func address(of name: String) async throws -> HTTPAddress {
        try await hosts.address(of: name) { [self] in try await describeIndex(name).host }
    }

    // MARK: Asking

    func ask(_ method: HTTPRequest.Method, _ url: String, _ body: [UInt8]? = nil) async throws -> [UInt8] {
        var headers = HTTPHeaderFields()
        headers["Api-Key"] = configuration.apiKey
        headers["X-Pinecone-Api-Version"] = "2025-10"
        headers["Accept"] = "application/json"
        if body != nil { headers["Content-Type"] = "application/json" }
        let request = HTTPRequest(method, url, headers: headers, body: body)
        let deadlines = HTTPDeadlines(first: configuration.patience, between: configuration.patience)
        return try await transport.withCall(to: Self.peer, deadlines: deadlines, clock: clock) { call in
            try await call.answer(
                to: request, limit: Self.maximumAnswerBytes, retries: RetryPolicy(maximumAttempts: 5),
                random: SystemRandomSource(), mapping: Self.error)
        }
    }

    func decoded<Answer: Decodable>(_ body: [UInt8]) throws -> Answer {
        do {
            return try JSONDecoder().decode(Answer.self, from: Data(body))
        } catch {
            throw CompanionError(
                .malformedResponse, "Pinecone answered with something that can't be understood.", underlying: error)
        }
    }

    private static func error(_ failure: HTTPFailure) -> CompanionError {
        let body = try? JSONDecoder().decode(PineconeAnswers.Failure.self, from: Data(failure.body))
        let failure = failure.with(code: body?.error?.code, text: body?.error?.message ?? body?.message ?? "")
        return failure.error(from: peer)
    }
}

/// What is known of an index.
public struct PineconeIndexDescription: Sendable, Hashable {
    public var name: String
    /// Nil for an index of sparse vectors only.
    public var dimensions: Int?
    /// `cosine`, `dotproduct` or `euclidean`.
    public var metric: String
    /// Where its vectors are read and written.
    public var host: String
    public var isReady: Bool

    init(_ answer: PineconeAnswers.Index) {
        name = answer.name
        dimensions = answer.dimension
        metric = answer.metric ?? ""
        host = answer.host
        isReady = answer.status?.ready ?? true
    }
}
