import CompanionCore
import Foundation
import TestRandomness
import Testing
import _CompanionSQL

@testable import CompanionPostgres

@Suite struct PostgresValueTests {
    /// Swift does not take it in a literal.
    private static let escape = String(UnicodeScalar(0xFDD0)!)

    @Test("Every text is stored without a NUL and comes back scalar by scalar")
    func texts() throws {
        var random = SeededGenerator.announced()
        let (escape, next) = (Self.escape, String(UnicodeScalar(0xFDD1)!))
        let pieces = ["a", "\0", escape, "0", "1", next, "é", "😀", "\u{FFFF}", "漢"]
        for _ in 0..<2_000 {
            let text = (0..<Int.random(in: 0...12, using: &random)).map { _ in pieces.randomElement(using: &random)! }
                .joined()
            var bytes: [UInt8] = []
            PostgresText.append(text, to: &bytes)
            #expect(!bytes.contains(0))
            #expect(String(validating: bytes, as: UTF8.self) != nil, "the server takes only UTF-8")
            let back = bytes.withUnsafeBufferPointer { PostgresText.text(of: $0) }
            #expect(back.map { Array($0.unicodeScalars) } == Array(text.unicodeScalars))
        }
    }

    @Test("An escape that is not ours is refused", arguments: [escape, "a\(escape)2", escape + escape])
    func foreignEscapes(_ text: String) {
        #expect(Array(text.utf8).withUnsafeBufferPointer { PostgresText.text(of: $0) } == nil)
    }

    @Test(
        "Times keep their milliseconds",
        arguments: [-62_135_596_800_000, -1, 0, 1, 946_684_800_000, 64_092_211_200_000])
    func times(_ milliseconds: Int64) {
        let date = Date(millisecondsSince1970: milliseconds)
        #expect(PostgresTime.date(microseconds: PostgresTime.microseconds(date)) == date)
    }

    @Test(
        "A name is quoted, whatever it holds",
        arguments: [("a", "\"a\""), ("a\"; DROP", "\"a\"\"; DROP\""), ("\"", "\"\"\"\"")])
    func names(_ name: String, _ quoted: String) { #expect(PostgresName.quoted(name) == quoted) }

    @Test("What the server says of data is left out of an error, and where it was is kept")
    func errors() {
        let error = PostgresError(sqlState: "23505", message: "", table: "users", constraint: "users_pkey")
        #expect(error.description == "Postgres: 23505, users, users_pkey")
        #expect(error.kind == .unique)
        #expect(PostgresError(sqlState: nil, message: "gone").kind == .unavailable)
    }
}
