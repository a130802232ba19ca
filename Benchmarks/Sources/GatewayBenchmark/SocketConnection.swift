import Foundation
import NIOCore
import NIOPosix

/// What becomes of a connection; called on its event loop.
protocol SocketOwner: AnyObject {
    func socketDidOpen(_ socket: SocketConnection)
    /// - Parameters:
    ///   - message: Valid during the call only.
    ///   - time: When it was read from the socket.
    func socket(_ socket: SocketConnection, didReceive message: UnsafeRawBufferPointer, at time: UInt32)
    /// - Parameter reason: The server's code and words where it closed; else what happened.
    func socketDidClose(_ socket: SocketConnection, _ reason: String)
}

/// A client of WebSocket with as little as a load needs: one handler on a socket, no copies, no extension.
// Safety: a connection is used on its event loop only.
final class SocketConnection: ChannelInboundHandler, @unchecked Sendable {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// How it comes to be, besides the usual.
    struct Options: Sendable {
        /// In bytes; the system's where it is nil.
        var receiveBuffer: Int?
        /// In bytes; the system's where it is nil.
        var segment: Int?
        /// Sent as it is instead of a request for a WebSocket; then nothing that comes is understood.
        var rawRequest: String?
    }

    private enum Phase { case opening, open, raw, closed }

    private weak var owner: (any SocketOwner)?
    private let options: Options
    private var phase = Phase.opening
    private var received = ByteBuffer()
    private var context: ChannelHandlerContext?
    private var closing: String?

    private init(_ owner: any SocketOwner, _ options: Options) {
        self.owner = owner
        self.options = options
    }

    /// Opens one; on the event loop.
    @discardableResult
    static func open(
        to port: Int, for owner: any SocketOwner, on loop: any EventLoop, _ options: Options = Options()
    ) -> SocketConnection {
        let connection = SocketConnection(owner, options)
        var bootstrap = ClientBootstrap(group: loop)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 16_384))
        if let size = options.receiveBuffer {
            bootstrap = bootstrap.channelOption(.socketOption(.so_rcvbuf), value: size)
        }
        if let size = options.segment {
            bootstrap = bootstrap.channelOption(.tcpOption(.init(rawValue: TCP_MAXSEG)), value: size)
        }
        bootstrap
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(connection)
                }
            }
            .connect(host: "127.0.0.1", port: port)
            .whenFailure { error in
                if connection.phase == .opening, connection.context == nil {
                    connection.phase = .closed
                    connection.owner?.socketDidClose(connection, "connect: \(error)")
                }
            }
        return connection
    }

    // MARK: Sending

    /// Sends a text message.
    func send(_ text: String) { sendFrame(0x81, Array(text.utf8)) }

    /// Sends a frame.
    ///
    /// - Parameters:
    ///   - start: The first byte: whether it is the last frame of its message, and what it is.
    ///   - length: What it says to be long, where that is not what it is.
    func sendFrame(_ start: UInt8, _ payload: [UInt8], length: Int? = nil) {
        guard let context, phase == .open else { return }
        var buffer = context.channel.allocator.buffer(capacity: payload.count + 14)
        Self.write(start, payload, length: length, to: &buffer)
        context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
    }

    /// Sends bytes as they are.
    func send(bytes: [UInt8]) {
        guard let context, phase != .closed else { return }
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
    }

    static func write(_ start: UInt8, _ payload: [UInt8], length: Int? = nil, to buffer: inout ByteBuffer) {
        let length = length ?? payload.count
        buffer.writeInteger(start)
        switch length {
        case ..<126: buffer.writeInteger(0x80 | UInt8(length))
        case ..<65_536:
            buffer.writeInteger(0x80 | UInt8(126))
            buffer.writeInteger(UInt16(length))
        default:
            buffer.writeInteger(0x80 | UInt8(127))
            buffer.writeInteger(UInt64(length))
        }
        let mask: [UInt8] = [0x37, 0xFA, 0x21, 0x3D]
        buffer.writeBytes(mask)
        buffer.writeBytes(payload.enumerated().map { $1 ^ mask[$0 & 3] })
    }

    func stopReading() { context?.channel.setOption(.autoRead, value: false).whenFailure { _ in } }

    func close() { context?.close(promise: nil) }

    // MARK: Receiving

    func channelActive(context: ChannelHandlerContext) {
        self.context = context
        var buffer = context.channel.allocator.buffer(capacity: 256)
        if let request = options.rawRequest {
            phase = .raw
            buffer.writeString(request)
        } else {
            buffer.writeStaticString(
                """
                GET /v1/socket HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
                Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n
                """)
        }
        if buffer.readableBytes > 0 { context.writeAndFlush(wrapOutboundOut(buffer), promise: nil) }
        if phase == .raw { owner?.socketDidOpen(self) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard phase != .raw, phase != .closed else { return }
        let time = Clock.microseconds
        var data = unwrapInboundIn(data)
        if received.readableBytes == 0 { received = data } else { received.writeBuffer(&data) }
        if phase == .opening {
            guard let end = received.withUnsafeReadableBytes({ $0.index(of: "\r\n\r\n") }) else { return }
            let answer = received.readString(length: end + 4)!
            guard answer.hasPrefix("HTTP/1.1 101") else {
                closing = String(answer.prefix { $0 != "\r\n" })
                return context.close(promise: nil)
            }
            phase = .open
            owner?.socketDidOpen(self)
        }
        let consumed = received.withUnsafeReadableBytes { takeFrames($0, time) }
        received.moveReaderIndex(forwardBy: consumed)
        if received.readableBytes == 0 { received = ByteBuffer() }
    }

    /// - Returns: How many bytes the whole frames had.
    private func takeFrames(_ bytes: UnsafeRawBufferPointer, _ time: UInt32) -> Int {
        var index = 0
        while index + 2 <= bytes.count, phase == .open {
            var start = index + 2
            var length = Int(bytes[index + 1] & 0x7F)
            if length >= 126 {
                let size = length == 126 ? 2 : 8
                guard start + size <= bytes.count else { break }
                length = bytes[start..<start + size].reduce(0) { $0 << 8 | Int($1) }
                start += size
            }
            guard start + length <= bytes.count else { break }
            let payload = UnsafeRawBufferPointer(rebasing: bytes[start..<start + length])
            switch bytes[index] & 0x0F {
            case 8:
                let code = payload.count >= 2 ? Int(payload[0]) << 8 | Int(payload[1]) : 1005
                closing = "closed with \(code) \(String(decoding: payload.dropFirst(2), as: UTF8.self))"
                // As a client does: the code back, and the end.
                sendFrame(0x88, Array(payload.prefix(2)))
                context?.close(promise: nil)
            case 9: sendFrame(0x8A, Array(payload))
            case 1: owner?.socket(self, didReceive: payload, at: time)
            default: break
            }
            index = start + length
        }
        return index
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        closing = closing ?? "\(error)"
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        guard phase != .closed else { return }
        phase = .closed
        owner?.socketDidClose(self, closing ?? "closed")
    }
}
