@testable import CompanionCore

/// Two facts with what a careful reader says of them.
struct FactPair: Sendable {
    var first: String
    var second: String
    var label: FactSimilarity.Judgement

    /// Written by hand for this test: some hard for a comparison by words, some beyond it.
    static let written: [FactPair] =
        FactPair.read(same, .same) + FactPair.read(conflicting, .conflicting)
        + FactPair.read(different, .different)

    /// Sentences of every day, said in two ways, with the same and with other values.
    static let fromTemplates: [FactPair] = templates.flatMap { template -> [FactPair] in
        let parts = template.split(separator: "|").map { String($0).trimmingCharacters() }
        let values = parts[0].split(separator: ",").map { String($0).trimmingCharacters() }
        let sentences = parts.dropFirst()
        func fill(_ sentence: String, _ value: String) -> String {
            sentence.split(separator: "%", omittingEmptySubsequences: false).joined(separator: value)
        }
        let pairs = zip(sentences, sentences.dropFirst())
        let same = pairs.flatMap { pair in
            values.prefix(2).map { FactPair(first: fill(pair.0, $0), second: fill(pair.1, $0), label: .same) }
        }
        let other = pairs.flatMap { pair in
            zip(values, values.dropFirst()).map {
                FactPair(first: fill(pair.0, $0), second: fill(pair.1, $1), label: .conflicting)
            }
        }
        return same + other
    }

    private static func read(_ text: String, _ label: FactSimilarity.Judgement) -> [FactPair] {
        text.split(separator: "\n").map { line in
            let parts = line.split(separator: "|").map { String($0).trimmingCharacters() }
            return FactPair(first: parts[0], second: parts[1], label: label)
        }
    }
}

extension String {
    fileprivate func trimmingCharacters() -> String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}

// The first part holds values, the others are sentences that say the same of one.
private let templates = """
    Turin, Rome, Berlin | Ada lives in %. | Ada resides in %. | Ada is living in % now.
    nurse, teacher, plumber | Ada works as a %. | Ada is a %. | Ada is currently working as a %.
    30, 31, 45 | Ada is % years old. | Ada is %. | Ada is % years old now.
    dog, parrot, hamster | Ada has a % called Rex. | Ada's % is named Rex. | Ada has a % named Rex.
    Mia, Lea, Zoe | Ada has a sister called %. | Ada's sister is %. | Ada's sister is called %.
    hiking, knitting, chess | Ada loves %. | Ada enjoys %. | Ada really likes %.
    garlic, opera, Mondays | Ada hates %. | Ada dislikes %. | Ada detests %.
    peanuts, pollen, cats | Ada is allergic to %. | Ada has an allergy to %. | Ada has a % allergy.
    5 May, 6 May, 12 June | Ada was born on %. | Ada's birthday is on %. | Ada's birthday is %.
    a red car, a van, a bicycle | Ada bought %. | Ada has bought %. | Ada purchased %.
    piano, violin, guitar | Ada plays the %. | Ada can play the %. | Ada plays %.
    Spanish, Greek, Thai | Ada speaks %. | Ada can speak %. | Ada speaks % very well.
    Tom, Ben, Max | Ada is married to %. | Ada married %. | % is married to Ada.
    blue, green, orange | Ada's favourite colour is %. | Ada's favorite color is %. | % is Ada's favourite colour.
    physics, law, art history | Ada studies %. | Ada is studying %. | Ada studies % at the moment.
    Mondays, Fridays, Sundays | Ada goes swimming on %. | On % Ada goes swimming. | Ada swims on %.
    3, 4, 5 | Ada has % children. | Ada has % kids. | Ada is a mother of %.
    Kenya, Peru, Japan | Ada wants to travel to %. | Ada wants to go to %. | Ada would like to see %.
    7, 8, 9 | Ada gets up at % every morning. | Ada wakes up at % every morning. | Every morning Ada gets up at %.
    vegan, vegetarian, diabetic | Ada is %. | Ada is a %. | Ada has become %.
    """.split(separator: "\n")

