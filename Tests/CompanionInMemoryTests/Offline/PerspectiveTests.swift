import Testing

@testable import CompanionInMemory

@Suite struct PerspectiveTests {
    @Test(
        "What a person says is said back from the other side",
        arguments: [
            ("I moved to Turin", "you moved to Turin"),
            ("I am tired of my job, and I'm not sorry", "you are tired of your job, and you're not sorry"),
            ("My boss shouted at me", "your boss shouted at you"),
            ("I was happy when you told me", "you were happy when I told you"),
            ("I like talking to you", "you like talking to me"),
            ("You are my friend", "I am your friend"),
            ("Turin is cold", "Turin is cold"),
            ("The sea is loud", "the sea is loud"),
        ])
    func reflection(said: String, expected: String) {
        #expect(Perspective.reflected(said) == expected)
    }

    @Test(
        "What is said of a character it says of itself",
        arguments: [
            ("Luna keeps bees and sings", "I keep bees and sing"),
            ("She wears a blue coat, drinks tea, and never hurries", "I wear a blue coat, drink tea, and never hurry"),
            ("Luna is a keeper who has a dog", "I am a keeper who has a dog"),
            ("They have two boats", "I have two boats"),
            ("Luna's cat sleeps all day", "My cat sleeps all day"),
            ("A calm keeper", "I'm a calm keeper"),
            ("You are a calm keeper", "I am a calm keeper"),
            ("She lost her keys and blames herself", "I lost my keys and blame myself"),
        ])
    func ownWords(sentence: String, expected: String) {
        #expect(Perspective.ownWords(sentence, name: "Luna") == expected)
    }

    @Test(
        "A sentence about something else is none of its own", arguments: ["The stairs are steep", "Nero is black", ""])
    func others(sentence: String) {
        #expect(Perspective.ownWords(sentence, name: "Luna") == nil)
    }

    @Test("A sentence about something else names the character as I, me and my")
    func mentioning() {
        #expect(
            Perspective.mentioning("Luna's tower is old, and Luna calls it home; gulls live with Luna.", name: "Luna")
                == "My tower is old, and I call it home; gulls live with me.")
    }
}

@Suite struct ExampleDialogueTests {
    @Test("Reads what was said and what was replied, over several lines and exchanges")
    func reading() {
        let text = """
            Luna: The lamp is lit.
            <START>
            Ada: Hello!
            Anybody there?
            Luna: *waves* Listen: the sea.
            It never stops.
            Ada: And now?
            Luna: Now too.

            <start>
            Ada: Bye.
            """
        let exchanges = ExampleDialogue(text, character: "Luna", user: "Ada").exchanges
        #expect(exchanges.map(\.said) == ["", "Hello!\nAnybody there?", "And now?"])
        #expect(
            exchanges.map(\.reply) == ["The lamp is lit.", "*waves* Listen: the sea.\nIt never stops.", "Now too."])
        #expect(exchanges.map(\.isOpening) == [true, true, false])
    }

    @Test("Takes the second speaker for the character where no name is known")
    func unnamed() {
        let exchanges = ExampleDialogue("Bo: Hi.\nKim: Hello.\nBo: Bye.", character: nil, user: nil).exchanges
        #expect(exchanges == [Exchange(said: "Hi.", reply: "Hello.")])
    }

    @Test("Knows macros that nobody expanded")
    func macros() {
        let exchanges = ExampleDialogue("{{user}}: Hi.\n{{char}}: Hello.", character: "Luna", user: "Ada").exchanges
        #expect(exchanges == [Exchange(said: "Hi.", reply: "Hello.")])
    }
}

@Suite struct WordsTests {
    @Test("Writes contractions out, whatever the apostrophe, and splits scripts without spaces")
    func splitting() {
        #expect(Words("I'm sure they DON’T know!").all == ["i", "am", "sure", "they", "do", "not", "know"])
        #expect(Words("What's Ada's o'clock?").all == ["what", "is", "ada", "oclock"])
        #expect(Words("月 moon海").all == ["月", "moon", "海"])
        #expect(Words("  …'! ").all == [])
    }

    @Test("Gives the forms of a word one stem")
    func stems() {
        for forms in [
            ["like", "likes", "liked", "liking"], ["stop", "stopped", "stopping"], ["city", "cities"], ["i", "my"],
        ] {
            #expect(Set(forms.map(Words.stem)).count == 1, "\(forms)")
        }
        #expect(Words.stem("glass") == "glass")
        #expect(Words.stem("bus") != Words.stem("bed"))
    }
}
