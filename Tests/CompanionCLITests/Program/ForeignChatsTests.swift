import CompanionCore
import Foundation
import Testing

@testable import CompanionCardFiles

/// Chats of other programs, in files as those write them, through the built program's `chats import`.
struct ForeignChatsTests {
    private let program: BuiltProgram

    init() throws {
        program = try BuiltProgram()
        _ = try program.run("--user", "Ada", "--character", "Luna", "--message", "Hi")
    }

    private func write(_ bytes: [UInt8], to name: String) throws -> String {
        let path = "\(program.home.path)/\(name)"
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        return path
    }

    /// Imports a file, and returns the authors and texts of the chats that came of it, the last first.
    private func imported(
        _ text: String, as name: String, _ arguments: [String] = [], chats: Int = 1
    ) throws -> [[String]] {
        let path = try write(Array(text.utf8), to: name)
        let running = try program.start(["chats", "import", path] + arguments, input: "")
        running.process.waitUntilExit()
        let result = try running.result
        #expect(result.status == 0, "\(result.output)\(result.errors)")
        #expect(result.lines.count { $0.hasPrefix("kept") } == chats, "\(result.output)")
        let ids = try program.run("chats", "--json").events.compactMap { $0["id"]?.string }
        return try ids.prefix(chats).map { id in
            try program.run("chats", "show", id, "--json").events.map { message in
                let count = message["alternatives"]?.integer ?? 0
                return "\(message["author"]?.string ?? ""): \(message["text"]?.string ?? "")"
                    + (count > 1 ? " (\(count))" : "")
            }
        }
    }