private let same = """
    Ada moved to Turin. | Ada has moved to Turin.
    Ada moved to Turin in May. | In May Ada moved to Turin.
    Ada has two cats. | Ada has 2 cats.
    Ada is twenty-five years old. | Ada is 25.
    Ada earns 1,500 euros a month. | Ada earns 1500 euros a month.
    Ada doesn't eat meat. | Ada does not eat meat.
    Ada never drinks coffee. | Ada doesn't drink coffee.
    Ada can't swim. | Ada cannot swim.
    Ada's mum is a doctor. | Ada's mother is a physician.
    Ada's dad is called Carl. | Ada's father's name is Carl.
    Ada met Tom at a party. | At a party Ada met Tom.
    Ada went to Rome with Ben. | Ada has gone to Rome with Ben.
    Ada's brother is Tom. | Tom is Ada's brother.
    Ada's boss is Mr Lindqvist. | Mr Lindqvist is Ada's boss.
    Ada and Tom are friends. | Tom and Ada are friends.
    Ada married Tom in June. | Tom married Ada in June.
    Ada is from Sweden. | Ada comes from Sweden.
    Ada owns a bike. | Ada has a bicycle.
    Ada watches films on Sundays. | Ada watches movies on Sundays.
    Ada lives in a small flat. | Ada lives in a little apartment.
    Ada is scared of spiders. | Ada is afraid of spiders.
    Ada started a new job in March. | Ada began a job in March.
    Ada was sick last week. | Ada was ill last week.
    Ada's kids go to school in Pisa. | Ada's children go to school in Pisa.
    Ada takes photos of birds. | Ada takes pictures of birds.
    Ada bought a big house. | Ada has bought a large house.
    Ada's grandma lives in Oslo. | Ada's grandmother lives in Oslo.
    Ada has a kitten called Leo. | Ada has a cat called Leo.
    Ada studies at university. | Ada studies at uni.
    Ada spent her holidays in Crete. | Ada spent her vacation in Crete.
    Ada is learning Italian. | Ada learns Italian.
    Ada wrote a novel about whales. | Ada has written a novel about whales.
    Ada plays football on Saturdays. | On Saturdays Ada plays football.
    Ada's flight leaves at 10:30. | Ada's flight is leaving at 10:30.
    Ada got a gift from Mia. | Ada got a present from Mia.
    Ada works for Siemens. | Ada is working for Siemens.
    Ada has blue eyes. | Ada's eyes are blue.
    Ada's car is grey. | Ada's car is gray.
    Ada ran a marathon in 2019. | In 2019 Ada ran a marathon.
    Ada was born in 1990. | Ada was born in the year 1990.
    Ada's neighbour plays the drums. | Ada's neighbor plays the drums.
    Ada drives to work. | Ada is driving to work.
    Ada's friend Zoe is moving to Kyiv. | Ada's friend Zoe moves to Kyiv.
    Ada lost her phone. | Ada has lost her smartphone.
    Ada drinks tea every evening. | Every evening Ada drinks tea.
    Ada cooks for her family. | Ada is cooking for her family.
    Ada grew up in Malmö. | Ada grew up in Malmo.
    ADA LIVES IN TURIN | Ada lives in Turin.
    Ada teaches maths at a school in Lyon. | Ada is teaching maths at a school in Lyon.
    Ada likes the smell of rain. | Ada loves the smell of rain.
    Ada feels happy in spring. | In spring Ada is feeling glad.
    Ada broke her left arm. | Ada has broken her left arm.
    Ada lives with her cat. | Ada is living with her cat.
    Ada sold her old motorbike. | Ada has sold her old motorbike.
    Ada's daughter is called Ida. | Ada has a daughter named Ida.
    Ada goes to the gym twice a week. | Ada goes to the gym two times a week.
    Ada reads a lot. | Ada is a keen reader.
    Ada works from home. | Ada does her job at home.
    Ada doesn't like crowds. | Ada dislikes crowds.
    Ada finished her thesis. | Ada completed her thesis.
    Ada 喜欢猫。 | Ada 喜欢猫
    Ada vive a Torino. | Ada vive a Torino
    Ada wohnt in Köln. | Ada wohnt in Koeln.
    """

