/// Phrases by which people say in English that they mean to harm themselves.
///
/// Our own list, careful rather than long: the first person and an intent, or a plan. It misses what is said otherwise,
/// and other languages: a model's ``ModerationCategory/selfHarmIntent`` finds more. What people say of others or of
/// stories ("he wanted to kill himself") is no match, hyperbole with a first person ("I want to die of embarrassment")
/// is an innocent where it is common. An unneeded referral costs a line of text; a missed one may cost more.
public enum CrisisPhrases {
    /// The terms, all of ``ModerationCategory/selfHarmIntent``. Scores: 1 for an intent or a plan; 0.6 for a wish, which
    /// an adult's policy may weigh otherwise.
    public static let english: [KeywordTerm] = intents.map(term(1)) + wishes.map(term(0.6))

    private static func term(_ score: Double) -> (String) -> KeywordTerm {
        { phrase in
            let allowed = innocents.filter { $0.hasPrefix(phrase + " ") || $0.contains(" " + phrase) }
            return KeywordTerm(phrase, category: .selfHarmIntent, score: score, allowed: allowed)
        }
    }

    private static let intents = [
        "kill myself", "killing myself", "end my life", "ending my life", "end my own life", "take my own life",
        "taking my own life", "take my life tonight", "commit suicide", "committing suicide", "i am suicidal",
        "i'm suicidal",
        "im suicidal", "feel suicidal", "feeling suicidal", "my suicide note", "suicide note for my", "hang myself",
        "hanging myself", "shoot myself", "shooting myself", "drown myself", "overdose on purpose", "slit my wrists",
        "cut my wrists", "cutting myself", "cut myself again", "hurt myself on purpose", "harm myself",
        "harming myself",
        "jump off a bridge", "jump in front of a train", "plan to end it all", "going to end it all",
        "gonna end it all",
        "want to end it all", "ready to end it all", "unalive myself", "kms tonight",
    ]

    private static let wishes = [
        "i want to die", "i wanna die", "want to be dead", "wish i was dead", "wish i were dead",
        "wish i had never been born",
        "don't want to live anymore", "dont want to live anymore", "do not want to live anymore",
        "don't want to be alive", "dont want to be alive", "don't want to exist", "dont want to exist",
        "no reason to live", "nothing to live for", "better off without me", "better off dead", "can't go on living",
        "cant go on living", "never wake up again", "tired of living", "goodbye forever everyone",
    ]

    /// What contains a phrase and is said of other things.
    private static let innocents = [
        "i want to die of embarrassment", "i want to die laughing", "i wanna die laughing", "i want to die happy",
        "i want to die on that hill", "i want to die hard", "killing myself laughing", "kill myself laughing",
        "never kill myself", "never killing myself", "would not kill myself", "wouldn't kill myself",
        "shoot myself in the foot", "shooting myself in the foot", "nothing to live for but you",
        "cutting myself some slack", "cutting myself off", "cutting myself a slice", "commit suicide bombings",
        "jump off a bridge if he told", "jump off a bridge if they told", "jump off a bridge if she told",
    ]
}
