package import CompanionCore

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// A file that is read or replaced as a whole.
package struct LocalFile: Sendable {
    package let path: String

    package init(path: String) { self.path = path }

    /// What the file holds; nil where there is none. Throws `limitExceeded` for more than `maximumBytes`.
    package func contents(maximumBytes: Int) throws(CompanionError) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        if descriptor < 0 {
            if errno == ENOENT { return nil }
            throw failure("read")
        }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(descriptor, &chunk, chunk.count)
            if count < 0 && errno == EINTR { continue }
            if count < 0 { throw failure("read") }
            if count == 0 { return bytes }
            guard bytes.count + count <= maximumBytes else {
                throw CompanionError(
                    .limitExceeded, "\(path) is larger than \(maximumBytes) bytes, which is the most that is read.")
            }
            bytes += chunk[..<count]
        }
    }

    /// How many bytes the file has; nil where there is none, or where it is no plain file.
    package var byteCount: Int? {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return Int(status.st_size)
    }

    /// The bytes of a part of the file; fewer where it ends before.
    package func contents(of range: Range<Int>) throws(CompanionError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("read") }
        defer { close(descriptor) }
        var error: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: range.count) { buffer, count in
            count = 0
            while count < range.count {
                let read = pread(
                    descriptor, buffer.baseAddress! + count, range.count - count, off_t(range.lowerBound + count))
                if read < 0 && errno == EINTR { continue }
                if read < 0 { error = errno }
                if read <= 0 { break }
                count += read
            }
        }
        guard error == 0 else {
            errno = error
            throw failure("read")
        }
        return bytes
    }

    /// Writes the file anew, so that whoever reads it sees the old or the new one whole.
    ///
    /// - Parameter isPrivate: Only its owner may read it; else as the process's mask says.
    package func replace(with bytes: [UInt8], isPrivate: Bool) throws(CompanionError) {
        let temporary = "\(path).\(getpid()).new"
        unlink(temporary)
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, isPrivate ? 0o600 : 0o666)
        guard descriptor >= 0 else { throw failure("write") }
        let isWritten = write(bytes, to: descriptor) && fsync(descriptor) == 0
        guard close(descriptor) == 0, isWritten, rename(temporary, path) == 0 else {
            let error = failure("write")
            unlink(temporary)
            throw error
        }
    }

    /// Writes a file that is not there yet, whole or not at all, readable by its owner only. Returns whether it was not there:
    /// of several processes that try, one makes it.
    package func create(with bytes: [UInt8]) throws(CompanionError) -> Bool {
        let temporary = "\(path).\(getpid()).new"
        unlink(temporary)
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure("write") }
        defer { unlink(temporary) }
        let isWritten = write(bytes, to: descriptor) && fsync(descriptor) == 0
        guard close(descriptor) == 0, isWritten else { throw failure("write") }
        if link(temporary, path) == 0 { return true }
        guard errno == EEXIST else { throw failure("write") }
        return false
    }

    /// Writes the file anew from a stream, readable by its owner only; returns how many bytes it has.
    package func replace(with stream: BlobStream) async throws -> Int {
        let temporary = "\(path).\(getpid()).new"
        unlink(temporary)
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure("write") }
        var size = 0
        do {
            for try await chunk in stream {
                guard write(chunk, to: descriptor) else { throw failure("write") }
                size += chunk.count
            }
            guard fsync(descriptor) == 0, rename(temporary, path) == 0 else { throw failure("write") }
        } catch {
            close(descriptor)
            unlink(temporary)
            throw error
        }
        close(descriptor)
        return size
    }

    /// Removes the file; nothing happens where there is none.
    package func remove() throws(CompanionError) {
        if unlink(path) != 0, errno != ENOENT { throw failure("remove") }
    }

    private func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                systemWrite(descriptor, buffer.baseAddress! + written, buffer.count - written)
            }
            if count < 0 && errno == EINTR { continue }
            if count < 0 { return false }
            written += count
        }
        return true
    }

    private func failure(_ verb: String) -> CompanionError {
        CompanionError(.unavailable, "Can't \(verb) \(path): \(Self.reason(errno)).", retry: .never)
    }

    /// Whether the path leads to a folder; nil where it leads to nothing.
    ///
    /// - Parameter followsLink: Whether a link counts as what it leads to.
    package func isFolder(followsLink: Bool) -> Bool? {
        var status = stat()
        guard (followsLink ? stat(path, &status) : lstat(path, &status)) == 0 else { return nil }
        return status.st_mode & S_IFMT == S_IFDIR
    }

    /// What the system calls an `errno`.
    package static func reason(_ code: Int32) -> String { String(cString: strerror(code)) }
}

/// A folder that only its owner can look into.
package struct LocalFolder: Sendable {
    package let path: String

    package init(path: String) { self.path = path }

    /// The folder that this one is in; nil for the topmost one of the path.
    package var above: LocalFolder? {
        let path = path.hasSuffix("/") ? String(path.dropLast()) : path
        guard let slash = path.lastIndex(of: "/") else { return path == "." ? nil : LocalFolder(path: ".") }
        if slash == path.startIndex { return path.count > 1 ? LocalFolder(path: "/") : nil }
        return LocalFolder(path: String(path[..<slash]))
    }

    /// Why nothing can be made in the folder; nil where something can. Tries it: permissions alone tell little of file
    /// systems that take nothing from anybody, and nothing to the superuser.
    package func reasonNotToWrite() -> String? {
        let trial = "\(path)/.companion-\(getpid()).trial"
        guard mkdir(trial, 0o700) == 0 else { return LocalFile.reason(errno) }
        rmdir(trial)
        return nil
    }

    /// Makes the folder, and those above it, where they are missing.
    package func create() throws(CompanionError) {
        var made = path.hasPrefix("/") ? "/" : ""
        for part in path.split(separator: "/") {
            made += made.isEmpty || made.hasSuffix("/") ? part : "/\(part)"
            guard mkdir(made, 0o700) == 0 || errno == EEXIST || errno == EISDIR else {
                throw CompanionError(
                    .unavailable, "Can't make the folder \(made): \(LocalFile.reason(errno)).", retry: .never)
            }
        }
    }
}

extension LocalFile {
    /// The folder that it is in.
    package var folder: LocalFolder {
        guard let slash = path.lastIndex(of: "/") else { return LocalFolder(path: ".") }
        return LocalFolder(path: slash == path.startIndex ? "/" : String(path[..<slash]))
    }
}
