import Foundation
import NIOCore

/// A connection to the scripted upstream: HTTP/1.1 as far as clients of OpenAI's protocol need it.
final class UpstreamConnection: ChannelInboundHandler, NIOScheduledCallbackHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private struct Reply {
        var pace: UpstreamPace
        let arrival: UInt32
        /// When the first chunk is due, on the event loop's clock.
        let base: NIODeadline
        var sent = 0
        let tellsUsage: Bool
    }

    private let vectors: UpstreamVectors
    private var received = ByteBuffer()
    private var reply: Reply?
    private var context: ChannelHandlerContext?
    private var timer: NIOScheduledCallback?
    private var text: [UInt8] = []

    init(_ vectors: UpstreamVectors) { self.vectors = vectors }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        self.context = nil
        reply = nil
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var data = unwrapInboundIn(data)
        if received.readableBytes == 0 { received = data } else { received.writeBuffer(&data) }
        while reply == nil, let length = received.withUnsafeReadableBytes(Self.requestLength) {
            let request = received.readSlice(length: length)!
            request.withUnsafeReadableBytes { answer($0) }
        }
        if received.readableBytes == 0 { received = ByteBuffer() }
    }

    /// Of the whole request that is there; nil where it is not whole.
    private static func requestLength(_ bytes: UnsafeRawBufferPointer) -> Int? {
        guard let end = bytes.index(of: "\r\n\r\n") else { return nil }
        let head = String(decoding: bytes[..<end], as: UTF8.self).lowercased()
        var length = 0
        if let field = head.range(of: "content-length:") {
            length = Int(head[field.upperBound...].prefix { $0 != "\r\n" }.filter { !$0.isWhitespace }) ?? 0
        }
        return end + 4 + length <= bytes.count ? end + 4 + length : nil
    }

    // MARK: Answers

    private func answer(_ request: UnsafeRawBufferPointer) {
        let end = request.index(of: "\r\n\r\n")!
        let path = String(decoding: request[..<end].prefix { $0 != UInt8(ascii: "\r") }, as: UTF8.self)
        let body = UnsafeRawBufferPointer(rebasing: request[(end + 4)...])
        if path.contains("/chat/completions") {
            let arrival = Clock.microseconds
            // What the server asks for itself, in the background: at once, and nothing worth keeping.
            if body.index(of: "\"response_format\"") != nil {
                return answerWhole(#"{\"memories\":[]}"#)
            }
            if body.index(of: "\"temperature\":0,") != nil || body.index(of: "\"temperature\":0}") != nil {
                return answerWhole("They talked about their days.")
            }
            begin(pace(of: body), arrival, tellsUsage: body.index(of: "\"include_usage\"") != nil)
        } else if path.contains("/embeddings") {
            answer(json: vectors.answer(to: body))
        } else if path.contains("/moderations") {
            answer(
                json: Array(
                    #"{"id":"m","model":"m","results":[{"flagged":false,"categories":{},"category_scores":{}}]}"#.utf8))
        } else {
            answer(json: Array(#"{"object":"list","data":[]}"#.utf8))
        }
    }

    private func pace(of body: UnsafeRawBufferPointer) -> UpstreamPace {
        if let request = body.lastIndex(of: "please send chunks-") {
            return UpstreamPace(parsing: body.text(from: request + UpstreamPace.request.utf8.count))
        }
        guard let model = body.index(of: "\"model\":\"") else { return UpstreamPace() }
        return UpstreamPace(parsing: body.text(from: model + 9))
    }

    private func answer(json: [UInt8]) {
        guard let context else { return }
        var buffer = context.channel.allocator.buffer(capacity: json.count + 128)
        buffer.writeString(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: \(json.count)\r\n\r\n")
        buffer.writeBytes(json)
        context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
    }

    private func answerWhole(_ text: String) {
        guard let context else { return }
        var buffer = context.channel.allocator.buffer(capacity: 2_048)
        buffer.writeBytes(Self.head)
        Self.write(text: Array(text.utf8), to: &buffer)
        Self.writeEnd(tokens: nil, to: &buffer)
        context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
    }

    // MARK: A streamed reply

    private func begin(_ pace: UpstreamPace, _ arrival: UInt32, tellsUsage: Bool) {
        guard let context else { return }
        var buffer = context.channel.allocator.buffer(capacity: 1_024)
        buffer.writeBytes(Self.head)
        Self.write(delta: #"{"role":"assistant","content":""}"#, finish: "null", to: &buffer)
        context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
        reply = Reply(
            pace: pace, arrival: arrival, base: .now() + .microseconds(Int64(pace.first * 1_000)),
            tellsUsage: tellsUsage)
        pace.first > 0 ? schedule() : goOn()
    }

    private func schedule() {
        guard let context, let reply else { return }
        let due = reply.base + .microseconds(Int64(Double(reply.sent) * reply.pace.between * 1_000))
        timer = try? context.eventLoop.assumeIsolated().scheduleCallback(at: due, handler: self)
    }

    func handleScheduledCallback(eventLoop: some EventLoop) {
        timer = nil
        goOn()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable, let reply, reply.pace.between == 0, timer == nil { goOn() }
    }

    /// Sends what is due.
    private func goOn() {
        guard let context, var reply else { return }
        let isPaced = reply.pace.between > 0
        let now = NIODeadline.now()
        while context.channel.isWritable || isPaced {
            var buffer = context.channel.allocator.buffer(capacity: isPaced ? 512 + reply.pace.bytes : 18_000)
            while reply.sent < reply.pace.chunks, buffer.readableBytes < 16_384 {
                let due = reply.base + .microseconds(Int64(Double(reply.sent) * reply.pace.between * 1_000))
                guard !isPaced || due <= now else { break }
                text.removeAll(keepingCapacity: true)
                if reply.sent == 0 { Stamp.append(reply.arrival, isArrival: true, to: &text) }
                if reply.pace.bytes > 0 {
                    text.append(UInt8(ascii: " "))
                    text += repeatElement(UInt8(ascii: "o"), count: reply.pace.bytes)
                }
                Stamp.append(Clock.microseconds, to: &text)
                Self.write(text: text, to: &buffer)
                reply.sent += 1
            }
            let hasEnded = reply.sent == reply.pace.chunks
            if hasEnded { Self.writeEnd(tokens: reply.tellsUsage ? reply.pace.chunks : nil, to: &buffer) }
            self.reply = hasEnded ? nil : reply
            if buffer.readableBytes > 0 { context.writeAndFlush(wrapOutboundOut(buffer), promise: nil) }
            if hasEnded { return }
            if isPaced { return schedule() }
        }
    }

    // MARK: Bytes

    private static let head = Array(
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n".utf8)
    private static let beforeDelta = Array(
        """
        data: {"id":"chatcmpl-9xK2mPq7RtUvWxYz1234567890ab","object":"chat.completion.chunk","created":1732000000,\
        "model":"mock","system_fingerprint":"fp_0123456789","choices":[{"index":0,"delta":
        """.utf8)
    private static let beforeText = beforeDelta + Array(#"{"content":""#.utf8)
    private static let afterText = Array((#""},"logprobs":null,"finish_reason":null}]}"# + "\n\n").utf8)

    private static func write(text: [UInt8], to buffer: inout ByteBuffer) {
        writeSize(beforeText.count + text.count + afterText.count, to: &buffer)
        buffer.writeBytes(beforeText)
        buffer.writeBytes(text)
        buffer.writeBytes(afterText)
        buffer.writeStaticString("\r\n")
    }

    private static func write(delta: String, finish: String, to buffer: inout ByteBuffer) {
        let event =
            beforeDelta + Array("\(delta),\"logprobs\":null,\"finish_reason\":\(finish)}]}\n\n".utf8)
        writeSize(event.count, to: &buffer)
        buffer.writeBytes(event)
        buffer.writeStaticString("\r\n")
    }

    private static func writeEnd(tokens: Int?, to buffer: inout ByteBuffer) {
        write(delta: "{}", finish: #""stop""#, to: &buffer)
        var rest = ""
        if let tokens {
            rest =
                #"data: {"id":"chatcmpl-9xK2mPq7RtUvWxYz1234567890ab","object":"chat.completion.chunk","choices":[],"#
                + #""usage":{"prompt_tokens":100,"completion_tokens":\#(tokens),"total_tokens":\#(tokens + 100)}}"#
                + "\n\n"
        }
        rest += "data: [DONE]\n\n"
        writeSize(rest.utf8.count, to: &buffer)
        buffer.writeString(rest)
        buffer.writeStaticString("\r\n0\r\n\r\n")
    }

    private static func writeSize(_ size: Int, to buffer: inout ByteBuffer) {
        buffer.writeString(String(size, radix: 16))
        buffer.writeStaticString("\r\n")
    }
}
