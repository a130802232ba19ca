/// English words that say the same in a fact: other words for one thing, spellings, and forms that no stemmer knows.
enum FactSynonyms {
    /// By stem, the stem that it is taken for.
    static let canonical: [String: String] = {
        var canonical: [String: String] = [:]
        for line in groups.split(separator: "\n") {
            let words = line.split(separator: " ").map { FactReading.stem(String($0)) }
            for word in words.dropFirst() { canonical[word] = words.first }
        }
        return canonical
    }()

    /// Each line is one group; the first word stands for it.
    private static let groups = """
        like love enjoy adore fond
        dislike hate detest loathe
        live reside dwell
        work employ job profession occupation
        mother mom mum mommy mama
        father dad daddy papa
        grandmother grandma granny nana
        grandfather grandpa granddad
        child kid children
        dog puppy
        cat kitten kitty
        bike bicycle
        car automobile
        phone cellphone smartphone
        tv television
        movie film
        photo picture photograph pic
        shop store
        flat apartment
        holiday vacation
        doctor physician
        university college uni
        buy purchase bought
        begin start began begun
        finish complete
        sick ill
        happy glad
        afraid scared fear
        big large
        small little
        quick fast
        marry wed
        gift present
        friend buddy pal
        birth birthday born
        allergic allergy
        colour color
        favourite favorite
        neighbour neighbor
        grey gray
        theatre theater
        pupil student
        frequently often
        speak talk spoke spoken
        go went gone
        eat ate eaten
        meet met
        see saw seen
        take took taken
        make made
        give gave given
        find found
        think thought
        teach taught
        bring brought
        sell sold
        pay paid
        know knew known
        grow grew grown
        fly flew flown
        draw drew drawn
        throw threw thrown
        run ran
        swim swam swum
        sing sang sung
        drink drank drunk
        come came
        become became
        write wrote written
        ride rode ridden
        drive drove driven
        choose chose chosen
        break broke broken
        wear wore worn
        keep kept
        sleep slept
        leave left
        lose lost
        send sent
        spend spent
        build built
        hear heard
        hold held
        win won
        fall fell fallen
        feel felt
        get got gotten
        man men
        woman women
        foot feet
        tooth teeth
        """

    /// Words that add nothing to a fact.
    static let light: Set<String> = Set(
        """
        currently still quite actually already person someone lot named called name call new recently own become became moment
        """.split(separator: " ").map { FactReading.stem(String($0)) })

    /// Words that turn a fact around, or say that it is not so yet or no more.
    static let decisive: Set<String> = Set(
        """
        before after more less fewer until since against only all over under above below off down without than never \
        plan want hope wish might maybe used former formerly ex previously stop quit will would could should almost \
        nearly try always sometimes rarely seldom daily weekly monthly yearly next last
        """.split(separator: " ").map { FactReading.stem(String($0)) })

    static let negations: Set<String> = ["not", "no", "cannot", "without", "neither", "nor", "never", "nobody", "none"]

    /// Said of two people, it is true both ways.
    static let mutual: Set<String> = Set(
        "marry friend meet engaged sibling neighbour colleague cousin twin date classmate"
            .split(separator: " ").map { FactReading.stem(String($0)) })

    /// Parts of the calendar, by how they begin.
    static let times: [String: String] = {
        var times: [String: String] = [:]
        for name in [
            "january", "february", "march", "april", "june", "july", "august", "september", "october", "november",
            "december", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
        ] {
            times[name] = name
            times[name + "s"] = name
            times[String(name.prefix(3))] = name
        }
        for name in [
            "may", "spring", "summer", "autumn", "winter", "morning", "afternoon", "evening", "night", "noon",
            "midnight", "today", "tomorrow", "yesterday", "weekend", "week", "month", "year", "day", "hour", "minute",
            "pm",
        ] {
            times[name] = name
            times[name + "s"] = name
        }
        times["fall"] = nil
        times["sat"] = nil
        times["sun"] = nil
        times["mar"] = nil
        times["sept"] = "september"
        return times
    }()

    /// The months among them: numbers beside one are a date, in whatever order.
    static let months: Set<String> = [
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
        "december",
    ]

    static let numbers: [String: Int] = [
        "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
        "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
        "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50,
        "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90, "hundred": 100, "thousand": 1_000,
        "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "once": 1, "twice": 2,
    ]
}
