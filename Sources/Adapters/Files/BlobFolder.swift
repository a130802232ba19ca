internal import CompanionCore

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// The folder of a store: `users/…/` and `shared/` with a file for each blob, `unfinished/`, and the file `lock`.
///
/// A key's `/` is a `,` in its file's name, which no key has: a blob can so be named like the folder of others.
struct BlobFolder: Sendable {
    let path: String

    init(path: String) throws {
        self.path = path.hasSuffix("/") ? String(path.dropLast()) : path
        var made = path.hasPrefix("/") ? "/" : ""
        for part in "\(path)/unfinished".split(separator: "/") {
            made += made.isEmpty || made.hasSuffix("/") ? part : "/\(part)"
            guard mkdir(made, 0o700) == 0 || errno == EEXIST || errno == EISDIR else {
                throw CompanionError.system("make the folder of the blobs")
            }
        }
        try change { try removeAbandoned() }
    }

    /// Removes what dead processes had begun: whoever writes a file holds its lock.
    private func removeAbandoned() throws(CompanionError) {
        for name in try names(in: "\(path)/unfinished") {
            let file = "\(path)/unfinished/\(name)"
            let descriptor = Self.retrying { systemOpen(file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW, 0) }
            guard descriptor >= 0 else { continue }
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { unlink(file) }
            close(descriptor)
        }
    }

    /// A file to write to, whose lock says that somebody does.
    func makeUnfinished(named name: String) throws -> BlobFile {
        try change {
            let descriptor = Self.retrying {
                systemOpen("\(path)/unfinished/\(name)", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
            }
            guard descriptor >= 0, flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
                throw CompanionError.system("write a blob")
            }
            return BlobFile(descriptor)
        }
    }

    func discard(unfinished name: String) { unlink("\(path)/unfinished/\(name)") }

    /// Moves a finished file to its place, and makes that last. Within `change`.
    func rename(unfinished name: String, to key: BlobKey, in scope: BlobScope) throws(CompanionError) {
        let folder = folder(of: scope)
        if mkdir(folder, 0o700) != 0, errno == ENOENT {
            guard mkdir("\(path)/users", 0o700) == 0 || errno == EEXIST, mkdir(folder, 0o700) == 0 else {
                throw .system("make the folder of the blobs")
            }
            try synchronize(path)
            try synchronize("\(path)/users")
        }
        guard systemRename("\(path)/unfinished/\(name)", file(key, in: scope)) == 0 else {
            throw .system("write a blob")
        }
        try synchronize(folder)
    }

    /// Removes a file and, after the last one, the folder, so that it does not tell of somebody who left. Within `change`.
    func remove(_ key: BlobKey, in scope: BlobScope) throws(CompanionError) {
        guard unlink(file(key, in: scope)) == 0 else {
            if errno == ENOENT { return }
            throw .system("delete a blob")
        }
        try synchronize(folder(of: scope))
        rmdir(folder(of: scope))
    }

    /// The file of a blob; nil where there is none.
    func open(_ key: BlobKey, in scope: BlobScope) throws(CompanionError) -> BlobFile? {
        let descriptor = Self.retrying { systemOpen(file(key, in: scope), O_RDONLY | O_CLOEXEC | O_NOFOLLOW, 0) }
        if descriptor >= 0 { return BlobFile(descriptor) }
        if errno == ENOENT { return nil }
        throw .system("read a blob")
    }

    /// The first keys after `key`, ascending.
    func keys(
        in scope: BlobScope, prefix: String, after key: BlobKey?, limit: Int
    ) throws(CompanionError) -> [BlobKey] {
        let keys = try names(in: folder(of: scope)).compactMap { name in
            BlobKey(String(name.map { $0 == "," ? "/" : $0 }))
        }
        let wanted = keys.filter { found in found.description.hasPrefix(prefix) && key.map { found > $0 } ?? true }
        return Array(wanted.sorted().prefix(limit))
    }

    /// Runs `body` while no other process changes anything.
    func change<Result>(_ body: () throws -> Result) throws -> Result {
        // A descriptor of its own, so that the threads of one process wait for each other too.
        let descriptor = Self.retrying { systemOpen("\(path)/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600) }
        guard descriptor >= 0 else { throw CompanionError.system("lock the blobs") }
        defer { close(descriptor) }
        guard Self.retrying({ flock(descriptor, LOCK_EX) }) == 0 else { throw CompanionError.system("lock the blobs") }
        return try body()
    }

    private func folder(of scope: BlobScope) -> String { "\(path)/\(scope.path.dropLast())" }

    private func file(_ key: BlobKey, in scope: BlobScope) -> String {
        "\(folder(of: scope))/\(String(key.description.map { $0 == "/" ? "," : $0 }))"
    }

    private func names(in folder: String) throws(CompanionError) -> [String] {
        guard let stream = opendir(folder) else {
            if errno == ENOENT { return [] }
            throw .system("list the blobs")
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names
    }

    private func synchronize(_ folder: String) throws(CompanionError) {
        let descriptor = Self.retrying { systemOpen(folder, O_RDONLY | O_CLOEXEC, 0) }
        guard descriptor >= 0 else { throw .system("write a blob") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .system("write a blob") }
    }

    /// Calls again what a signal interrupted.
    static func retrying(_ call: () -> Int32) -> Int32 {
        while true {
            let result = call()
            if result >= 0 || errno != EINTR { return result }
        }
    }
}

/// `open` and `rename` by names that the methods above don't hide.
private func systemOpen(_ path: String, _ flags: Int32, _ mode: mode_t) -> Int32 { open(path, flags, mode) }
private func systemRename(_ source: String, _ destination: String) -> Int32 { rename(source, destination) }
