internal import CZlib
internal import CompanionCore

/// Inflates zlib data (RFC 1950), or bare deflated data (RFC 1951), to at most `limit` bytes, so that a few bytes can't
/// fill the memory.
///
/// - Parameter what: What the data is, for the errors.
func inflate(
    _ data: ArraySlice<UInt8>, limit: Int, isBare: Bool = false, what: String = "the card's compressed text"
) throws -> [UInt8] {
    var stream = z_stream()
    let window = isBare ? -MAX_WBITS : MAX_WBITS
    guard inflateInit2_(&stream, window, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
        throw CompanionError(.unavailable, "zlib could not be started: the memory may be full")
    }
    defer { inflateEnd(&stream) }
    var input = Array(data)
    var output: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: min(limit + 1, 64 << 10))
    return try input.withUnsafeMutableBufferPointer { input in
        stream.next_in = input.baseAddress
        stream.avail_in = uInt(input.count)
        while true {
            let (status, count) = piece.withUnsafeMutableBufferPointer { piece in
                stream.next_out = piece.baseAddress
                stream.avail_out = uInt(piece.count)
                let status = CZlib.inflate(&stream, Z_NO_FLUSH)
                return (status, piece.count - Int(stream.avail_out))
            }
            output.append(contentsOf: piece[..<count])
            guard output.count <= limit else {
                throw CompanionError(
                    .limitExceeded, "\(what) inflates to more than the limit of \(limit) bytes")
            }
            switch status {
            case Z_STREAM_END: return output
            case Z_OK where count > 0: continue
            default: throw CompanionError(.invalidInput, "\(what) is damaged or cut off")
            }
        }
    }
}
