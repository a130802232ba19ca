internal import NIOCore
internal import NIOHTTP1

/// One request, and the means to answer it.
package struct ScriptedExchange: Sendable {
    package let request: ScriptedRequest
    private let channel: any Channel

    init(request: ScriptedRequest, channel: any Channel) {
        self.request = request
        self.channel = channel
    }

    /// Answers at once and whole.
    package func respond(_ status: Int = 200, headers: [(String, String)] = [], body: String = "") async throws {
        try await begin(status, headers: headers + [("Content-Length", String(body.utf8.count))])
        try await send(body)
        try await end()
    }

    /// Begins an answer whose body comes in pieces.
    package func begin(
        _ status: Int = 200, headers: [(String, String)] = [("Content-Type", "text/event-stream")]
    ) async throws {
        let head = HTTPResponseHead(
            version: .http1_1, status: .init(statusCode: status), headers: HTTPHeaders(headers))
        try await channel.writeAndFlush(HTTPServerResponsePart.head(head))
    }

    /// Returns when the piece has been handed to the system.
    package func send(_ piece: String) async throws { try await send(Array(piece.utf8)) }

    package func send(_ piece: [UInt8]) async throws {
        guard !piece.isEmpty else { return }
        try await channel.writeAndFlush(HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(bytes: piece))))
    }

    /// Ends the answer as it should end.
    package func end() async throws { try await channel.writeAndFlush(HTTPServerResponsePart.end(nil)) }

    /// Closes the connection, whatever is missing.
    package func cut() async throws { try await channel.close() }

    /// Returns when the connection is closed.
    package func disconnected() async throws { try await channel.closeFuture.get() }
}
