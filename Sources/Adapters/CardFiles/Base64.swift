internal import CompanionCore

/// Base64 (RFC 4648) of bytes.
enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let space: UInt8 = 0x40
    private static let padding: UInt8 = 0x41
    private static let invalid: UInt8 = 0x42

    /// What each byte stands for: six bits, or one of the marks above.
    private static let meanings: [UInt8] = {
        var meanings = [UInt8](repeating: invalid, count: 256)
        for (value, letter) in alphabet.enumerated() { meanings[Int(letter)] = UInt8(value) }
        // The alphabet for addresses and file names.
        meanings[Int(UInt8(ascii: "-"))] = 62
        meanings[Int(UInt8(ascii: "_"))] = 63
        for letter in " \t\r\n".utf8 { meanings[Int(letter)] = space }
        meanings[Int(UInt8(ascii: "="))] = padding
        return meanings
    }()

    static func encode(_ bytes: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        func append(_ first: UInt8, _ second: UInt8 = 0, _ third: UInt8 = 0) {
            let bits = UInt32(first) << 16 | UInt32(second) << 8 | UInt32(third)
            for shift in [18, 12, 6, 0] as [UInt32] { text.append(alphabet[Int(bits >> shift & 63)]) }
        }
        let wholeEnd = bytes.count / 3 * 3
        for start in stride(from: 0, to: wholeEnd, by: 3) { append(bytes[start], bytes[start + 1], bytes[start + 2]) }
        switch bytes.count - wholeEnd {
        case 1:
            append(bytes[wholeEnd])
            text.replaceSubrange((text.count - 2)..., with: "==".utf8)
        case 2:
            append(bytes[wholeEnd], bytes[wholeEnd + 1])
            text.replaceSubrange((text.count - 1)..., with: "=".utf8)
        default: break
        }
        return text
    }

    /// Both alphabets; white space is skipped, and the padding may be missing.
    static func decode(_ text: [UInt8]) throws -> [UInt8] {
        try text.withUnsafeBufferPointer { text in
            try meanings.withUnsafeBufferPointer { meanings in
                try [UInt8](unsafeUninitializedCapacity: text.count / 4 * 3 + 3) { output, count in
                    var decoder = Decoder(text: text, meanings: meanings, output: output)
                    try decoder.decode()
                    count = decoder.count
                }
            }
        }
    }

    private struct Decoder {
        let text: UnsafeBufferPointer<UInt8>
        let meanings: UnsafeBufferPointer<UInt8>
        /// Has room for three bytes per four letters, and three.
        let output: UnsafeMutableBufferPointer<UInt8>
        var count = 0

        private var index = 0
        private var isPadded = false
        /// The letters of a group that is not whole yet, six bits each.
        private var bits: UInt32 = 0
        private var pending = 0

        init(
            text: UnsafeBufferPointer<UInt8>, meanings: UnsafeBufferPointer<UInt8>,
            output: UnsafeMutableBufferPointer<UInt8>
        ) {
            self.text = text
            self.meanings = meanings
            self.output = output
        }

        mutating func decode() throws {
            while index < text.count {
                if pending == 0, !isPadded { decodeWholeGroups() }
                if index < text.count { try decodeLetter() }
            }
            if pending == 1 {
                throw CompanionError(.invalidInput, "the card's text is no base64: a letter is missing at its end")
            }
            // Two letters left over hold one byte, three hold two.
            bits <<= UInt32(6 * (4 - pending))
            for shift in [16, 8].prefix(max(pending - 1, 0)) as ArraySlice<UInt32> { append(bits >> shift) }
        }

        private mutating func decodeWholeGroups() {
            var (index, count) = (index, count)
            while index + 4 <= text.count {
                let (a, b) = (meanings[Int(text[index])], meanings[Int(text[index + 1])])
                let (c, d) = (meanings[Int(text[index + 2])], meanings[Int(text[index + 3])])
                if a | b | c | d >= 64 { break }
                output[count] = a << 2 | b >> 4
                output[count + 1] = b << 4 | c >> 2
                output[count + 2] = c << 6 | d
                index += 4
                count += 3
            }
            (self.index, self.count) = (index, count)
        }

        private mutating func decodeLetter() throws {
            let meaning = meanings[Int(text[index])]
            if meaning == padding { isPadded = true }
            guard meaning < 64 && !isPadded || meaning == padding || meaning == space else {
                throw CompanionError(.invalidInput, "the card's text is no base64 at its byte \(index)")
            }
            index += 1
            if meaning >= 64 { return }
            bits = bits << 6 | UInt32(meaning)
            pending += 1
            if pending == 4 {
                for shift in [16, 8, 0] as [UInt32] { append(bits >> shift) }
                pending = 0
            }
        }

        private mutating func append(_ bits: UInt32) {
            output[count] = UInt8(truncatingIfNeeded: bits)
            count += 1
        }
    }
}
