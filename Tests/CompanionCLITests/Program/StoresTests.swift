import CompanionCore
import Foundation
import Testing

/// The built program's `copy` and `migrate`.
struct StoresTests {
    private let program: BuiltProgram

    init() throws { program = try BuiltProgram() }

    private func exported(_ database: String) throws -> [String] {
        try program.run("chats", "--json", "--database", database).events.compactMap { $0["id"]?.string }
            .map { try program.run("chats", "export", $0, "--database", database).output }
    }

    @Test("Everything is copied into a new file, and not into one that holds something")
    func files() throws {
        let (old, new) = ("\(program.home.path)/old.sqlite", "\(program.home.path)/new.sqlite")
        _ = try program.run("--database", old, "--message", "I have a cat called Miso.")
        _ = try program.run("memories", "add", "Likes tea.", "--database", old)
        let copied = try program.run("copy", "--database", old, "--to", "sqlite:\(new)")
        #expect(copied.status == 0 && copied.output.contains("rows are the same"), "\(copied.output)")
        #expect(try exported(new) == exported(old))
        let memories = try program.run("memories", "--json", "--database", new).output
        #expect(memories == (try program.run("memories", "--json", "--database", old).output))
        #expect(try program.run("copy", "--database", old, "--to", new).status == 1)
        #expect(try program.run("copy", "--database", old, "--to", old).status != 0)
        #expect(try program.run("copy", "--database", old, "--to", "mysql://a/b").status != 0)
        #expect(try program.run("migrate", "--database", new).status == 0)
    }

    @Test(
        "Everything goes to Postgres and back, and the program works there",
        .enabled(if: ProcessInfo.processInfo.environment["COMPANION_POSTGRES_URL"] != nil, "no Postgres was started"))
    func postgres() throws {
        let server = try #require(ProcessInfo.processInfo.environment["COMPANION_POSTGRES_URL"])
        let (old, back) = ("\(program.home.path)/old.sqlite", "\(program.home.path)/back.sqlite")
        _ = try program.run("--database", old, "--message", "I have a cat called Miso.")
        #expect(try program.run("migrate", "--database", server).status == 0)
        #expect(try program.run("copy", "--database", old, "--to", server).status == 0)
        #expect(try exported(server) == exported(old))
        #expect(try program.run("--database", server, "--message", "And a dog.").status == 0)
        #expect(try program.run("copy", "--database", server, "--to", back).status == 0)
        let texts = try exported(back)
        #expect(texts == (try exported(server)) && texts.joined().contains("And a dog."))
        let findings = try program.run("doctor", "--database", server).output
        #expect(findings.contains("up to date, and can be written"))
        let password = try #require(URLComponents(string: server)?.percentEncodedPassword)
        #expect(!findings.contains(password))
    }

    @Test(
        "doctor tells how a server searches vectors",
        .enabled(if: ProcessInfo.processInfo.environment["COMPANION_PGVECTOR_URL"] != nil, "no pgvector was started"),
        arguments: [("database:", "exact search"), ("database:?index=hnsw", "HNSW")])
    func vectors(_ address: String, _ words: String) throws {
        let server = try #require(ProcessInfo.processInfo.environment["COMPANION_PGVECTOR_URL"])
        let output = try program.run(
            "doctor", "--database", server, "--embedding-model", "hashed", "--vectors", address
        ).output
        #expect(output.contains("pgvector 0.") && output.contains(words), "\(output)")
    }

    @Test("An index that there is not is refused")
    func noSuchIndex() throws {
        let refused = try program.run("doctor", "--vectors", "database:?index=btree")
        #expect(refused.status != 0 && (refused.output + refused.errors).contains("database:"), "\(refused)")
    }

    @Test("Of addresses that lead nowhere doctor says what to do")
    func doctor() throws {
        let away = try program.run("doctor", "--database", "postgres://nobody:secret@127.0.0.1:1/x")
        #expect(away.status == 1 && away.output.contains("See whether the server runs"))
        #expect(!away.output.contains("secret"))
        let keyless = try program.run("doctor", "--vectors", "pinecone://memories")
        #expect(keyless.status == 1 && keyless.output.contains("PINECONE_API_KEY"))
    }
}
