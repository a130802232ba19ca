/// Texts as they are stored: Postgres takes every scalar but U+0000, which is written with an escape. The escape is
/// U+FDD0, one of the scalars that Unicode leaves to programs for their own use; where a text holds it, it is escaped too.
enum PostgresText {
    private static let escape: [UInt8] = [0xEF, 0xB7, 0x90]
    private static let zero = UInt8(ascii: "0")
    private static let itself = UInt8(ascii: "1")

    static func append(_ text: String, to bytes: inout [UInt8]) {
        var text = text
        text.withUTF8 { utf8 in
            guard utf8.contains(where: { $0 == 0 || $0 == escape[0] }) else {
                bytes.append(contentsOf: utf8)
                return
            }
            for (index, byte) in utf8.enumerated() {
                if byte == 0 {
                    bytes += escape + [zero]
                } else {
                    bytes.append(byte)
                    if byte == escape[2], index >= 2, utf8[index - 1] == escape[1], utf8[index - 2] == escape[0] {
                        bytes.append(itself)
                    }
                }
            }
        }
    }

    /// Nil where the bytes are no UTF-8, or an escape is not one of ours.
    static func text(of bytes: UnsafeBufferPointer<UInt8>) -> String? {
        guard bytes.contains(escape[0]) else { return String(validating: bytes, as: UTF8.self) }
        var plain: [UInt8] = []
        plain.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            if bytes[index...].starts(with: escape) {
                guard index + 3 < bytes.count else { return nil }
                switch bytes[index + 3] {
                case zero: plain.append(0)
                case itself: plain += escape
                default: return nil
                }
                index += 4
            } else {
                plain.append(bytes[index])
                index += 1
            }
        }
        return String(validating: plain, as: UTF8.self)
    }
}
