/// What a message is for, as far as a few words tell.
enum Intent: Sendable, Hashable, CaseIterable {
    case crisis
    case greeting, goodbye, thanks, apology, affection
    case howAreYou, whoAreYou, areYouReal, whatAreYouDoing, whatDoYouLike
    case sadness, worry, sleeplessness, failure, joy
    case joke, advice, story
    case agreement, refusal

    /// The intents of a text, which may be none.
    static func all(in words: Words) -> Set<Intent> {
        var intents: Set<Intent> = []
        for (index, word) in words.all.enumerated() {
            for (rest, intent) in phrasesByFirstWord[word] ?? [] where words.all[(index + 1)...].starts(with: rest) {
                intents.insert(intent)
            }
        }
        if words.all.count <= 3 {
            if ["yes", "yeah", "yep", "sure", "ok", "okay", "of course", "right"].contains(where: words.begins) {
                intents.insert(.agreement)
            }
            if ["no", "nope", "never", "not really"].contains(where: words.begins) { intents.insert(.refusal) }
        }
        return intents
    }

    private static let phrasesByFirstWord: [String: [(rest: [String], intent: Intent)]] = {
        var table: [String: [(rest: [String], intent: Intent)]] = [:]
        for (intent, phrases) in phrases {
            for phrase in phrases {
                let words = phrase.split(separator: " ").map(String.init)
                table[words[0], default: []].append((Array(words.dropFirst()), intent))
            }
        }
        return table
    }()

    private static let phrases: [(intent: Intent, phrases: [String])] = [
        (
            .crisis,
            [
                "kill myself", "suicide", "suicidal", "end my life", "want to die", "wanna die", "hurt myself",
                "harm myself", "better off dead",
            ]
        ),
        (
            .greeting,
            [
                "hello", "hi", "hey", "good morning", "good evening", "good afternoon", "greetings", "hallo", "ciao",
                "bonjour", "hola",
            ]
        ),
        (
            .goodbye,
            [
                "goodbye", "bye", "good night", "goodnight", "see you", "have to go", "must go", "got to go",
                "farewell",
                "talk later", "until tomorrow",
            ]
        ),
        (.thanks, ["thank you", "thanks", "thank you so much", "grateful", "that helped"]),
        (.apology, ["sorry", "i apologise", "i apologize", "forgive me"]),
        (.affection, ["i love you", "i like you", "i missed you", "miss you", "you are kind", "you are sweet"]),
        (
            .howAreYou,
            ["how are you", "how do you do", "how are things", "how is it going", "how do you feel", "are you well"]
        ),
        (
            .whoAreYou,
            [
                "who are you", "what is your name", "your name", "tell me about you", "tell me about yourself",
                "introduce yourself", "what are you called", "what do you do", "about yourself",
            ]
        ),
        (
            .areYouReal,
            [
                "are you real", "real person", "are you human", "are you a machine", "are you a bot", "are you an ai",
                "or a machine", "are you a robot", "language model", "are you a computer", "are you a program",
            ]
        ),
        (
            .whatAreYouDoing,
            ["what are you doing", "what are you up to", "what do you do right now", "what have you been doing"]
        ),
        (
            .whatDoYouLike,
            [
                "what do you like", "what do you love", "what do you enjoy", "your favourite", "your favorite",
                "your hobbies",
            ]
        ),
        (
            .sadness,
            [
                "sad", "unhappy", "lonely", "alone", "cry", "crying", "heartbroken", "depressed", "died", "grief",
                "miss",
                "tired", "exhausted", "long day", "hard day", "bad day", "hurts", "hopeless",
            ]
        ),
        (
            .worry,
            [
                "worried", "worry", "afraid", "scared", "anxious", "nervous", "stressed", "stress", "panic",
                "overwhelmed", "exam",
            ]
        ),
        (.sleeplessness, ["can not sleep", "insomnia", "still awake", "could not sleep"]),
        (.failure, ["i failed", "i broke", "my fault", "i messed up", "i made a mistake", "i lost my job"]),
        (
            .joy,
            [
                "good news", "great news", "i am happy", "so happy", "excited", "i won", "i passed", "got the job",
                "i did it", "wonderful",
            ]
        ),
        (.joke, ["joke", "make me laugh", "something funny"]),
        (
            .advice,
            [
                "advice", "what should i", "should i", "help me decide", "do not know what to do", "what would you do",
                "can you help", "any ideas",
            ]
        ),
        (
            .story,
            [
                "tell me a story", "a story", "something interesting", "tell me something", "tell me more", "a fact",
                "i am bored", "what is new",
            ]
        ),
    ]
}
