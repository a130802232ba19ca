internal import CompanionCore
internal import _CompanionHTTP

extension OpenAI {
    /// The most that is read of a list of models, in bytes. OpenRouter's list, the longest known, has half a megabyte.
    private static let maximumListSize = 8 << 20

    /// The names of the models that the server offers, in its order.
    ///
    /// Throws `CompanionError` as a language model does; `notFound` where the server has no such list.
    public func models() async throws -> [String] {
        let request = try request(.get, "/models")
        return try await transport.withCall(to: Self.peer, deadlines: deadlines, clock: clock) { call in
            let bytes = try await call.answer(
                to: request, limit: Self.maximumListSize, retries: configuration.retries.policy, random: random
            ) { ErrorMapping.error($0, peer: Self.peer) }
            guard let list = try? JSONValue(parsing: bytes), let models = (list["data"] ?? list["models"])?.array else {
                throw CompanionError(
                    .malformedResponse, "\(Self.peer) answered with no list of models: check the base URL.")
            }
            return models.compactMap { $0["id"]?.string ?? $0["name"]?.string }
        }
    }
}
