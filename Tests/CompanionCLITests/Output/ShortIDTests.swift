import CompanionCore
import Testing

@testable import CompanionCLI

struct ShortIDTests {
    private let id: Chat.ID = IdentifierGenerator().next()

    @Test("An identifier is meant by the whole of it and by at least four of its last digits")
    func meaning() {
        let text = id.description
        #expect(id.isMeant(by: text))
        #expect(id.isMeant(by: text.uppercased()))
        #expect(id.isMeant(by: text.filter { $0 != "-" }))
        #expect(id.isMeant(by: id.short))
        #expect(id.isMeant(by: String(text.suffix(4))))
        #expect(!id.isMeant(by: String(text.suffix(3))))
        #expect(!id.isMeant(by: String(text.prefix(8))))
        #expect(!id.isMeant(by: ""))
        #expect(!id.isMeant(by: "----"))
    }

    @Test("Of identifiers that were made at once, the short forms differ")
    func difference() {
        let generator = IdentifierGenerator()
        let shorts = (0..<1000).map { _ in generator.next(Chat.self).short }
        #expect(Set(shorts).count == shorts.count)
    }
}
