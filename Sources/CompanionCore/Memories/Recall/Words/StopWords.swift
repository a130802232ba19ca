/// Words that say nothing about what a text is about.
enum StopWords {
    /// Those of English, and what an apostrophe leaves of "I'm", "don't" and their like.
    static let english: Set<WordHash> = Set(
        """
        a about above after again all also am an and any are as at be because been before being below between both but \
        by can could d did do does doing don down during each few for from further get go got had has have having he \
        her here hers herself him himself his how i if in into is it its itself just know ll let like m me more most \
        my myself no nor not now of off oh ok okay on once only or other our ours out over own re really s same she \
        should so some such t than that the their theirs them then there these they thing things this those through to \
        too up us ve very was we well were what when where which while who whom why will with would yeah yes you your \
        yours yourself aren couldn didn doesn hadn hasn haven isn mustn needn shouldn wasn weren wouldn
        """.split(separator: " ").map { WordHash($0.utf8) })

    /// Words that only frame a question: left out of queries, though they are indexed.
    static let framing: Set<WordHash> = Set(
        """
        kind kinds type types mention mentioned mentions mentioning discuss discussed discusses discussing discussion \
        conversation conversations say says said saying tell tells told telling happen happened happens happening many \
        much
        """.split(separator: " ").map { WordHash($0.utf8) })
}
