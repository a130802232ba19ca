import ArgumentParser
import CompanionCore
import Testing
import _CompanionHosting

@testable import CompanionServer

struct ServerSettingsReaderTests {
    private func read(
        _ flags: [ServerSetting: String] = [:], _ environment: [String: String] = [:]
    ) throws(ServerSettingsReader.Faults) -> ServerSettings {
        try ServerSettingsReader(flags: flags, environment: environment.merging(["HOME": "/home/ada"]) { $1 }).read()
    }

    private func faults(_ flags: [ServerSetting: String], _ environment: [String: String] = [:]) -> [String] {
        do throws(ServerSettingsReader.Faults) {
            _ = try read(flags, environment)
            return []
        } catch {
            return error.lines
        }
    }

    @Test("With nothing set it serves one's own machine, from files in the person's data folder")
    func standard() throws {
        let settings = try read()
        #expect(settings.address == "http://127.0.0.1:8080")
        #expect(settings.database == .store(.sqlite(path: "/home/ada/.local/share/companion/server.sqlite")))
        #expect(settings.blobs == .folder("/home/ada/.local/share/companion/blobs"))
        #expect(settings.signingKey == "/home/ada/.local/share/companion/signing-key.pem")
        #expect(settings.adminPort == nil)
        #expect(settings.warnings.isEmpty)
        #expect(try ModelChoice(settings) == .offline(isWished: false))
    }

    @Test("Files lie beside the database, wherever that is")
    func besideTheDatabase() throws {
        let settings = try read([.database: "sqlite:/srv/talk/a.sqlite"])
        #expect(settings.blobs == .folder("/srv/talk/blobs"))
        #expect(settings.signingKey == "/srv/talk/signing-key.pem")
        #expect(try read([.database: "memory:"]).signingKey == nil)
    }

    @Test("The database searches vectors exactly unless told otherwise, and only a server has an index")
    func vectors() throws {
        let server = "postgres://companion@db.example/companion"
        #expect(try read([.database: server]).vectors == .database(index: .exact))
        #expect(try read([.database: server, .vectors: "database:"]).vectors == .database(index: .exact))
        #expect(try read([.database: server, .vectors: "Database:?index=HNSW"]).vectors == .database(index: .hnsw))
        #expect(try read([.database: "memory:"]).vectors == .memory)
        #expect(faults([.database: "memory:", .vectors: "database:"]).contains { $0.contains("keeps no vectors") })
        #expect(faults([.vectors: "database:?index=hnsw"]).contains { $0.contains("exactly") })
        #expect(faults([.database: server, .vectors: "database:?index=ivf"]).contains { $0.contains("--vectors") })
    }

    @Test("A flag comes before the environment, and both have the same names")
    func precedence() throws {
        let settings = try read(
            [.port: "9000"],
            ["COMPANION_PORT": "9001", "COMPANION_PUBLIC_URL": "https://talk.example.org/", "OPENAI_API_KEY": "sk-1"])
        #expect(settings.port == 9000)
        #expect(settings.publicURL == "https://talk.example.org")
        #expect(settings.moderationModel == "omni-moderation-latest")
    }

    @Test("All that is wrong is told at once, one line each, and no secret is")
    func allFaults() {
        let lines = faults(
            [.port: "0", .role: "boss", .cache: "http://x", .blobs: "ftp://x", .tlsKey: "k", .model: "gpt"],
            ["OPENAI_API_KEY": "sk secret", "COMPANION_GOOGLE_CLIENT_SECRET": "hush"])
        for word in ["--port", "--role", "--cache", "--blobs", "--tls-certificate", "OPENAI_API_KEY", "Google"] {
            #expect(lines.contains { $0.contains(word) }, "\(word): \(lines)")
        }
        #expect(!lines.contains { $0.contains("secret") && !$0.contains("SECRET") || $0.contains("hush") })
        #expect(lines.allSatisfy { !$0.contains("\n") })
    }

    @Test(
        "An address of a page is an origin",
        arguments: ["talk.example.org", "https://", "https://a/b", "https://u@a", "ftp://a", "https://a?b"])
    func publicURL(_ text: String) {
        #expect(faults([.publicURL: text]).count == 1)
    }

    @Test("Several instances are reminded of what they must share")
    func manyInstances() throws {
        let address = "postgres://companion:pass@db/companion"
        let settings = try read([.database: address])
        #expect(settings.warnings.count == 2)
        #expect(!settings.database.description.contains("pass"))
        let whole = try read([.database: address, .cache: "redis://r", .signingKey: "/k.pem"])
        #expect(whole.warnings.isEmpty)
    }

    @Test("Mail has a sender, and links that no request can choose")
    func mail() throws {
        let all: [ServerSetting: String] = [
            .mail: "smtp://talk@mail.example.org", .mailFrom: "no-reply@example.org",
            .publicURL: "https://talk.example.org",
        ]
        let settings = try read(all, ["COMPANION_MAIL_PASSWORD": "hush"])
        #expect(settings.mail?.sender.address == "no-reply@example.org" && settings.mail?.password == "hush")
        for (missing, word) in [(ServerSetting.mailFrom, "--mail-from"), (.publicURL, "--public-url")] {
            let lines = faults(all.filter { $0.key != missing }, ["COMPANION_MAIL_PASSWORD": "hush"])
            #expect(lines.count == 1 && lines[0].contains(word) && !lines[0].contains("hush"))
        }
        #expect(faults(all).contains { $0.contains("COMPANION_MAIL_PASSWORD") }, "a user without a password")
        #expect(faults([.mailFrom: "no-reply@example.org"]).count == 1, "a sender without a way")
        let told = faults(all.merging([.mail: "smtp://talk:hush@mail.example.org"]) { $1 })
        #expect(told.count == 1 && !told[0].contains("hush"))
    }

    @Test("Vectors may be in a database of their own")
    func vectorsElsewhere() throws {
        #expect(try read([.vectors: "postgres://other/db"]).vectors == .postgres(url: "postgres://other/db"))
        #expect(faults([.vectors: "mysql://other/db"]).count == 1)
    }

    @Test("Each setting has a flag but those that are secret or for tests, and every flag of the program is one")
    func flags() throws {
        for setting in ServerSetting.allCases where setting.flag == nil {
            #expect(setting.isSecret || [.googleIssuer, .appleIssuer].contains(setting))
        }
        var arguments: [String] = []
        for setting in ServerSetting.allCases { if let flag = setting.flag { arguments += [flag, "x"] } }
        let options = try ServerOptions.parse(arguments)
        #expect(Set(options.values.keys) == Set(ServerSetting.allCases.filter { $0.flag != nil }))
    }
}
