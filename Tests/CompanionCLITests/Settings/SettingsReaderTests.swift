import CompanionCore
import Testing
import _CompanionHosting

@testable import CompanionCLI

struct SettingsReaderTests {
    @Test("A flag comes before the environment, the environment before the file, the file before the default")
    func precedence() throws {
        let file = try TemporaryFile(
            #"{"model": "from-file", "user": "file", "persona": "file", "context-tokens": 4096}"#)
        let environment = ["HOME": "/home/ada", "COMPANION_USER": "variable", "COMPANION_PERSONA": "variable"]
        let settings = try SettingsReader(flags: [.persona: "flag"], file: file.path, environment: environment).read()
        #expect(settings.persona == "flag")
        #expect(settings.user == "variable")
        #expect(settings.model == "from-file")
        #expect(settings.contextTokens == 4096)
        #expect(settings.color == .auto)
        #expect(settings.source(of: .persona) == .flag("--persona"))
        #expect(settings.source(of: .user) == .variable("COMPANION_USER"))
        #expect(settings.source(of: .model) == .file(file.path, key: "model"))
        #expect(settings.source(of: .color) == .standard)
    }

    @Test("OpenAI's variables have the names that everybody knows")
    func openAIVariables() throws {
        let settings = try SettingsReader(environment: [
            "HOME": "/home/ada", "OPENAI_API_KEY": "sk-1", "OPENAI_BASE_URL": "http://127.0.0.1:1/v1",
            "OPENAI_API": "responses",
        ]).read()
        #expect(settings.openAIKey == "sk-1")
        #expect(settings.openAIBaseURL == "http://127.0.0.1:1/v1")
        #expect(settings.openAIInterface == .responses)
    }

    @Test("The system's USER is no setting")
    func systemUser() throws {
        #expect(try SettingsReader(environment: ["HOME": "/home/ada", "USER": "root"]).read().user == nil)
    }

    @Test("An empty variable counts as absent")
    func emptyVariable() throws {
        let settings = try SettingsReader(environment: ["HOME": "/home/ada", "OPENAI_API_KEY": ""]).read()
        #expect(settings.openAIKey == nil)
    }

    @Test("A malformed value is named with its source, and a secret one is not shown", arguments: Setting.malformed)
    func malformed(_ setting: Setting, _ value: String) throws {
        let file = try TemporaryFile(JSONValue.object(setting.document(value)).serialized())
        var cases: [(SettingsReader, String)] = [
            (SettingsReader(environment: ["HOME": "/h", setting.variable: value]), setting.variable),
            (SettingsReader(file: file.path, environment: ["HOME": "/h"]), "\"\(setting.key)\" in \(file.path)"),
        ]
        if let flag = setting.flag {
            cases.append((SettingsReader(flags: [setting: value], environment: ["HOME": "/h"]), flag))
        }
        for (reader, source) in cases {
            let error = try #require(throws: CompanionError.self) { try reader.read() }
            #expect(error.code == .invalidInput)
            #expect(error.message.contains(source))
            #expect(!setting.isSecret || !"\(error)".contains(value))
        }
    }

    @Test(
        "A file that is no object of texts and numbers is refused, and named",
        arguments: [
            "", "[]", "{", #"{"model": true}"#, #"{"model": ["a"]}"#,
        ])
    func malformedFile(_ text: String) throws {
        let file = try TemporaryFile(text)
        let error = try #require(throws: CompanionError.self) {
            try SettingsReader(file: file.path, environment: ["HOME": "/h"]).read()
        }
        #expect(error.message.contains(file.path))
    }

    @Test("A file that --config names must exist; the standard one need not")
    func missingFile() throws {
        #expect(throws: CompanionError.self) {
            try SettingsReader(file: "/nonexistent/config.json", environment: ["HOME": "/h"]).read()
        }
        #expect(try SettingsReader(environment: ["HOME": "/nonexistent"]).read().model == nil)
    }

    @Test("Keys of the file that mean nothing are told")
    func unknownKeys() throws {
        let file = try TemporaryFile(#"{"modle": "x", "openai": {"base-url": "http://h/v1", "kee": "y"}}"#)
        let settings = try SettingsReader(file: file.path, environment: ["HOME": "/h"]).read()
        #expect(settings.unknownKeys == ["modle", "openai.kee"])
        #expect(settings.openAIBaseURL == "http://h/v1")
    }

    @Test("Files belong where the XDG specification says; relative paths are ignored")
    func folders() throws {
        #expect(
            try SettingsReader(environment: ["HOME": "/h"]).read().database
                == "/h/.local/share/companion/companion.sqlite")
        let xdg = ["HOME": "/h", "XDG_DATA_HOME": "/data", "XDG_CONFIG_HOME": "relative"]
        let settings = try SettingsReader(environment: xdg).read()
        #expect(settings.database == "/data/companion/companion.sqlite")
        #expect(settings.file == "/h/.config/companion/config.json")
        #expect(throws: CompanionError.self) { try SettingsReader(environment: [:]).read() }
    }
}

extension Setting {
    /// Values that can't be right.
    static let malformed: [(Setting, String)] = [
        (.color, "blue"), (.contextTokens, "many"), (.contextTokens, "-1"), (.contextTokens, "12"),
        (.offlinePace, "slow"), (.offlinePace, "-1"),
        (.openAIKey, "sk 1\nX-Header: 2"), (.openAIBaseURL, "127.0.0.1:8080"), (.openAIInterface, "soap"),
        (.embeddingDimensions, "0"),
    ]

    /// A configuration file that holds the value.
    func document(_ value: String) -> JSONObject {
        let parts = key.split(separator: ".").map(String.init)
        return parts.count == 2 ? [parts[0]: .object([parts[1]: .string(value)])] : [key: .string(value)]
    }
}
