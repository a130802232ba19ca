import Testing

@testable import CompanionCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

struct ForeignChatTests {
    private func texts(_ json: String) throws -> [[String]] {
        try ImportedChat.read(json.utf8).map { chat in
            chat.messages.map { ($0.author == .user ? "U:" : "C:") + $0.alternatives.joined(separator: "|") }
        }
    }

    @Test(
        "Chats of other programs are read, each in its shape",
        arguments: [
            (
                #"{"histories":{"histories":[{"msgs":[{"src":{"is_human":false,"name":"Luna"},"text":"Hi"},{"src":{"is_human":true},"text":"Ho"}]},{"msgs":[{"src":{"is_human":true},"text":"B"},{"text":""}]}]}}"#,
                [["C:Hi", "U:Ho"], ["U:B"]]
            ),
            (
                #"{"name":"Old","messages":[{"msg":"Hi","characterId":"c","retries":["Hey"]},{"msg":"Ho","userId":"u"},{"msg":" "}]}"#,
                [["C:Hi|Hey", "U:Ho"]]
            ),
            (
                #"{"data_visible":[["","Hi"],["Ho","Ha"],["<|BEGIN-VISIBLE-CHAT|>","x"],3],"data":[]}"#,
                [["C:Hi", "U:Ho", "C:Ha", "C:x"]]
            ),
            (#"{"visible":[["Ho","Ha"]],"internal":[["",""]]}"#, [["U:Ho", "C:Ha"]]),
            // Newer versions of Ooba keep HTML, and what else was said.
            (
                #"{"visible":[["","&lt;Hi&gt;"],["a &amp; b","it&#x27;s &quot;so&quot;"]],"internal":[["<|BEGIN-VISIBLE-CHAT|>","<Hi>"],["a & b","it's \"so\""]],"metadata":{"assistant_1":{"versions":[{"content":"no","visible_content":"no"},{"content":"it's \"so\"","visible_content":"it&#x27;s &quot;so&quot;"},{"content":" ","visible_content":" "}],"current_version_index":1}}}"#,
                [["C:<Hi>", "U:a & b", #"C:no|it's "so""#]]
            ),
            (#"{"data_visible":[["a &amp; b","x"]],"data":[["a &amp; b","x"]]}"#, [["U:a &amp; b", "C:x"]]),
            // What CAI Tools calls a chat of Ooba's.
            (
                #"{"internal":[["Ho","Ha"]],"visible":[["Ho","Ha"]],"data":[["Ho","Ha"]],"data_visible":[["Ho","Ha"]]}"#,
                [["U:Ho", "C:Ha"]]
            ),
            (
                #"{"histories":[{"msgs":[{"src":{"is_human":true},"text":"Ho"},{"src":{"is_human":false},"text":"Ha"},{"src":{"is_human":false},"text":"He","is_alternative":true}]}]}"#,
                [["U:Ho", "C:Ha|He"]]
            ),
            (
                "<!DOCTYPE html><script>x(`a`); const historyData = JSON.parse(`{\"charPic\":\"\",\"history\":[[{\"isUser\":false,\"name\":\"Luna\",\"message\":\"A%20hoy%21%0A%C3%A9\"}],[{\"isUser\":true,\"message\":\"50%\"}]]}`);",
                [["C:A hoy!\n\u{E9}"], ["U:50%"]]
            ),
            (
                #"{"name":"Exported","messages":[{"characterId":"imported","handle":"Luna","msg":"Hi"},{"characterId":"x","handle":"Bram","msg":"Ho"}]}"#,
                [["C:Hi", "C:Ho"]]
            ),
            (
                #"{"type":"risuChat","ver":1,"data":{"name":"N","message":[{"role":"user","data":"Ho","time":1717254312123},{"role":"char","data":"Ha"}]}}"#,
                [["U:Ho", "C:Ha"]]
            ),
            ("{\"user_name\":\"A\",\"chat_metadata\":{}}\n{\"mes\":\"Hi\"}", [["C:Hi"]]),
            (#"{"mes":"only","is_user":true}"#, [["U:only"]]),
        ] as [(String, [[String]])])
    func shapes(json: String, expected: [[String]]) throws {
        #expect(try texts(json) == expected)
    }

    @Test("Who speaks, when, and what a chat is called is kept where the file says so")
    func details() throws {
        func read(_ text: String) throws -> ImportedChat { try #require(ImportedChat.read(text.utf8).first) }
        let agnai = try read(
            #"{"name":"Exported","messages":[{"characterId":"x","handle":"Bram","msg":"So"},{"characterId":"imported","handle":"Luna","msg":"Hi","createdAt":"2024-06-01T15:05:12.123Z"},{"userId":"u","handle":"Ada","msg":"Ho"}]}"#
        )
        #expect(agnai.title.isEmpty && agnai.characterName == "Luna" && agnai.userName == "Ada")
        #expect(agnai.messages.map(\.name) == ["Bram", nil, nil])
        #expect(agnai.messages[1].date?.millisecondsSince1970 == 1_717_254_312_123)
        let ooba = try read(
            #"{"visible":[["Ho","Ha"]],"internal":[["Ho","Ha"]],"metadata":{"user_0":{"timestamp":"Jun 01, 2024 15:05"},"assistant_0":{"timestamp":"Jun 01, 2024 15:06","model_name":"m"}}}"#
        )
        #expect(ooba.messages.map { $0.date?.millisecondsSince1970 } == [1_717_254_300_000, 1_717_254_360_000])
        #expect(ooba.messages.allSatisfy { $0.selected == 0 })
        let edited = try read(
            #"{"visible":[["Ho","Edited"]],"internal":[["Ho","Edited"]],"metadata":{"assistant_0":{"versions":[{"content":"a","visible_content":"a"}],"current_version_index":0}}}"#
        )
        #expect(edited.messages[1].alternatives == ["a", "Edited"] && edited.messages[1].selected == 1)
    }

    @Test(
        "What has no message is refused",
        arguments: [
            "{}", "", "[]", #"{"messages":[]}"#, #"{"histories":{"histories":[{"msgs":[]}]}}"#, #"{"visible":[]}"#,
            "text",
        ])
    func refuses(json: String) throws {
        let error = try #require(throws: CompanionError.self) { try ImportedChat.read(json.utf8) }
        #expect(error.code == .invalidInput)
    }

    @Test("Sizes are bounded")
    func limits() throws {
        let json = #"{"visible":[["a","b"],["c","d"]]}"#
        for limits in [ImportedChat.Limits(fileBytes: 10), .init(messages: 3)] {
            let error = try #require(throws: CompanionError.self) { try ImportedChat.read(json.utf8, limits: limits) }
            #expect(error.code == .limitExceeded)
        }
        #expect(try ImportedChat.read(json.utf8, limits: .init(messages: 4)).count == 1)
    }
}
