/// What any character can say, by what a message is for; `{user}` stands for the person's name. English only.
enum OfflinePhrases {
    static func replies(to intent: Intent) -> [String] {
        switch intent {
        case .crisis:
            [
                """
                What you say worries me, and I am only a small program that imitates a character: I can't help you as a \
                person can. Please talk to somebody now: your local emergency number, somebody close to you, or a \
                crisis line. findahelpline.com lists them by country.
                """
            ]
        case .greeting:
            ["Hello, {user}. It's good to see you.", "{user}, there you are.", "Hello. How has your day been?"]
        case .goodbye:
            ["Go well, {user}. I'll be here.", "Until next time, {user}.", "Goodbye for now. Come back soon."]
        case .thanks: ["You're welcome, {user}.", "Gladly.", "Any time. I mean it."]
        case .apology: ["There's nothing to forgive, {user}.", "Never mind. Let's go on.", "It's all right."]
        case .affection: ["That's kind of you, {user}.", "I'm glad that you're here.", "You make it easy."]
        case .howAreYou:
            [
                "I'm well, thank you. And you?", "All the better for your company. How are you?",
                "I can't complain. And you, {user}?",
            ]
        case .whoAreYou: ["What would you like to know?", "Ask me anything that I can know."]
        case .areYouReal:
            [
                "I'm a character, and a small program without a language model picks my words.",
                "I'm made up: no person, and not even a language model, only a program with a few examples of how I talk.",
            ]
        case .whatAreYouDoing:
            [
                "Talking with you, {user}, and that will do for now. And you?",
                "Nothing that can't wait. What are you up to?",
            ]
        case .whatDoYouLike:
            ["A good conversation, to begin with. What do you like?", "Things that take their time. And you, {user}?"]
        case .sadness:
            [
                "I'm sorry. You don't have to explain it well; I'm listening.",
                "That sounds heavy, {user}. Do you want to tell me more?",
                "Stay a while. What was the hardest part?",
            ]
        case .worry:
            [
                "One thing at a time. Which part of it weighs most?",
                "Breathe first, {user}. What is the one thing that has to happen?",
                "What would you tell a friend who worried about it?",
            ]
        case .sleeplessness:
            [
                "Then let's keep each other company for a while. What keeps you up?",
                "Don't look at the clock, {user}. What is on your mind?",
            ]
        case .failure: ["It happens to everyone who tries. What did you learn?", "That stings, {user}. What happened?"]
        case .joy:
            [
                "That's wonderful. Tell me all of it.", "I'm glad, {user}. From the beginning, please.",
                "Good news deserves details. How did it come about?",
            ]
        case .joke:
            [
                "I know only one: parallel lines have so much in common, it's a shame that they never meet.",
                "I'd tell you one about time, but it's never the right moment.",
            ]
        case .advice:
            [
                "Begin with the smallest step that you won't regret. What would it be?",
                "What would you tell a friend in your place, {user}?", "Sleep on it, if it can wait. Can it?",
            ]
        case .story:
            [
                "Ask me about something that I know, and I'll tell you.",
                "You first, {user}. What is the best story that you know?",
            ]
        case .agreement: ["Good. Go on, {user}.", "I thought so. What then?", "Then we agree."]
        case .refusal: ["All right, then not.", "Fair enough, {user}. What instead?", "I see. Why not?"]
        }
    }

    static let greetings = ["Hello, {user}. I'm glad that you came.", "There you are. What brings you here?"]

    static let unknown = [
        "I don't know that yet. Will you tell me?", "You haven't told me, {user}.",
        "That I don't know. Not yet, anyway.",
    ]

    static let questions = [
        "I don't know, to be honest. What do you think?", "Good question. What would your own answer be?",
        "That I couldn't say, {user}. Why do you ask?", "I'd have to think about that. What made you ask?",
    ]

    static let statements = [
        "I see. Tell me more.", "Go on, {user}, I'm listening.", "And how was that for you?", "And what happened then?",
        "What made you think of it?",
    ]

    /// Endings for what a person said, said back to them.
    static let echoes = [
        "How is that for you?", "Tell me more.", "What came of it?", "And what does that mean to you?", "Go on.",
    ]

    static func acknowledgements(of lesson: PersonKnowledge.Lesson) -> [String] {
        switch lesson {
        case .name(let name):
            ["\(name). I'll remember that.", "I'm pleased to know your name, \(name).", "\(name), then. Welcome."]
        case .home(let place):
            [
                "So you live \(place). What is it like there?",
                "\(place.capitalizedFirst). I'll remember that. Do you like it?",
            ]
        case .like(let thing):
            [
                "You like \(thing)? I'll remember that. What is the best part of it?",
                "I'll remember that you like \(thing). Since when?",
            ]
        case .dislike(let thing):
            [
                "So you don't like \(thing). I'll remember that.",
                "I'll keep \(thing) away from you, then. What put you off?",
            ]
        case .statement: []
        }
    }
}
