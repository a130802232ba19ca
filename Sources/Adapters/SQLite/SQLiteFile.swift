internal import CompanionCore

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif
#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// The file of a database, before SQLite opens it.
enum SQLiteFile {
    /// Makes sure that there is a file, readable and writable by its owner alone where it is new: SQLite gives the
    /// files beside it the same permissions.
    ///
    /// - Returns: The absolute path, which also keeps names such as `:memory:` and `file:…` from meaning something else.
    static func prepare(_ path: String) throws -> String {
        guard !path.isEmpty, !path.utf8.contains(0) else {
            throw CompanionError(.invalidInput, "A database needs the path of its file.")
        }
        let absolute = path.hasPrefix("/") ? path : "\(FileManager.default.currentDirectoryPath)/\(path)"
        let descriptor = open(absolute, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if descriptor >= 0 {
            close(descriptor)
            return absolute
        }
        let reason = errno
        switch reason {
        case EEXIST:
            var isDirectory: Bool = false
            if FileManager.default.fileExists(atPath: absolute, isDirectory: &isDirectory), isDirectory {
                throw CompanionError(.invalidInput, "The database's path is a folder: name a file in it.")
            }
            guard access(absolute, R_OK | W_OK) == 0 else {
                throw CompanionError(
                    .forbidden, "The database's file can't be read and written: change its permissions.")
            }
            return absolute
        case ENOENT, ENOTDIR:
            throw CompanionError(.invalidInput, "The database's folder does not exist: create it first.")
        case EACCES, EPERM, EROFS:
            throw CompanionError(
                .forbidden, "The database's folder can't be written: change its permissions, or name another.")
        default:
            throw CompanionError(.unavailable, "The database's file can't be created (errno \(reason)).")
        }
    }
}
