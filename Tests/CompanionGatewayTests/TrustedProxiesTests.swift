import CompanionCore
import HTTPTypes
import Testing

@testable import CompanionGateway

/// Whose word about where a request comes from is taken.
@Suite struct TrustedProxiesTests {
    private func headers(_ forwarded: String...) throws -> HTTPFields {
        var fields = HTTPFields()
        for value in forwarded { fields.append(.init(name: try #require(.init("X-Forwarded-For")), value: value)) }
        return fields
    }

    @Test func nobodyIsTrustedByDefault() throws {
        let proxies = try TrustedProxies([])
        #expect(proxies.origin(of: "10.0.0.1", try headers("1.2.3.4")) == "10.0.0.1")
    }

    @Test func theLastAddressThatIsNoProxyCounts() throws {
        let proxies = try TrustedProxies(["10.0.0.0/8", "::1", "fd00::/8"])
        #expect(proxies.origin(of: "10.1.2.3", try headers("6.6.6.6, 1.2.3.4, 10.9.9.9")) == "1.2.3.4")
        #expect(proxies.origin(of: "10.1.2.3", try headers("6.6.6.6", "1.2.3.4")) == "1.2.3.4")
        #expect(proxies.origin(of: "::1", try headers("2001:db8::7")) == "2001:db8::7")
        #expect(proxies.origin(of: "1.1.1.1", try headers("6.6.6.6")) == "1.1.1.1", "anybody can write the header")
        #expect(proxies.origin(of: "10.1.2.3", try headers("nonsense")) == "10.1.2.3")
        #expect(proxies.origin(of: "10.1.2.3", try headers("10.0.0.7")) == "10.0.0.7")
        #expect(proxies.origin(of: "::ffff:10.0.0.1", try headers("1.2.3.4")) == "1.2.3.4")
        #expect(proxies.origin(of: "fd12::9", try headers("1.2.3.4")) == "1.2.3.4")
        #expect(proxies.origin(of: "fe12::9", try headers("1.2.3.4")) == "fe12::9")
    }

    @Test(arguments: ["10.0.0.0/33", "10.0.0", "example.org", "::1/129", "/8", ""]) func whatIsNoNetworkIsRefused(
        _ text: String
    ) {
        #expect(throws: CompanionError.self) { try TrustedProxies([text]) }
    }
}
