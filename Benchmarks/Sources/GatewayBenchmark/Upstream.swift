import Foundation
import NIOCore
import NIOPosix

/// The scripted upstream: a server of OpenAI's protocol in a process of its own, so that its work does not count. It streams
/// replies as the model's name says (``UpstreamPace``), each piece stamped with its time, and knows embeddings.
struct Upstream {
    /// By which this program knows that it is to be the server.
    static let argument = "upstream"

    let port: Int
    private let process: Process

    var usage: ProcessUsage { ProcessUsage(identifier: process.processIdentifier) }

    /// Starts this program again as the server.
    static func start() throws -> Upstream {
        let output = Pipe()
        let process = Process()
        process.executableURL = Bundle.main.executableURL
        process.arguments = [argument]
        process.standardOutput = output
        process.standardInput = FileHandle.nullDevice
        try process.run()
        Children.add(process)
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        guard let port = Int(line.trimmingCharacters(in: .whitespacesAndNewlines)) else {
            throw Failure("The upstream did not start.")
        }
        return Upstream(port: port, process: process)
    }

    private init(port: Int, process: Process) {
        self.port = port
        self.process = process
    }

    func stop() { Children.end(process) }

    static func serve() throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        defer { try? group.syncShutdownGracefully() }
        let vectors = UpstreamVectors()
        let channel = try ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 4_096)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(UpstreamConnection(vectors))
                }
            }
            .bind(host: "127.0.0.1", port: 0).wait()
        FileHandle.standardOutput.write(Data("\(channel.localAddress!.port!)\n".utf8))
        try channel.closeFuture.wait()
    }
}

/// Why nothing can be measured.
struct Failure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
