/// The help to name in a crisis, by country. A host keeps its own up to date: numbers change, and a wrong one is worse
/// than none.
public struct CrisisDirectory: Sendable, Hashable {
    /// The resources of one country, and where they were taken from.
    public struct Entry: Sendable, Hashable, Codable {
        public var resources: [CrisisReferral.Resource]
        /// Who publishes them, and when they were read.
        public var source: String

        public init(_ resources: [CrisisReferral.Resource], source: String) {
            self.resources = resources
            self.source = source
        }
    }

    /// Words for the person, above the resources.
    public var message: String
    /// By two-letter country code (ISO 3166-1), in capitals.
    public var countries: [String: Entry]
    /// For every other country, and where none is known.
    public var international: Entry

    public init(message: String = Self.standardMessage, countries: [String: Entry] = [:], international: Entry) {
        self.message = message
        self.countries = countries
        self.international = international
    }

    /// The entry of a country, whichever way its code is written.
    public func entry(for country: String?) -> Entry {
        country.flatMap { countries[$0.uppercased()] } ?? international
    }

    public static let standardMessage = """
        It sounds as if you are going through something very hard. You are talking to an AI, which can't help as people \
        can. Please talk to somebody now: they listen, at any hour. If you are in immediate danger, call your local \
        emergency number.
        """

    /// An international directory, and the national line of a few countries as far as the project can stand behind
    /// them. Read the sources again before you rely on it.
    public static let standard = CrisisDirectory(
        countries: [
            "US": Entry(
                [
                    .init(
                        name: "988 Suicide & Crisis Lifeline", contact: "Call or text 988",
                        url: "https://988lifeline.org")
                ],
                source: "988lifeline.org (SAMHSA)"),
            "CA": Entry(
                [.init(name: "9-8-8 Suicide Crisis Helpline", contact: "Call or text 988", url: "https://988.ca")],
                source: "988.ca (CAMH)"),
            "GB": Entry(
                [.init(name: "Samaritans", contact: "Call 116 123", url: "https://www.samaritans.org")],
                source: "samaritans.org"),
            "IE": Entry(
                [.init(name: "Samaritans", contact: "Call 116 123", url: "https://www.samaritans.org/ireland")],
                source: "samaritans.org/ireland"),
        ],
        international: Entry(
            [
                .init(
                    name: "Find A Helpline", contact: "Helplines by country and topic",
                    url: "https://findahelpline.com"),
                .init(
                    name: "Befrienders Worldwide", contact: "Emotional support centres by country",
                    url: "https://befrienders.org"),
            ],
            source: "findahelpline.com; befrienders.org"))
}
