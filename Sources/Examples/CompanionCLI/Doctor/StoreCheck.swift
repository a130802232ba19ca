internal import CompanionCore
internal import CompanionSQLite

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Whether the database is sound, and can be written.
struct StoreCheck {
    let path: String

    func findings() async -> [Finding] {
        guard access(path, F_OK) == 0 else { return [missing()] }
        do {
            let store = try SQLiteStore(path: path)
            let check = try await store.check()
            // A transaction takes the right to write, though this one writes nothing.
            try await store.transaction { _ in }
            return findings(check)
        } catch {
            return [Finding(error, .store)]
        }
    }

    /// A database that is made when it is first needed.
    private func missing() -> Finding {
        var folder = DatabaseFiles(path: path).folder.path
        while access(folder, F_OK) != 0, let slash = folder.lastIndex(of: "/"), slash > folder.startIndex {
            folder = String(folder[..<slash])
        }
        guard access(folder, W_OK) == 0 else {
            return Finding(
                .fail, .store, "\(path) is not there, and can't be made in \(folder)",
                advice: "Name a --database in a folder of yours.")
        }
        return Finding(.ok, .store, "\(path) is not there yet: the first chat makes it")
    }

    private func findings(_ check: SQLiteStore.Check) -> [Finding] {
        let about =
            "\(path): \(Self.words(bytes: check.size)), schema \(check.schemaVersion), "
            + "SQLite \(check.sqliteVersion)"
        var findings = [Finding(.ok, .store, about)]
        if let counts = check.counts {
            let text =
                "people \(counts.users), characters \(counts.characters), chats \(counts.chats), "
                + "messages \(counts.messages)"
            findings.append(Finding(.ok, .store, text))
        }
        if check.journalMode != "wal" {
            findings.append(
                Finding(
                    .warn, .store, "the journal mode is \(check.journalMode), not wal",
                    advice: "Keep the database on a local disk; close other programs that use it."))
        }
        findings += check.problems.map { problem in
            Finding(
                .fail, .store, problem,
                advice: "Keep a copy of the file, then take a backup, or `sqlite3 \(path) .recover`.")
        }
        if check.problems.isEmpty { findings.append(Finding(.ok, .store, "sound, and can be written")) }
        return findings
    }

    private static func words(bytes: Int) -> String {
        bytes < 1 << 20 ? "\((bytes + 1023) >> 10) KiB" : "\(bytes >> 20) MiB"
    }
}
