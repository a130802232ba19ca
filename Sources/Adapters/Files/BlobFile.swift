internal import CompanionCore

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// An open file of a blob; closed when nobody holds it any more.
final class BlobFile: Sendable {
    private let descriptor: Int32

    init(_ descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    func write(_ bytes: [UInt8]) throws(CompanionError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { systemWrite(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw .system("write a blob") }
            rest = rest.dropFirst(count)
        }
    }

    func synchronize() throws(CompanionError) {
        guard fsync(descriptor) == 0 else { throw .system("write a blob") }
    }

    /// The bytes of a range, all of them.
    func read(_ range: Range<Int>) throws(CompanionError) -> [UInt8] {
        var failure: CompanionError?
        let bytes = [UInt8](unsafeUninitializedCapacity: range.count) { buffer, count in
            while count < range.count {
                let read = pread(
                    descriptor, buffer.baseAddress! + count, range.count - count, off_t(range.lowerBound + count))
                if read < 0 && errno == EINTR { continue }
                guard read > 0 else {
                    failure =
                        read < 0 ? .system("read a blob") : CompanionError(.corrupted, "The file of a blob ends early.")
                    return
                }
                count += read
            }
        }
        if let failure { throw failure }
        return bytes
    }

    /// What stands behind the content.
    func readHead(of key: BlobKey) throws(CompanionError) -> BlobHead {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .system("read a blob") }
        let size = Int(status.st_size)
        let footer = BlobTrailer.footerBytes
        guard size >= footer, let length = BlobTrailer.length(inFooter: try read(size - footer..<size)),
            length <= size - footer,
            let head = BlobTrailer.head(
                try read(size - footer - length..<size - footer), of: key, size: size - footer - length)
        else { throw CompanionError(.corrupted, "A file in the folder of the blobs is damaged, or none of ours.") }
        return head
    }
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    write(descriptor, bytes, count)
}

extension CompanionError {
    /// What the operating system refused just now. Says no path: one may name a person.
    static func system(_ what: String, file: String = #fileID, line: Int = #line) -> CompanionError {
        let code = errno
        let isFull = code == ENOSPC || code == EDQUOT || code == EFBIG
        return CompanionError(
            isFull ? .limitExceeded : .unavailable, "Can't \(what): \(String(cString: strerror(code))).", retry: .never,
            file: file, line: line)
    }
}
