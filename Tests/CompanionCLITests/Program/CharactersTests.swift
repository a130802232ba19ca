import CompanionCore
import Foundation
import Testing

@testable import CompanionCardFiles

/// The built program's `characters`.
struct CharactersTests {
    private let program: BuiltProgram
    private let folder: TemporaryFile

    init() throws {
        program = try BuiltProgram()
        folder = try TemporaryFile()
    }

    private func write(_ text: String, to name: String) throws -> String {
        let path = "\(folder.path)/\(name)"
        try FileManager.default.createDirectory(
            atPath: URL(fileURLWithPath: path).deletingLastPathComponent().path, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        return path
    }

    private func card(_ name: String) -> String {
        #"{"spec": "chara_card_v2", "data": {"name": "\#(name)", "first_mes": "Hello.", "description": "Somebody."}}"#
    }

    @Test("Three characters come with the program, and one is the person's own once it was chosen, not before")
    func bundled() throws {
        let before = try program.run("characters").lines.dropFirst()
        #expect(before.count == 3)
        #expect(before.allSatisfy { $0.hasPrefix("bundled") })
        _ = try program.run("--character", "Luna", "--message", "Hi")
        _ = try program.run("--character", "luna", "--new", "--message", "Hi")
        let after = try program.run("characters").lines.dropFirst()
        #expect(after.count == 3)
        #expect(after.count { $0.hasPrefix("bundled") } == 2)
        #expect(try program.run("characters", "--json").events.compactMap { $0["name"] } == ["Luna Aster"])
    }

    @Test("Cards are imported from files and folders, none twice, and what is no card is refused")
    func importing() throws {
        _ = try write(card("Mira"), to: "a/mira.json")
        _ = try write(card("Nils"), to: "a/b/nils.JSON")
        _ = try write("{}", to: "a/settings.json")
        _ = try write("no card", to: "a/readme.txt")
        let first = try program.run("characters", "import", "--json", "\(folder.path)/a")
        #expect(first.status == 1)
        #expect(try first.events.map { $0["type"] } == ["kept", "kept", "refused"])
        let again = try program.run("characters", "import", "\(folder.path)/a/mira.json")
        #expect(again.status == 0)
        #expect(again.output.contains("1 there already"))
        let missing = try program.run("characters", "import", "\(folder.path)/nobody.png")
        #expect(missing.status == 1)
        #expect(missing.errors.contains("nobody.png"))
    }

    @Test("A card comes back from every form that it was exported to")
    func exporting() throws {
        let path = try write(card("Mira"), to: "mira.json")
        _ = try program.run("characters", "import", path)
        for form in ["json", "v2", "v3"] {
            let text = try program.run("characters", "export", "mira", "--as", form).output
            #expect(try CharacterCard(parsing: Array(text.utf8)).name == "Mira", "\(form)")
        }
        #expect(try program.run("characters", "export", "mira", "--as", "v1").output.contains(#""name": "Mira""#))
        // She came without a picture.
        #expect(
            try program.run("characters", "export", "mira", "--as", "png", "-o", "\(folder.path)/m.png").status == 1)
        #expect(try program.run("characters", "export", "mira", "--as", "png").status == 64)
    }

    @Test("The picture that a card came in is kept for its owner alone, and exported with the card")
    func pictures() throws {
        let picture = "\(folder.path)/luna.png"
        let exported = try program.run("characters", "export", "Luna", "--as", "png", "--output", picture)
        #expect(exported.status == 0, "\(exported.errors)")
        let known = try program.run("characters", "import", picture)
        #expect(known.output.contains("1 there already"), "\(known.output)")
        let other = try program.run("--user", "Bob", "characters", "import", picture)
        #expect(other.status == 64)
        let bob = try program.run("characters", "import", picture, "--user", "Bob")
        #expect(bob.output.contains("1 kept (0 with warnings)"), "\(bob.output)")
        let portraits = "\(program.home.path)/.local/share/companion/portraits"
        let names = try FileManager.default.contentsOfDirectory(atPath: portraits)
        #expect(names.count == 2)
        for name in names {
            let attributes = try FileManager.default.attributesOfItem(atPath: "\(portraits)/\(name)")
            #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
        }
    }

