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
