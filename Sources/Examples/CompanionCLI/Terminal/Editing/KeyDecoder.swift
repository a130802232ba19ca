/// Turns the bytes that a terminal sends into keys, however they are cut. Never waits: a lone Escape counts as the Alt
/// of the key after it, as in Emacs.
struct KeyDecoder: Sendable {
    /// The most bytes of an escape sequence that are kept; a longer one is skipped to its end.
    static let maximumSequence = 32

    private enum State {
        case ground
        case escape
        /// Behind `ESC O`.
        case singleShift
        /// Behind `ESC [`.
        case sequence
    }

    private var state = State.ground
    private var utf8 = UTF8Decoder()
    private var parameters: [UInt8] = []
    private var isPasting = false
    private var afterReturn = false

    /// The keys in `bytes`; text that belongs together comes together.
    mutating func feed(_ bytes: some Sequence<UInt8>) -> [Key] {
        var keys: [Key] = []
        for byte in bytes { feed(byte, &keys) }
        return keys
    }

    private mutating func feed(_ byte: UInt8, _ keys: inout [Key]) {
        switch state {
        case .ground: decode(byte, &keys)
        case .escape: afterEscape(byte, &keys)
        case .singleShift:
            state = .ground
            if let key = Self.key(final: byte, modifier: 1) { keys.append(key) }
        case .sequence: inSequence(byte, &keys)
        }
    }

    private mutating func decode(_ byte: UInt8, _ keys: inout [Key]) {
        switch utf8.feed(byte) {
        case .more: break
        case .scalar(let scalar): type(scalar, &keys)
        case .cutShort:
            type("\u{FFFD}", &keys)
            decode(byte, &keys)
        }
    }

    private mutating func type(_ scalar: Unicode.Scalar, _ keys: inout [Key]) {
        if scalar == "\u{1B}" {
            state = .escape
        } else if isPasting {
            paste(scalar, &keys)
        } else if let key = Self.key(control: scalar.value) {
            keys.append(key)
        } else if let plain = EditBuffer.admissible(scalar) {
            append(plain, &keys)
        }
    }

    private mutating func paste(_ scalar: Unicode.Scalar, _ keys: inout [Key]) {
        let endsPair = scalar == "\n" && afterReturn
        afterReturn = scalar == "\r"
        if !endsPair, let plain = EditBuffer.admissible(scalar) { append(plain, &keys) }
    }

    private func append(_ scalar: Unicode.Scalar, _ keys: inout [Key]) {
        if case .text(var text) = keys.last {
            keys.removeLast()
            text.unicodeScalars.append(scalar)
            keys.append(.text(text))
        } else {
            keys.append(.text(String(scalar)))
        }
    }

    private mutating func afterEscape(_ byte: UInt8, _ keys: inout [Key]) {
        state = .ground
        switch byte {
        case UInt8(ascii: "["):
            parameters = []
            state = .sequence
        case _ where isPasting: decode(byte, &keys)
        case UInt8(ascii: "O"): state = .singleShift
        case 0x0A, 0x0D: keys.append(.newline)
        case 0x08, 0x7F: keys.append(.deleteWordBackward)
        case 0x20..<0x7F: keys.append(.meta(Character(Unicode.Scalar(byte))))
        default: decode(byte, &keys)
        }
    }

    private mutating func inSequence(_ byte: UInt8, _ keys: inout [Key]) {
        switch byte {
        case UInt8(ascii: "[") where parameters.isEmpty: parameters.append(byte)
        case 0x20..<0x40: if parameters.count < Self.maximumSequence { parameters.append(byte) }
        case 0x40..<0x7F:
            state = .ground
            finish(final: byte, &keys)
        case 0x1B: state = .escape
        default: state = .ground
        }
    }

    private mutating func finish(final: UInt8, _ keys: inout [Key]) {
        // The Linux console sends `ESC [ [ A` for a function key.
        if parameters.first == UInt8(ascii: "[") { return }
        let numbers = parameters.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
            .map { Int(String(decoding: $0, as: UTF8.self)) ?? 1 }
        let first = numbers.first ?? 1
        if final == UInt8(ascii: "~"), first == 200 || first == 201 {
            isPasting = first == 200
            afterReturn = false
        } else if isPasting {
            return
        } else if final == UInt8(ascii: "~") || final == UInt8(ascii: "u") {
            if let key = Self.key(final: final, numbers: numbers) { keys.append(key) }
        } else if let key = Self.key(final: final, modifier: numbers.count > 1 ? numbers[1] : first) {
            keys.append(key)
        }
    }
}

extension KeyDecoder {
    private static func key(control value: UInt32) -> Key? {
        switch value {
        case 0x08, 0x7F: .backspace
        case 0x09: .tab
        case 0x0A: .newline
        case 0x0D: .enter
        case 0x01...0x1A: .control(Character(Unicode.Scalar(UInt8(value) + 0x60)))
        default: nil
        }
    }

    /// Keys of the form `ESC [ 1 ; modifier A` and `ESC O A`. A modifier with Alt (3) or Ctrl (5) moves by words.
    private static func key(final: UInt8, modifier: Int) -> Key? {
        let byWord = modifier > 2
        switch final {
        case UInt8(ascii: "A"): return .up
        case UInt8(ascii: "B"): return .down
        case UInt8(ascii: "C"): return byWord ? .wordRight : .right
        case UInt8(ascii: "D"): return byWord ? .wordLeft : .left
        case UInt8(ascii: "H"): return .home
        case UInt8(ascii: "F"): return .end
        case UInt8(ascii: "M"): return .enter
        case UInt8(ascii: "c"): return .wordRight
        case UInt8(ascii: "d"): return .wordLeft
        default: return nil
        }
    }

    /// Keys of the form `ESC [ number ; modifier ~`, and Enter with a modifier as `ESC [ 13 ; modifier u` and
    /// `ESC [ 27 ; modifier ; 13 ~`.
    private static func key(final: UInt8, numbers: [Int]) -> Key? {
        let modifier = numbers.count > 1 ? numbers[1] : 1
        if final == UInt8(ascii: "u") || numbers.first == 27 {
            let code = final == UInt8(ascii: "u") ? numbers.first : numbers.last
            guard code == 13 else { return nil }
            return modifier > 1 ? .newline : .enter
        }
        switch numbers.first {
        case 1, 7: return .home
        case 4, 8: return .end
        case 3: return modifier > 2 ? .deleteWordForward : .delete
        default: return nil
        }
    }
}
