import NIOCore
import NIOWebSocket
import TestRandomness
import Testing

@testable import CompanionGateway

/// The frames of a client, as RFC 6455 wants them.
@Suite struct SocketMessagesTests {
    private func frame(
        _ opcode: WebSocketOpcode, _ bytes: [UInt8], fin: Bool = true, masked: Bool = true, rsv: Bool = false
    ) -> WebSocketFrame {
        let key: WebSocketMaskingKey? = masked ? [1, 2, 3, 4] : nil
        var data = ByteBuffer(bytes: bytes)
        if let key { data.webSocketMask(key) }
        return WebSocketFrame(fin: fin, rsv1: rsv, opcode: opcode, maskKey: key, data: data)
    }

    private func machine(bytes: Int = 1_000, fragments: Int = 64) -> SocketMessages {
        SocketMessages(maximumBytes: bytes, maximumFragments: fragments)
    }

    @Test func aMessageIsTheSameHoweverItIsCut() {
        var random = SeededGenerator.announced()
        let letters = ["a", "é", "語", "🌙", "\n", "\"", "\u{0}", "e\u{301}"]
        for _ in 0..<500 {
            let text = (0..<Int.random(in: 0...40, using: &random)).map { _ in letters.randomElement(using: &random)! }
                .joined()
            let bytes = Array(text.utf8)
            let cuts = (0..<Int.random(in: 0...6, using: &random)).map { _ in
                Int.random(in: 0...bytes.count, using: &random)
            }
            let ends = (cuts + [bytes.count]).sorted()
            var messages = machine()
            var start = 0
            for (index, end) in ends.enumerated() {
                let action = messages.take(
                    frame(index == 0 ? .text : .continuation, Array(bytes[start..<end]), fin: index == ends.count - 1))
                start = end
                if index < ends.count - 1 {
                    #expect(action == .none)
                    #expect(
                        messages.take(frame(.ping, [7])) == .pong(ByteBuffer(bytes: [7])), "control frames come between"
                    )
                } else {
                    #expect(action == .message(text))
                }
            }
        }
    }

    @Test func whatTheProtocolForbidsClosesWithItsCode() {
        func code(_ frames: WebSocketFrame...) -> SocketCloseCode? {
            var messages = machine()
            for frame in frames {
                if case .close(let code, _) = messages.take(frame) { return code }
            }
            return nil
        }
        #expect(code(frame(.text, [], masked: false)) == .protocolError)
        #expect(code(frame(.text, [], rsv: true)) == .protocolError)
        #expect(code(frame(.continuation, [65])) == .protocolError)
        #expect(code(frame(.text, [65], fin: false), frame(.text, [65])) == .protocolError)
        #expect(code(frame(.ping, [], fin: false)) == .protocolError)
        #expect(code(frame(.ping, [UInt8](repeating: 0, count: 126))) == .protocolError)
        #expect(code(frame(.binary, [1])) == .notText)
        #expect(code(frame(.text, [0xC3, 0x28])) == .notUTF8)
        #expect(
            code(frame(.text, [0xED, 0xA0], fin: false)) == .notUTF8, "half of a surrogate can't become a character")
        #expect(code(frame(.text, [0xF0, 0x9F], fin: false)) == nil, "half of a character can")
        #expect(code(frame(.text, [UInt8](repeating: 65, count: 1_001))) == .tooLarge)
        #expect(code(frame(.connectionClose, [3])) == .protocolError)
        #expect(code(frame(.connectionClose, [0x03, 0xED])) == .protocolError, "1005 is never sent")
        #expect(code(frame(.connectionClose, [0x03, 0xE8, 0xFF])) == .notUTF8)
    }

    @Test func fragmentsAreCounted() {
        var messages = machine(fragments: 3)
        #expect(messages.take(frame(.text, [65], fin: false)) == .none)
        #expect(messages.take(frame(.continuation, [65], fin: false)) == .none)
        #expect(messages.take(frame(.continuation, [65], fin: false)) == .none)
        guard case .close(.tooLarge, _) = messages.take(frame(.continuation, [65])) else {
            Issue.record("The fourth fragment was taken.")
            return
        }
    }

    @Test(arguments: [0, 1, 125, 126, 127, 65_535, 65_536, 70_000]) func framesAreWrittenAsTheyAreRead(_ count: Int) {
        let data = ByteBuffer(repeating: 65, count: count)
        var buffer = ByteBuffer()
        buffer.writeFrame(.text, data)
        let first = buffer.readInteger(as: UInt8.self)
        let second = buffer.readInteger(as: UInt8.self) ?? 0xFF
        #expect(first == 0x81, "whole, and text")
        #expect(second & 0x80 == 0, "a server does not mask")
        var length = Int(second)
        if length == 126 { length = buffer.readInteger(as: UInt16.self).map(Int.init) ?? -1 }
        if second == 127 { length = buffer.readInteger(as: UInt64.self).map(Int.init) ?? -1 }
        #expect(length == count)
        #expect(buffer == data)
    }
}