    @Test("Agnai: its export of a chat, whose character is known by name")
    func agnai() throws {
        let text = """
            {
              "name": "Exported",
              "greeting": "The lamp is lit, {{user}}.",
              "sampleChat": "",
              "scenario": "",
              "treeLeafId": "5c1bb2f0-9a3d-4d5c-8a44-0d7d3b6f3b11",
              "messages": [
                {
                  "_id": "1f0a9c3e",
                  "createdAt": "2023-08-14T19:22:31.117Z",
                  "handle": "Luna Aster",
                  "characterId": "imported",
                  "name": "Luna Aster",
                  "msg": "The lamp is lit, Ada."
                },
                {
                  "_id": "77be21aa",
                  "createdAt": "2023-08-14T19:23:02.530Z",
                  "ooc": false,
                  "values": {},
                  "parent": "1f0a9c3e",
                  "handle": "Ada",
                  "userId": "d1e6e0a2-6d8a-4a5d-9d7c-9a1d7b7a7c55",
                  "name": "Ada",
                  "msg": "*waves* \\"Good evening!\\"\\nIs it late?"
                },
                {
                  "_id": "a90c11d4",
                  "createdAt": "2023-08-14T19:23:20.004Z",
                  "json": null,
                  "extras": [],
                  "parent": "77be21aa",
                  "handle": "Luna Aster",
                  "characterId": "imported",
                  "name": "Luna Aster",
                  "msg": "Never too late.",
                  "state": "continued"
                }
              ]
            }
            """
        let chats = try imported(text, as: "chat-5c1b.json")
        #expect(
            chats == [
                [
                    "character: The lamp is lit, Ada.", "user: *waves* \"Good evening!\"\nIs it late?",
                    "character: Never too late.",
                ]
            ])
        let listed = try program.run("chats", "--json").events[0]
        #expect(listed["title"] == "")
        #expect(try program.run("chats", "export", listed["id"]?.string ?? "").output.contains("2023-08-14"))
    }

    @Test("Ooba: a log of an old version, and one of a new with HTML, times and other versions of a reply")
    func ooba() throws {
        let old = """
            {
              "data": [
                ["<|BEGIN-VISIBLE-CHAT|>", "The lamp is lit, <USER>."],
                ["Good evening & hello", "Come in."]
              ],
              "data_visible": [
                ["", "The lamp is lit, You."],
                ["Good evening & hello", "Come in."]
              ]
            }
            """
        #expect(
            try imported(old, as: "Luna_20230401-120000.json", ["--character", "Luna"]) == [
                ["character: The lamp is lit, You.", "user: Good evening & hello", "character: Come in."]
            ])
        let new = """
            {
                "visible": [
                    ["", "The lamp&#x27;s lit."],
                    ["Tea &amp; a story?", "&quot;Of course.&quot;"]
                ],
                "internal": [
                    ["<|BEGIN-VISIBLE-CHAT|>", "The lamp's lit."],
                    ["Tea & a story?", "\\"Of course.\\""]
                ],
                "metadata": {
                    "assistant_0": {"timestamp": "Jun 06, 2025 14:29"},
                    "user_1": {"timestamp": "Jun 06, 2025 14:30"},
                    "assistant_1": {
                        "timestamp": "Jun 06, 2025 14:31",
                        "model_name": "a-model.gguf",
                        "versions": [
                            {"content": "No.", "visible_content": "No.", "timestamp": "Jun 06, 2025 14:30"},
                            {"content": "\\"Of course.\\"", "visible_content": "&quot;Of course.&quot;", "timestamp": "Jun 06, 2025 14:31"}
                        ],
                        "current_version_index": 1
                    }
                }
            }
            """
        #expect(
            try imported(new, as: "20250606-14-29-11.json", ["--character", "Luna"]) == [
                ["character: The lamp's lit.", "user: Tea & a story?", "character: \"Of course.\" (2)"]
            ])
        // The file does not say who talks.
        let nameless = try program.run("chats", "import", try write(Array(old.utf8), to: "nameless.json"))
        #expect(nameless.status == 1 && nameless.output.contains("--character"))
    }

    @Test("CAI Tools: all histories of a character, a page for reading offline, and chats for other programs")
    func caiTools() throws {
        func message(_ text: String, isHuman: Bool, _ created: String, isAlternative: Bool = false) -> String {
            let (name, other) = isHuman ? ("ada_l", "Luna Aster") : ("Luna Aster", "ada_l")
            return """
                {"annotatable":true,"created":"\(created)","display_name":"\(name)","id":811923,"image_rel_path":"",\
                "is_alternative":\(isAlternative),"src":{"is_human":\(isHuman),"name":"\(name)","num_interactions":1,\
                "user":{"account":null,"first_name":"\(name)","id":1,"is_staff":false,"username":"\(name)"}},\
                "text":"\(text)","tgt":{"is_human":\(!isHuman),"name":"\(other)","num_interactions":1,\
                "user":{"account":null,"first_name":"\(other)","id":1,"is_staff":false,"username":"\(other)"}}}
                """
        }
        let histories = """
            {"info":{"character":{"name":"Luna Aster","title":"Keeper"},"agent":"CAI Tools"},"histories":{"histories":[
            {"created":"2023-02-11T10:00:00.123456Z","external_id":"x1","last_interaction":"2023-02-11T10:05:00Z","msgs":[
            \(message("The lamp is lit.", isHuman: false, "2023-02-11T10:00:00.123456Z")),
            \(message("Hello *there*", isHuman: true, "2023-02-11T10:01:00.123456Z")),
            \(message("Come in.", isHuman: false, "2023-02-11T10:02:00.123456Z")),
            \(message("Who is it?", isHuman: false, "2023-02-11T10:02:00.123456Z", isAlternative: true))]},
            {"created":"2023-02-12T10:00:00.123456Z","external_id":"x2","msgs":[
            \(message("Back again?", isHuman: false, "2023-02-12T10:00:00.123456Z"))]}]}}
            """
        let first = try imported(histories, as: "Luna_History.json", chats: 2)
        #expect(
            Set(first) == [
                ["character: The lamp is lit.", "user: Hello *there*", "character: Come in. (2)"],
                ["character: Back again?"],
            ])
        let page = """
            <!DOCTYPE html>
            <html lang="en"><head><title>CAI Library</title></head><body><script>
            // This is replaced by the extension when downloading
            const historyData = JSON.parse(`{"charPic":"data:image/png;base64,AAAA","userPic":null,"history":[[\
            {"isUser":false,"name":"Luna Aster","message":"The%20lamp%20is%20lit%2C%20%22Ada%22."},\
            {"isUser":true,"name":"ada_l","message":"Hello%20%F0%9F%91%8B"}]]}`);
            </script></body></html>
            """
        #expect(
            try imported(page, as: "Luna_Aster_Offline.html") == [
                ["character: The lamp is lit, \"Ada\".", "user: Hello \u{1F44B}"]
            ])
        let pairs =
            #"{"internal":[["Hello","Come in."]],"visible":[["Hello","Come in."]],"data":[["Hello","Come in."]],"data_visible":[["Hello","Come in."]]}"#
        #expect(
            try imported(pairs, as: "Luna_oobabooga_Chat.json", ["--character", "Luna"]) == [
                ["user: Hello", "character: Come in."]
            ])
        let tavern = """
            {"user_name":"You","character_name":"Luna Aster","create_date":1676109600123}
            {"name":"Luna Aster","is_user":false,"is_name":true,"send_date":1676109600124,"mes":"The lamp is lit."}
            {"name":"You","is_user":true,"is_name":true,"send_date":1676109600125,"mes":"Hello"}
            """
        #expect(
            try imported(tavern, as: "Luna_tavern_Chat.jsonl") == [["character: The lamp is lit.", "user: Hello"]])
        // All histories at once are an archive of such files.
        var archive = ZipWriter()
        for number in 1...2 { try archive.add(Array(tavern.utf8), at: "chat_\(number).jsonl") }
        try archive.add(Array("no chat".utf8), at: "bad.json")
        let zipped = try program.run(
            "chats", "import", try write(archive.finish(), to: "Luna_TavernHistory.zip"))
        #expect(zipped.status == 1)
        #expect(zipped.lines.map { String($0.prefix(7)) } == ["kept   ", "kept   ", "refused"], "\(zipped.output)")
        #expect(zipped.output.contains("Luna_TavernHistory.zip: bad.json"))
    }
}
