import Foundation
import NIOCore
import NIOPosix

/// The program that is measured, on a fresh SQLite file.
final class Server {
    let port: Int
    private let process = Process()
    private let folder: URL
    private let group: any EventLoopGroup

    var usage: ProcessUsage { ProcessUsage(identifier: process.processIdentifier) }

    /// - Parameters:
    ///   - pace: How the upstream replies.
    ///   - embeds: Whether memories are found by their meaning too.
    init(
        _ program: String, pace: UpstreamPace, upstream: Int, embeds: Bool, processors: Processors,
        group: any EventLoopGroup
    ) throws {
        self.group = group
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("gateway-benchmark-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        port = try Self.freePort(group)
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments =
            [
                "--port", "\(port)", "--database", "sqlite:\(folder.path)/server.sqlite", "--plan", "none",
                "--openai-base-url", "http://127.0.0.1:\(upstream)/v1", "--model", pace.name, "--openai-api", "chat",
            ]
            + (embeds
                ? ["--embedding-model", "mock", "--embedding-dimensions", "\(UpstreamVectors.dimensions)"] : [])
        // Nothing of what is set for others is for this one.
        process.environment = [
            "HOME": folder.path, "PATH": "/usr/bin:/bin", "OPENAI_API_KEY": "none",
        ]
        .merging(ProcessInfo.processInfo.environment.filter { $0.key == "LD_LIBRARY_PATH" }) { ours, _ in ours }
        let output = Pipe()
        process.standardOutput = output
        process.standardInput = FileHandle.nullDevice
        // It inherits this.
        Processors.pin(to: processors.server)
        defer { Processors.pin(to: processors.rest) }
        try process.run()
        Children.add(process)
        // It speaks once it listens.
        guard !output.fileHandleForReading.availableData.isEmpty else {
            stop()
            throw Failure("\(program) did not start.")
        }
    }

    func stop() {
        Children.end(process)
        try? FileManager.default.removeItem(at: folder)
    }

    private static func freePort(_ group: any EventLoopGroup) throws -> Int {
        let channel = try ServerBootstrap(group: group).bind(host: "127.0.0.1", port: 0).wait()
        defer { try? channel.close().wait() }
        return channel.localAddress!.port!
    }

    // MARK: People

    /// Somebody who has an account, a key and a character.
    struct Person: Sendable {
        var key: String
        var character: String

        /// What a session of theirs begins with: in a chat of its own, or in none.
        func greeting(isChatting: Bool = true) -> String {
            #"{"type":"hello","token":"\#(key)"\#(isChatting ? #","character":"\#(character)""# : "")}"#
        }
    }

    func signUp(_ number: Int) throws -> Person {
        let session = try post(
            "/v1/accounts",
            ["email": "person\(number)@example.org", "password": "correct horse battery \(number)", "name": "Ada"])
        let token = try Self.string("accessToken", in: session)
        let key = try Self.string("key", in: post("/v1/keys", ["name": "benchmark"], token: token))
        let made = try post(
            "/v1/characters",
            [
                "spec": "chara_card_v2", "spec_version": "2.0",
                "data": [
                    "name": "Luna", "description": "A lighthouse keeper on a small island in the north.",
                    "personality": "Calm, curious, a collector of stories.",
                    "scenario": "The lamp is lit, and somebody came up the stairs.",
                    "first_mes": "The lamp is lit. What brings you up here?", "mes_example": "",
                ] as [String: Any],
            ], token: key)
        return Person(key: key, character: try Self.string("id", in: made["character"] as? [String: Any] ?? [:]))
    }

    private static func string(_ name: String, in object: [String: Any]) throws -> String {
        guard let value = object[name] as? String else {
            throw Failure("The server's answer has no \(name): \(object)")
        }
        return value
    }

    private func post(_ path: String, _ body: [String: Any], token: String? = nil) throws -> [String: Any] {
        let data = try JSONSerialization.data(withJSONObject: body)
        let request =
            "POST \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nConnection: close\r\n"
            + (token.map { "Authorization: Bearer \($0)\r\n" } ?? "") + "Content-Length: \(data.count)\r\n\r\n"
            + String(decoding: data, as: UTF8.self)
        let answer = try Exchange.of(request, port: port, group: group)
        guard let end = answer.range(of: "\r\n\r\n"), answer.hasPrefix("HTTP/1.1 20"),
            let object = try JSONSerialization.jsonObject(with: Data(answer[end.upperBound...].utf8)) as? [String: Any]
        else { throw Failure("\(path): \(answer)") }
        return object
    }
}

/// One request over a connection of its own.
private final class Exchange: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let promise: EventLoopPromise<String>
    private var received = ByteBuffer()

    private init(_ promise: EventLoopPromise<String>) { self.promise = promise }

    static func of(_ request: String, port: Int, group: any EventLoopGroup) throws -> String {
        let loop = group.next()
        let promise = loop.makePromise(of: String.self)
        let channel = try ClientBootstrap(group: loop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Exchange(promise))
                }
            }
            .connect(host: "127.0.0.1", port: port).wait()
        try channel.writeAndFlush(ByteBuffer(string: request)).wait()
        return try promise.futureResult.wait()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var data = unwrapInboundIn(data)
        received.writeBuffer(&data)
    }

    func channelInactive(context: ChannelHandlerContext) { promise.succeed(String(buffer: received)) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
