import CompanionCore
import Foundation
import Testing

@Suite("Ranks file")
struct RanksFileTests {
    @Test("A file is read by its path, through a link too")
    func read() throws {
        try withTemporaryFolder { folder in
            let file = folder.appendingPathComponent("small.tiktoken")
            try Data(SyntheticRanks(["ab"]).file).write(to: file)
            let link = folder.appendingPathComponent("link")
            try FileManager.default.createSymbolicLink(at: link, withDestinationURL: file)
            for path in [file.path, link.path] {
                #expect(try BytePairTokenCounter(ranksAt: path, vocabulary: .o200k).encode("xab") == [120, 256])
            }
        }
    }

    @Test("Empty lines, carriage returns and a missing last newline do no harm")
    func lenientLines() throws {
        let text = String(decoding: SyntheticRanks(["ab"]).file.dropLast(), as: UTF8.self)
        let spaced = "\n" + text.replacingOccurrences(of: "\n", with: "\r\n\r\n")
        #expect(try BytePairTokenCounter(ranks: Array(spaced.utf8), vocabulary: .o200k).encode("xab") == [120, 256])
    }

    @Test("Ranks may have gaps and stand in any order")
    func anyOrder() throws {
        let lines = String(decoding: SyntheticRanks().file, as: UTF8.self).split(separator: "\n")
        let file = (["YWI= 90000"] + lines.reversed() + ["YmM= 80000"]).joined(separator: "\n")
        #expect(
            try BytePairTokenCounter(ranks: Array(file.utf8), vocabulary: .o200k).encode("zabc") == [122, 97, 80000])
    }

    @Test("What is no file is refused with the reason")
    func missing() throws {
        try withTemporaryFolder { folder in
            #expect(code { try .init(ranksAt: folder.path + "/none", vocabulary: .o200k) } == .notFound)
            #expect(code { try .init(ranksAt: folder.path, vocabulary: .o200k) } == .invalidInput)
            #expect(code { try .init(ranksAt: "", vocabulary: .o200k) } == .invalidInput)
            let large = folder.appendingPathComponent("large")
            _ = FileManager.default.createFile(atPath: large.path, contents: nil)
            let handle = try FileHandle(forWritingTo: large)
            try handle.truncate(atOffset: 64 << 20 + 1)
            try handle.close()
            #expect(code { try .init(ranksAt: large.path, vocabulary: .o200k) } == .limitExceeded)
        }
    }

    static let malformed = [
        "YWI=", "YWI= ", "YWI= x", "YWI= -1", "YWI= 1 2", "YWI=  1", "YWI 256", "YWI== 256", "YW= 256", "Y=== 256",
        "Y 256",
        "YWJ= 256", "YR== 256", "Y!I= 256", " 256", "256", "= 256", "==== 256", "YWI=YWI= 256", "YWI= 1234567890",
        "YWI=\t256",
    ]

    @Test("A malformed line is refused by its number, and not shown", arguments: malformed)
    func refusesLine(_ line: String) throws {
        let error = try #require(throws: CompanionError.self) {
            try BytePairTokenCounter(ranks: SyntheticRanks().file + Array("\(line)\n".utf8), vocabulary: .o200k)
        }
        #expect(error.code == .invalidInput)
        #expect(error.message.contains("Line 257 "))
        #expect(!error.message.contains(line))
    }

    @Test("A repeated token, a repeated rank and a byte without a token are refused")
    func refusesContent() {
        let file = SyntheticRanks().file
        #expect(code { try .init(ranks: file + Array("YQ== 256\n".utf8), vocabulary: .o200k) } == .invalidInput)
        #expect(code { try .init(ranks: file + Array("YWI= 255\n".utf8), vocabulary: .o200k) } == .invalidInput)
        #expect(code { try .init(ranks: file.dropLast(9), vocabulary: .o200k) } == .invalidInput)
        #expect(code { try .init(ranks: [], vocabulary: .o200k) } == .invalidInput)
    }

    @Test("A token, a rank and a number of lines past the bounds are refused")
    func refusesTooMuch() {
        let file = SyntheticRanks().file
        let long = Data(repeating: 97, count: 1_025).base64EncodedString()
        #expect(code { try .init(ranks: file + Array("\(long) 256\n".utf8), vocabulary: .o200k) } == .limitExceeded)
        #expect(code { try .init(ranks: file + Array("YWI= 2000000\n".utf8), vocabulary: .o200k) } == .limitExceeded)
        let lines = [UInt8](repeating: UInt8(ascii: "\n"), count: 2_000_000)
        #expect(code { try .init(ranks: file + lines, vocabulary: .o200k) } == .limitExceeded)
    }

    private func code(_ make: () throws -> BytePairTokenCounter) -> CompanionError.Code? {
        do {
            _ = try make()
            return nil
        } catch {
            return (error as? CompanionError)?.code
        }
    }

    private func withTemporaryFolder(_ body: (URL) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("ranks-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder)
    }
}
