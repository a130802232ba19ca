internal import CompanionCore
internal import NIOCore

/// Writes the frames of one reply: JSON objects that begin with `type`, `reply` and `seq`.
struct FrameWriter {
    private let middle: String

    init(reply: Message.ID) { middle = #"","reply":"\#(reply)","seq":"# }

    /// The beginning of a frame of text; what ``ByteBuffer/writeJSONFragment(_:)`` writes follows, then ``textEnd``.
    func beginText(_ sequence: Int, into buffer: inout ByteBuffer) {
        begin("text", sequence, into: &buffer)
        buffer.writeStaticString(#","text":""#)
    }

    static let textEnd: StaticString = #""}"#

    func frame(_ type: String, _ sequence: Int, _ members: [(String, JSONValue)]) -> ByteBuffer {
        var buffer = ByteBuffer()
        begin(type, sequence, into: &buffer)
        for (name, value) in members where value != .null {
            buffer.writeString(#","\#(name)":"#)
            buffer.writeBytes(value.serializedBytes())
        }
        buffer.writeStaticString("}")
        return buffer
    }

    private func begin(_ type: String, _ sequence: Int, into buffer: inout ByteBuffer) {
        buffer.writeStaticString(#"{"type":""#)
        buffer.writeString(type)
        buffer.writeString(middle)
        buffer.writeString(String(sequence))
    }
}

extension ByteBuffer {
    /// Writes what stands for a text between the quotes of a JSON string.
    mutating func writeJSONFragment(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            var start = 0
            for index in bytes.indices {
                let byte = bytes[index]
                guard byte < 0x20 || byte == 0x22 || byte == 0x5C else { continue }
                writeBytes(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: bytes[start..<index])))
                start = index + 1
                switch byte {
                case 0x22: writeStaticString(#"\""#)
                case 0x5C: writeStaticString(#"\\"#)
                case 0x0A: writeStaticString(#"\n"#)
                case 0x0D: writeStaticString(#"\r"#)
                case 0x09: writeStaticString(#"\t"#)
                default:
                    writeStaticString(#"\u00"#)
                    writeInteger(Self.digit(byte >> 4))
                    writeInteger(Self.digit(byte & 15))
                }
            }
            writeBytes(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: bytes[start...])))
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x57 + value }
}