    @Test(
        "The bundled characters' lore answers to words, to two of them together, to other lore, and at its depth",
        arguments: [
            ("Luna", "How is your cat?", ["Vega", "Thunder"], ["Clouds"]),
            ("Luna", "Clouds all over the sky tonight.", ["Clouds"], ["Vega"]),
            ("Luna", "Good night then.", ["Good night"], []),
            ("Bram", "Can you mend a watch that stopped?", ["Watches"], ["The drawer"]),
            ("Bram", "Where is the cat?", ["Escapement", "The drawer"], ["Watches"]),
            ("Pia", "How is the pumpkin?", ["Fernando", "The hammock"], []),
            ("Pia", "My tomatoes on the balcony are dying.", ["Plants of others"], []),
        ])
    func lore(_ name: String, _ message: String, _ called: [String], _ silent: [String]) throws {
        let events = try program.run(
            "--user", "Ada", "--character", name, "--json", input: "\(message)\n/prompt\n"
        ).events
        let segments = try #require(events.last?["segments"]?.array)
        let included = segments.filter { $0["is_included"] == true }.compactMap { $0["title"]?.string }
        for title in called { #expect(included.contains("Lore: \(title)"), "\(included)") }
        for title in silent { #expect(!included.contains("Lore: \(title)"), "\(included)") }
    }

    @Test("A card goes into an archive with its picture, and comes out of it the same")
    func archives() throws {
        let archive = "\(folder.path)/luna.charx"
        #expect(try program.run("characters", "export", "Luna", "--as", "charx").status == 64)
        #expect(try program.run("characters", "export", "Luna", "--as", "charx", "--output", archive).status == 0)
        let kept = try program.run("characters", "import", folder.path, "--user", "Bob")
        #expect(kept.output.contains("1 kept (0 with warnings)"), "\(kept.output)")
        let picture = "\(folder.path)/again.png"
        let again = try program.run("characters", "export", "Luna", "--as", "png", "--user", "Bob", "-o", picture)
        #expect(again.status == 0, "\(again.errors)")
    }

    @Test(
        "What an archive holds is kept, warned about or refused by its name, none twice; a card's own archive is one card"
    )
    func archivesOfCards() throws {
        let luna = "\(folder.path)/luna.charx"
        #expect(try program.run("characters", "export", "Luna", "--as", "charx", "--output", luna).status == 0)
        let charx = try Array(Data(contentsOf: URL(fileURLWithPath: luna)))
        var archive = ZipWriter()
        try archive.add(Array(card("Mira").utf8), at: "cards/mira.json")
        try archive.add(charx, at: "cards/deep/luna.charx")
        try archive.add(
            Array(#"{"entries":[{"keys":["sea"],"content":"Cold.","enabled":true}]}"#.utf8), at: "Harbour.json")
        try archive.add(Array("{}".utf8), at: "settings.json")
        try archive.add(Array("read me".utf8), at: "readme.txt")
        var inner = ZipWriter()
        try inner.add(Array(card("Nils").utf8), at: "nils.json")
        try archive.add(inner.finish(), at: "more.zip")
        let path = "\(folder.path)/cards.zip"
        try Data(archive.finish()).write(to: URL(fileURLWithPath: path))

        let first = try program.run("characters", "import", "--json", "--user", "Bob", path)
        #expect(first.status == 1)
        let events = try first.events
        #expect(
            Dictionary(uniqueKeysWithValues: events.map { ($0["path"]?.string ?? "", $0["type"]?.string ?? "") }) == [
                "\(path): cards/mira.json": "kept", "\(path): cards/deep/luna.charx": "kept",
                "\(path): Harbour.json": "kept", "\(path): settings.json": "refused", "\(path): more.zip": "refused",
            ])
        #expect(events.first { $0["kind"] == "lorebook" }?["name"] == "Harbour")
        let again = try program.run("characters", "import", "--user", "Bob", path)
        #expect(again.output.contains("0 kept (0 with warnings), 3 there already, 2 refused."), "\(again.output)")
        #expect(again.output.contains("1 other file in archives is not called like cards."))
        #expect(try program.run("lorebooks", "--user", "Bob").output.contains("Harbour"))

        // The same as a file of that ending, and in a folder.
        try Data(charx).write(to: URL(fileURLWithPath: "\(folder.path)/one.zip"))
        let one = try program.run("characters", "import", "\(folder.path)/one.zip", "--user", "Bob")
        #expect(one.status == 0 && one.output.contains("1 there already"), "\(one.output)")
        try Data("PK and nothing more that is any good".utf8).write(to: URL(fileURLWithPath: "\(folder.path)/bad.zip"))
        let all = try program.run("characters", "import", "--json", "--user", "Bob", folder.path)
        #expect(try all.events.count == 8 && all.status == 1)
        #expect(try all.events.contains { $0["path"] == .string("\(folder.path)/bad.zip") && $0["type"] == "refused" })
    }

    @Test("A character is deleted with its picture, but not while there are chats with it")
    func deletion() throws {
        _ = try program.run("--character", "Luna", "--message", "Hi")
        #expect(try program.run("characters", "delete", "Luna", "--yes").status == 1)
        let chat = try #require(try program.run("chats", "--json").events.first?["id"]?.string)
        #expect(try program.run("chats", "delete", chat, "--yes").status == 0)
        #expect(try program.run("characters", "delete", "Luna").status == 1)
        #expect(try program.run("characters", "delete", "Luna", "--yes").status == 0)
        let portraits = "\(program.home.path)/.local/share/companion/portraits"
        #expect(try FileManager.default.contentsOfDirectory(atPath: portraits).isEmpty)
    }

    @Test("Who is not there is told with the nearest name, and one name of several with their ids")
    func names() throws {
        #expect(try program.run("characters", "show", "Luna Astre").errors.contains("did you mean Luna Aster?"))
        _ = try program.run("characters", "import", try write(card("Mira"), to: "1.json"))
        _ = try program.run("characters", "import", try write(card(#"Mira", "creator": "x"#), to: "2.json"))
        let ids = try program.run("characters", "--json").events.compactMap { $0["id"]?.string?.suffix(8) }
        let errors = try program.run("characters", "show", "Mira").errors
        for id in ids { #expect(errors.contains(id)) }
        #expect(try program.run("characters", "show", String(ids[0])).status == 0)
    }
}
