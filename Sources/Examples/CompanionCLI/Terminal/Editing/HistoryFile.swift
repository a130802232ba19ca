internal import CompanionCore

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Keeps the history in a file that only its owner can read.
struct HistoryFile: Sendable {
    let path: String

    /// The history in the file; empty where there is no file. Of a file above the size of a history only the end
    /// is read.
    func load() throws(CompanionError) -> History {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        if descriptor < 0 {
            if errno == ENOENT { return History() }
            throw failure("read")
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw CompanionError(.invalidInput, "The history \(path) is not a file: choose another path.")
        }
        let excess = Int(status.st_size) - History.maximumBytes
        if excess > 0 { lseek(descriptor, off_t(excess), SEEK_SET) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while bytes.count < History.maximumBytes {
            let count = read(descriptor, &chunk, min(chunk.count, History.maximumBytes - bytes.count))
            if count < 0 && errno == EINTR { continue }
            if count < 0 { throw failure("read") }
            if count == 0 { break }
            bytes += chunk[..<count]
        }
        // The first line of an end is rarely whole.
        let whole = excess > 0 ? bytes.drop { $0 != UInt8(ascii: "\n") } : bytes[...]
        return History(fileText: String(decoding: whole, as: UTF8.self))
    }

    /// Adds lines behind those in the file. The file is replaced as a whole: whoever reads it sees the old or the new.
    ///
    /// Of two programs that save in the same moment, the lines of one are lost.
    func append(_ lines: [String]) throws(CompanionError) {
        var history = try load()
        for line in lines { history.add(line) }
        try save(history)
    }

    /// Replaces what the file holds.
    func save(_ history: History) throws(CompanionError) {
        let temporary = "\(path).\(getpid()).new"
        unlink(temporary)
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure("write") }
        let isWritten = writeAll(Array(history.fileText.utf8), to: descriptor)
        guard close(descriptor) == 0, isWritten, rename(temporary, path) == 0 else {
            let error = failure("write")
            unlink(temporary)
            throw error
        }
    }

    private func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                write(descriptor, buffer.baseAddress! + written, buffer.count - written)
            }
            if count < 0 && errno == EINTR { continue }
            if count < 0 { return false }
            written += count
        }
        return true
    }

    private func failure(_ verb: String) -> CompanionError {
        let reason = String(cString: strerror(errno))
        return CompanionError(.unavailable, "Can't \(verb) the history of lines \(path): \(reason).", retry: .never)
    }
}
