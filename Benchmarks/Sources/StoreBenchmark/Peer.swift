import CSQLite
import CompanionCore
import FoundationEssentials

/// The same statements on the same schema with the same settings through SQLite's C interface, on one thread. It builds
/// no values: every column is read and given up.
final class Peer {
    private var database: OpaquePointer?
    private let workload: Workload
    private var begin, beginRead, commit, moveChat, insertMessage, insertAlternative, page, alternatives: OpaquePointer?

    /// Opens a file that the store has made and closed.
    init(path: String, workload: Workload) {
        self.workload = workload
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX
        check(sqlite3_open_v2(path, &database, flags, nil), SQLITE_OK)
        let settings = """
            PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON; PRAGMA cache_size = -8192
            """
        check(sqlite3_exec(database, settings, nil, nil, nil), SQLITE_OK)
        begin = prepare("BEGIN IMMEDIATE")
        beginRead = prepare("BEGIN")
        commit = prepare("COMMIT")
        moveChat = prepare(
            """
            UPDATE chats SET last_sequence = ?4, revision = revision + 1, updated_at = ?5
            WHERE user_id = ?1 AND id = ?2 AND last_sequence = ?3
            """)
        insertMessage = prepare(
            """
            INSERT INTO messages (user_id, chat_id, position, id, author, selected, client_id, created_at, revision)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, (SELECT revision FROM chats WHERE user_id = ?1 AND id = ?2))
            ON CONFLICT DO NOTHING
            """)
        insertAlternative = prepare(
            """
            INSERT INTO alternatives (user_id, chat_id, sequence, ordinal, id, created_at, text, status, finish_reason,
                model, prompt_tokens, cached_prompt_tokens, completion_tokens, usage_is_estimate, turn_id, updated_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16) ON CONFLICT DO NOTHING
            """)
        page = prepare(
            """
            SELECT position, id, author, selected, client_id, created_at FROM messages
            WHERE user_id = ?1 AND chat_id = ?2 AND position > 0 AND position < ?3 ORDER BY position DESC LIMIT ?4
            """)
        alternatives = prepare(
            """
            SELECT sequence, id, text, status, finish_reason, model, prompt_tokens, cached_prompt_tokens,
                completion_tokens, usage_is_estimate, turn_id, created_at, updated_at
            FROM alternatives
            WHERE user_id = ?1 AND chat_id = ?2 AND sequence BETWEEN ?3 AND ?4 ORDER BY sequence, ordinal
            """)
    }

    deinit {
        for statement in [begin, beginRead, commit, moveChat, insertMessage, insertAlternative, page, alternatives] {
            sqlite3_finalize(statement)
        }
        sqlite3_close(database)
    }

    func append(_ message: Message) {
        run(begin)
        bind(workload.user.id, moveChat, 1)
        bind(workload.chat.id, moveChat, 2)
        bind(message.sequence - 1, moveChat, 3)
        bind(message.sequence, moveChat, 4)
        bind(message.createdAt, moveChat, 5)
        run(moveChat)
        bind(workload.user.id, insertMessage, 1)
        bind(workload.chat.id, insertMessage, 2)
        bind(message.sequence, insertMessage, 3)
        bind(message.id, insertMessage, 4)
        bind(message.author.rawValue, insertMessage, 5)
        bind(message.selected, insertMessage, 6)
        bind(message.clientID?.rawValue, insertMessage, 7)
        bind(message.createdAt, insertMessage, 8)
        run(insertMessage)
        let alternative = message.alternative
        bind(workload.user.id, insertAlternative, 1)
        bind(workload.chat.id, insertAlternative, 2)
        bind(message.sequence, insertAlternative, 3)
        bind(0, insertAlternative, 4)
        bind(alternative.id, insertAlternative, 5)
        bind(alternative.createdAt, insertAlternative, 6)
        bind(alternative.text, insertAlternative, 7)
        bind("complete", insertAlternative, 8)
        bind(alternative.finishReason == nil ? nil : "stop", insertAlternative, 9)
        bind(alternative.model, insertAlternative, 10)
        if let usage = alternative.usage {
            bind(usage.promptTokens, insertAlternative, 11)
            bind(usage.cachedPromptTokens, insertAlternative, 12)
            bind(usage.completionTokens, insertAlternative, 13)
            bind(usage.isEstimate ? 1 : 0, insertAlternative, 14)
        }
        if let turn = alternative.turn { bind(turn, insertAlternative, 15) }
        bind(alternative.updatedAt, insertAlternative, 16)
        run(insertAlternative)
        run(commit)
    }

    /// The sum of some bytes, so that nothing is optimised away.
    func page(before sequence: Int, limit: Int) -> Int {
        var sum = 0
        run(beginRead)
        bind(workload.user.id, page, 1)
        bind(workload.chat.id, page, 2)
        bind(sequence, page, 3)
        bind(limit, page, 4)
        var first = 0
        var last = 0
        while sqlite3_step(page) == SQLITE_ROW {
            first = Int(sqlite3_column_int64(page, 0))
            if last == 0 { last = first }
            sum &+= read(page, columns: 6)
        }
        sqlite3_reset(page)
        bind(workload.user.id, alternatives, 1)
        bind(workload.chat.id, alternatives, 2)
        bind(first, alternatives, 3)
        bind(last, alternatives, 4)
        while sqlite3_step(alternatives) == SQLITE_ROW { sum &+= read(alternatives, columns: 13) }
        sqlite3_reset(alternatives)
        run(commit)
        return sum
    }

    private func read(_ statement: OpaquePointer?, columns: CInt) -> Int {
        var sum = 0
        for column in 0..<columns {
            switch sqlite3_column_type(statement, column) {
            case SQLITE_INTEGER: sum &+= Int(sqlite3_column_int64(statement, column))
            case SQLITE_TEXT:
                sum &+= Int(sqlite3_column_text(statement, column)[0])
                sum &+= Int(sqlite3_column_bytes(statement, column))
            case SQLITE_BLOB:
                sum &+= sqlite3_column_blob(statement, column).loadUnaligned(as: Int.self)
                sum &+= Int(sqlite3_column_bytes(statement, column))
            default: break
            }
        }
        return sum
    }

    private func prepare(_ sql: String) -> OpaquePointer? {
        var statement: OpaquePointer?
        check(sqlite3_prepare_v3(database, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil), SQLITE_OK)
        return statement
    }

    private func run(_ statement: OpaquePointer?) {
        check(sqlite3_step(statement), SQLITE_DONE)
        sqlite3_reset(statement)
        sqlite3_clear_bindings(statement)
    }

    private func bind(_ value: Int, _ statement: OpaquePointer?, _ index: CInt) {
        sqlite3_bind_int64(statement, index, Int64(value))
    }

    private func bind(_ value: Date, _ statement: OpaquePointer?, _ index: CInt) {
        sqlite3_bind_int64(statement, index, value.millisecondsSince1970)
    }

    private func bind<Entity>(_ value: Identifier<Entity>, _ statement: OpaquePointer?, _ index: CInt) {
        withUnsafeBytes(of: value.uuid.uuid) { bytes in
            _ = sqlite3_bind_blob(statement, index, bytes.baseAddress, 16, Self.copied)
        }
    }

    private func bind(_ value: String?, _ statement: OpaquePointer?, _ index: CInt) {
        guard let value else { return }
        sqlite3_bind_text(statement, index, value, CInt(value.utf8.count), Self.copied)
    }

    private func check(_ code: CInt, _ expected: CInt) {
        guard code != expected else { return }
        fatalError("SQLite: \(String(cString: sqlite3_errmsg(database)))")
    }

    private static var copied: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }
}
