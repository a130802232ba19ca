internal import CZlib
internal import CompanionCore

/// Deflates bytes without a header (RFC 1951), as zip archives hold them.
func deflate(_ bytes: [UInt8]) throws -> [UInt8] {
    var stream = z_stream()
    let status = deflateInit2_(
        &stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
        Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else {
        throw CompanionError(.unavailable, "zlib could not be started: the memory may be full")
    }
    defer { deflateEnd(&stream) }
    var input = bytes
    var output = [UInt8](repeating: 0, count: Int(deflateBound(&stream, uLong(bytes.count))))
    let count = try input.withUnsafeMutableBufferPointer { input in
        try output.withUnsafeMutableBufferPointer { output in
            stream.next_in = input.baseAddress
            stream.avail_in = uInt(input.count)
            stream.next_out = output.baseAddress
            stream.avail_out = uInt(output.count)
            guard CZlib.deflate(&stream, Z_FINISH) == Z_STREAM_END else {
                throw CompanionError(.internalInconsistency, "zlib did not finish within its own bound")
            }
            return output.count - Int(stream.avail_out)
        }
    }
    return Array(output[..<count])
}

/// The checksum that zip archives keep of each file (CRC-32).
func zipChecksum(_ bytes: some Collection<UInt8>) -> UInt32 {
    let checksum = bytes.withContiguousStorageIfAvailable { crc32(0, $0.baseAddress, uInt($0.count)) }
    return UInt32(truncatingIfNeeded: checksum ?? crc32(0, Array(bytes), uInt(bytes.count)))
}
