internal import CompanionCore
internal import CompanionPinecone
internal import CompanionSQLite
internal import _CompanionHosting

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Whether the database is sound, and can be written.
struct StoreCheck {
    let settings: Settings

    private var path: String { settings.files.path }

    func findings() async -> [Finding] {
        switch settings.store {
        case .sqlite: await file() + vectors()
        case .postgres: await server() + vectors()
        }
    }

    // MARK: Servers

    private func server() async -> [Finding] {
        do {
            let store = try await settings.store.open()
            // A transaction takes the right to write, though this one writes nothing.
            try await store.relational.transaction { _ in }
            var findings = [Finding(.ok, .store, "\(settings.store.description): up to date, and can be written")]
            if settings.embeddingModel != nil, let index = settings.vectorIndex {
                do {
                    if let words = try await store.vectorsInWords(index: index) {
                        findings.append(Finding(.ok, .store, "vectors: \(words)"))
                    }
                } catch {
                    findings.append(
                        Finding(error, .store) { _ in "Have pgvector installed, or name other --vectors." })
                }
            }
            await store.close()
            return findings + pictures()
        } catch {
            return [
                Finding(error, .store) { code in
                    switch code {
                    case .unauthenticated: "See the user and the password in the address, or in PGPASSWORD."
                    case .unavailable: "See whether the server runs, and whether the address and its TLS are right."
                    case .schemaTooNew: "Update this program, or name another --database."
                    default: nil
                    }
                }
            ]
        }
    }

    private func vectors() async -> [Finding] {
        guard let address = settings.vectors, settings.vectorIndex == nil else { return [] }
        do {
            try await Pinecone(configuration: .init(url: address)).check()
            return [Finding(.ok, .store, "\(address) answers, and accepts the key")]
        } catch {
            return [
                Finding(error, .store) {
                    $0 == .unauthenticated ? "Set PINECONE_API_KEY to a key of the project." : nil
                }
            ]
        }
    }

    // MARK: Files

    private func file() async -> [Finding] {
        guard access(path, F_OK) == 0 || errno != ENOENT else { return [missing()] }
        do {
            let store = try SQLiteStore(path: path)
            let check = try await store.check()
            // A transaction takes the right to write, though this one writes nothing.
            try await store.transaction { _ in }
            try? await store.close()
            return findings(check) + pictures()
        } catch {
            return [Finding(error, .store, advice: advice)]
        }
    }

    private func advice(for code: CompanionError.Code) -> String? {
        switch code {
        case .forbidden, .unavailable:
            "See who owns \(path) and its folder, and whether the disk is full; or name another --database."
        case .invalidInput: "It is \(path), from \(settings.source(of: .database)); or name another --database."
        case .corrupted: "Keep a copy of \(path) before anything else; then take a backup, or another --database."
        case .schemaTooNew: "Update this program, or name another --database."
        case .busy, .timedOut: "End the other programs that use \(path), then try again."
        default: nil
        }
    }

    /// A database that is made when it is first needed.
    private func missing() -> Finding {
        let wanted = DatabaseFiles(path: path).folder
        var folder = wanted
        while access(folder.path, F_OK) != 0, let above = folder.above { folder = above }
        if folder.path != wanted.path, settings.source(of: .database) != .standard {
            return Finding(
                .fail, .store, "\(path) is not there, and its folder \(wanted.path) neither",
                advice: "Make the folder, or correct the path: it is from \(settings.source(of: .database)).")
        }
        if let reason = folder.reasonNotToWrite() {
            return Finding(
                .fail, .store,
                "\(path) is not there, and can't be made: nothing can be written in \(folder.path) (\(reason))",
                advice: "Name a --database in a folder of yours, or let yourself write there.")
        }
        return Finding(.ok, .store, "\(path) is not there yet: the first chat makes it")
    }

    /// Pictures are written when a character is chosen or imported.
    private func pictures() -> [Finding] {
        let folder = LocalFolder(path: DatabaseFiles(path: path).portraits.path)
        guard access(folder.path, F_OK) == 0, let reason = folder.reasonNotToWrite() else { return [] }
        return [
            Finding(
                .fail, .store, "no pictures can be kept in \(folder.path) (\(reason))",
                advice: "Let yourself write there, or name another --database.")
        ]
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
