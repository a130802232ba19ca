internal import NIOCore
internal import NIOWebSocket

/// Why a connection is closed. The numbers up to 1015 are RFC 6455's, those from 4000 on ours.
struct SocketCloseCode: Sendable, Hashable {
    var number: UInt16

    static let normal = Self(number: 1000)
    static let goingAway = Self(number: 1001)
    static let protocolError = Self(number: 1002)
    static let notText = Self(number: 1003)
    static let notUTF8 = Self(number: 1007)
    static let tooLarge = Self(number: 1009)
    static let defect = Self(number: 1011)
    static let unexpected = Self(number: 4400)
    static let unauthenticated = Self(number: 4401)
    static let tooLate = Self(number: 4408)
    static let tooSlow = Self(number: 4413)
    static let tooMany = Self(number: 4429)

    /// Whether a peer may send it.
    var isValid: Bool {
        switch number {
        case 1000...1003, 1007...1014, 3000...4999: true
        default: false
        }
    }
}

/// Turns the frames of a client into messages: a pure state machine after RFC 6455.
struct SocketMessages {
    enum Action: Equatable {
        case none
        case message(String)
        case pong(ByteBuffer)
        /// The client answered a ping.
        case ponged
        /// The client does what it must not.
        case close(SocketCloseCode, String)
        /// The client closes; nil where it gave no code.
        case closed(SocketCloseCode?)
    }

    private let maximumBytes: Int
    private let maximumFragments: Int
    private var partial: (data: ByteBuffer, count: Int)?

    init(maximumBytes: Int, maximumFragments: Int) {
        self.maximumBytes = maximumBytes
        self.maximumFragments = maximumFragments
    }

    mutating func take(_ frame: WebSocketFrame) -> Action {
        guard frame.maskKey != nil else { return .close(.protocolError, "Frames of a client are masked.") }
        guard !frame.rsv1, !frame.rsv2, !frame.rsv3 else {
            return .close(.protocolError, "No extension was agreed on.")
        }
        switch frame.opcode {
        case .ping, .pong, .connectionClose:
            guard frame.fin, frame.length <= 125 else {
                return .close(.protocolError, "Control frames are whole, and of at most 125 bytes.")
            }
            return control(frame)
        case .text:
            guard partial == nil else { return .close(.protocolError, "The message before has not ended.") }
            return add(frame, to: ByteBuffer(), count: 0)
        case .binary:
            guard partial == nil else { return .close(.protocolError, "The message before has not ended.") }
            return .close(.notText, "Messages are text.")
        case .continuation:
            guard let partial else { return .close(.protocolError, "There is nothing to go on with.") }
            return add(frame, to: partial.data, count: partial.count)
        default: return .close(.protocolError, "There is no such kind of frame.")
        }
    }

    private func control(_ frame: WebSocketFrame) -> Action {
        var data = frame.unmaskedData
        switch frame.opcode {
        case .ping: return .pong(data)
        case .pong: return .ponged
        default:
            guard data.readableBytes > 0 else { return .closed(nil) }
            guard let number = data.readInteger(as: UInt16.self), SocketCloseCode(number: number).isValid else {
                return .close(.protocolError, "That is no code to close with.")
            }
            guard String(validating: data.readableBytesView, as: UTF8.self) != nil else {
                return .close(.notUTF8, "A reason is UTF-8.")
            }
            return .closed(SocketCloseCode(number: number))
        }
    }

    private mutating func add(_ frame: WebSocketFrame, to before: ByteBuffer, count: Int) -> Action {
        partial = nil
        guard before.readableBytes + frame.length <= maximumBytes, count < maximumFragments else {
            return .close(.tooLarge, "A message has at most \(maximumBytes) bytes in \(maximumFragments) frames.")
        }
        var data: ByteBuffer
        if before.readableBytes == 0 {
            data = frame.unmaskedData
        } else {
            data = before
            data.writeImmutableBuffer(frame.unmaskedData)
        }
        guard frame.fin else {
            // What can't become UTF-8 any more is not collected.
            guard Self.canBeUTF8(data.readableBytesView) else { return .close(.notUTF8, "A message is UTF-8.") }
            partial = (data, count + 1)
            return .none
        }
        guard let text = String(validating: data.readableBytesView, as: UTF8.self) else {
            return .close(.notUTF8, "A message is UTF-8.")
        }
        return .message(text)
    }

    /// Whether the bytes are the beginning of a text.
    private static func canBeUTF8(_ bytes: ByteBufferView) -> Bool {
        // The end may be the beginning of a character: up to three bytes.
        for cut in 0...min(3, bytes.count) {
            let whole = bytes.dropLast(cut)
            guard String(validating: whole, as: UTF8.self) != nil else { continue }
            return cut == 0 || isBeginning(Array(bytes.suffix(cut)))
        }
        return false
    }

    /// Whether bytes can begin a character that needs more (Unicode, table 3-7).
    private static func isBeginning(_ bytes: [UInt8]) -> Bool {
        let length: Int
        let second: ClosedRange<UInt8>
        switch bytes[0] {
        case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xE1...0xEC, 0xEE...0xEF: (length, second) = (3, 0x80...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default: return false
        }
        guard bytes.count < length, bytes.count < 2 || second.contains(bytes[1]) else { return false }
        return bytes.dropFirst(2).allSatisfy { (0x80...0xBF).contains($0) }
    }
}

extension ByteBuffer {
    /// Writes a whole frame of a server.
    mutating func writeFrame(_ opcode: WebSocketOpcode, _ data: ByteBuffer) {
        writeInteger(0x80 | UInt8(opcode.code))
        switch data.readableBytes {
        case 0..<126: writeInteger(UInt8(data.readableBytes))
        case 126...0xFFFF:
            writeInteger(UInt8(126))
            writeInteger(UInt16(data.readableBytes))
        default:
            writeInteger(UInt8(127))
            writeInteger(UInt64(data.readableBytes))
        }
        writeImmutableBuffer(data)
    }
}

extension WebSocketOpcode {
    fileprivate var code: UInt8 {
        switch self {
        case .continuation: 0
        case .text: 1
        case .binary: 2
        case .connectionClose: 8
        case .ping: 9
        case .pong: 10
        default: 15
        }
    }
}
