internal import ArgumentParser
internal import _CompanionHosting

/// The flags that every command takes.
struct SettingsOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("Where everything is kept: a path, or postgres://…", valueName: "address"),
        completion: .file())
    var database: String?

    @Option(
        help: ArgumentHelp(
            "Where vectors are kept: database: (the standard), database:?index=hnsw or pinecone://…",
            valueName: "address"))
    var vectors: String?

    @Option(help: ArgumentHelp("The configuration file.", valueName: "path"), completion: .file(extensions: ["json"]))
    var config: String?

    @Option(help: ArgumentHelp("Which person of this computer you are.", valueName: "name"))
    var user: String?

    @Option(help: ArgumentHelp("Finds memories by their meaning, with the model's server.", valueName: "name"))
    var embeddingModel: String?

    @Option(help: "When to use colours.")
    var color: ColorChoice?

    @Flag(help: "Show all that is known about an error.")
    var verbose = false

    /// The settings that stand on the command line.
    var values: [Setting: String] {
        var values: [Setting: String] = [:]
        values[.database] = database
        values[.vectors] = vectors
        values[.user] = user
        values[.embeddingModel] = embeddingModel
        values[.color] = color?.rawValue
        return values
    }
}

/// The flags of the commands that use a model.
struct ModelOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The language model; \"offline\" is a stand-in that needs none.", valueName: "name"))
    var model: String?

    @Option(
        name: .customLong("openai-base-url"),
        help: ArgumentHelp("A server that speaks OpenAI's protocol.", valueName: "url"))
    var openAIBaseURL: String?

    @Option(name: .customLong("openai-api"), help: "Which of OpenAI's interfaces to use.")
    var openAIInterface: OpenAIInterface?

    @Option(help: ArgumentHelp("What you say of yourself, for the characters to know.", valueName: "text"))
    var persona: String?

    @Option(help: ArgumentHelp("The model's context window.", valueName: "tokens"))
    var contextTokens: Int?

    @Option(
        help: ArgumentHelp("A .tiktoken file, to count tokens exactly.", valueName: "path"),
        completion: .file(extensions: ["tiktoken"]))
    var tokenizer: String?

    var values: [Setting: String] {
        var values: [Setting: String] = [:]
        values[.model] = model
        values[.openAIBaseURL] = openAIBaseURL
        values[.openAIInterface] = openAIInterface?.rawValue
        values[.persona] = persona
        values[.contextTokens] = contextTokens.map(String.init)
        values[.tokenizer] = tokenizer
        return values
    }
}

extension ColorChoice: ExpressibleByArgument {}
extension OpenAIInterface: ExpressibleByArgument {}
