internal import _CompanionHosting

/// What the program was told to do, from all sources together.
struct Settings: ModelSettings {
    /// The address of the database, as it was written.
    var database: String
    /// The same, read.
    var store: StoreAddress
    /// The address of a store of vectors; nil keeps them in the database.
    var vectors: String?
    /// How the database searches them; nil where they are kept elsewhere.
    var vectorIndex: VectorIndexChoice? { vectors.map { VectorIndexChoice(address: $0) } ?? .exact }
    /// Where what must be kept beside a server's database is; nil where there is no home.
    var dataFolder: String?
    /// The model's name; nil where none was named. ``ModelChoice/offlineModel`` is the stand-in.
    var model: String?
    /// Which of the people of this computer is talking; nil for the first of them.
    var user: String?
    var persona: String?
    var color = ColorChoice.auto
    /// The model's context window, where it is not what is assumed.
    var contextTokens: Int?
    /// The path of a `.tiktoken` file of ranks.
    var tokenizer: String?
    /// The time between two words of the stand-in's; nil where none was named.
    var offlinePace: Duration?
    var openAIKey: String?
    var openAIBaseURL: String?
    var openAIInterface = OpenAIInterface.auto
    /// The model that finds memories by their meaning; nil finds them by their words.
    var embeddingModel: String?
    /// How many numbers its vectors have, where that isn't known by its name.
    var embeddingDimensions: Int?
    var moderation = ScreeningChoice.on
    /// The model that judges texts; nil screens by words alone.
    var moderationModel: String?

    /// Where each value came from; what is not here has its default.
    var sources: [Setting: SettingSource] = [:]
    /// The configuration file, whether or not it exists.
    var file: String?
    /// Keys of the file that mean nothing.
    var unknownKeys: [String] = []

    func source(of setting: Setting) -> SettingSource { sources[setting] ?? .standard }
}