private let conflicting = """
    Ada lives in Turin. | Ada doesn't live in Turin.
    Ada lives in Turin. | Ada no longer lives in Turin.
    Ada likes tea. | Ada hates tea.
    Ada likes tea. | Ada likes coffee.
    Ada smokes. | Ada used to smoke.
    Ada smokes. | Ada stopped smoking.
    Ada has 2 cats. | Ada has three cats.
    Ada has 2 cats and 3 dogs. | Ada has 3 cats and 2 dogs.
    Ada earns 1,500 euros a month. | Ada earns 15,000 euros a month.
    Ada's appointment is on Monday. | Ada's appointment is on Tuesday.
    Ada's appointment is at 3 pm. | Ada's appointment is at 3 am.
    Ada's flight is on 3 May. | Ada's flight is on 3 June.
    Ada's flight is on 3 May. | Ada's flight is on 13 May.
    Ada's flight leaves at 10:30. | Ada's flight leaves at 10:45.
    Ada moved from Rome to Turin. | Ada moved from Turin to Rome.
    Ada gave Tom a book. | Tom gave Ada a book.
    Ada is Tom's boss. | Tom is Ada's boss.
    Tom is older than Ada. | Ada is older than Tom.
    Ada lent Mia 20 euros. | Mia lent Ada 20 euros.
    Ada's sister is Mia. | Mia's sister is Ada's friend.
    Ada eats before training. | Ada eats after training.
    Ada has more money than Tom. | Ada has less money than Tom.
    Ada plans to visit Japan. | Ada visited Japan.
    Ada wants to buy a house. | Ada bought a house.
    Ada will marry Tom. | Ada married Tom.
    Ada always eats breakfast. | Ada never eats breakfast.
    Ada often visits her aunt in Genoa by train. | Ada seldom visits her aunt in Genoa by train.
    Ada works at the hospital in Turin as a nurse on weekends. | Ada works at the hospital in Turin as a cook on weekends.
    Ada's dog Rex is ten years old. | Ada's dog Rex is eleven years old.
    Ada's dog Rex is black. | Ada's dog Rex is white.
    Ada's dog is called Rex. | Ada's dog is called Max.
    Ada's husband is Tom. | Ada's ex husband is Tom.
    Ada is married. | Ada is not married.
    Ada can swim. | Ada can't swim.
    Ada broke her left arm. | Ada broke her right arm.
    Ada lives on the first floor. | Ada lives on the third floor.
    Ada has one brother. | Ada has no brother.
    Ada was born in 1990. | Ada was born in 1991.
    Ada's birthday is in March. | Ada's birthday is in May.
    Ada's exam is next week. | Ada's exam was last week.
    Ada exercises in the morning. | Ada exercises in the evening.
    Ada goes to yoga daily. | Ada goes to yoga weekly.
    Ada's phone number ends in 4711. | Ada's phone number ends in 4712.
    Ada is allergic to nuts. | Ada is not allergic to nuts.
    Ada agreed to the offer from Berlin. | Ada never agreed to the offer from Berlin.
    Ada doesn't eat meat. | Ada eats meat.
    Ada met Tom in Paris. | Ada met Ben in Paris.
    Ada's son studies in Ghent. | Ada's daughter studies in Ghent.
    Ada paid 5 euros for the ticket. | Ada paid 50 euros for the ticket.
    Ada's meeting with Zoe is today. | Ada's meeting with Zoe is tomorrow.
    Ada votes for the Greens. | Ada votes against the Greens.
    Ada drinks coffee with milk. | Ada drinks coffee without milk.
    Ada almost won the race in Bern. | Ada won the race in Bern.
    Ada might move to Oslo. | Ada moved to Oslo.
    Ada has lived in Turin since 2015. | Ada has lived in Turin since 2016.
    Ada lived in Turin until 2015. | Ada has lived in Turin since 2015.
    Ada ran 10 km. | Ada ran 12 km.
    Ada weighs 62.5 kilos. | Ada weighs 65.2 kilos.
    Ada's train is at seven. | Ada's train is at eight.
    Ada loves her job at the bakery in the old town of Graz. | Ada loves her job at the library in the old town of Graz.
    Only Ada knows the secret of the blue box. | Ada knows the secret of the blue box.
    Ada is in her second year of medicine. | Ada is in her third year of medicine.
    Ada wants two children. | Ada has two children.
    Ada quit her job at the bank. | Ada got her job at the bank.
    """

private let different = """
    Ada lives in Turin. | Ada likes tea.
    Ada lives in Turin. | Ada's sister lives in Turin.
    Ada lives in Turin. | Ada lives in Turin with her sister Mia.
    Ada likes hiking. | Ada likes hiking with her dog Rex in the Alps.
    Ada has a dog. | Ada has a dog called Rex.
    Ada works as a nurse. | Ada works as a nurse in Bern.
    Ada has a cat. | Ada is allergic to pollen.
    Ada plays the piano. | Ada's brother plays the piano in a band.
    Ada bought a car. | Ada bought a car for her mother.
    Ada went to Rome. | Ada went to Rome in 2019.
    Ada studies law. | Ada studies law at night because of her job.
    Ada met Tom. | Ada met Tom's sister.
    Ada is vegan. | Ada is tired.
    Ada is happy. | Ada is tall.
    Ada's mother is a doctor. | Ada's mother is 60.
    Ada has a garden. | Ada's garden has three apple trees.
    Ada visited Kyoto. | Ada learns Japanese.
    Ada sings. | Ada sings in a choir in Leeds.
    Ada is reading Dune. | Ada has read Emma.
    Ada's birthday is in May. | Ada's holiday is in May.
    Ada likes red wine. | Ada has a red car.
    Ada has a headache. | Ada has a new bike.
    Ada wants to learn to sail. | Ada likes the sea.
    Ada teaches maths. | Ada teaches her son to swim.
    Ada speaks French. | Ada's teacher is French.
    Ada has a flat in Nice. | Ada thinks Nice is nice.
    Ada cooks well. | Ada's husband cooks well.
    Ada lost her keys. | Ada lost a bet with Tom.
    Ada's cat is old. | Ada's house is old.
    Ada runs every morning. | Ada drinks tea every morning.
    Ada's father died. | Ada's father lives in Bonn.
    Ada started to paint. | Ada started school in Ulm.
    Ada sold her car. | Ada's car is red.
    Ada 喜欢猫。 | Ada 讨厌下雨。
    Ada knows Ben from school. | Ada's school is in Kent.
    Ada has a meeting at 9. | Ada has 9 cousins.
    Ada sent Mia a letter. | Mia lives far away.
    Ada's favourite film is Alien. | Ada's favourite film director lives in Wales.
    Ada had pizza for dinner. | Ada had a long day.
    Ada works at night. | Ada works with children.
    """
