/// Paragraphs of our own and the exact number of their tokens, counted once with the vocabularies.
struct TokenSample: Sendable, CustomStringConvertible {
    let language: String
    let text: String
    let o200k: Int
    let cl100k: Int

    var description: String { "\(language): \(text.prefix(20))" }
}

extension TokenSample {
    /// Conversation and stories in ten languages, four paragraphs each.
    static let prose: [TokenSample] = [
        TokenSample(
            language: "English",
            text: """
                I finally unpacked the last box this morning, the one with the old letters in it. My grandmother wrote \
                to a friend in Lisbon for thirty years, and somehow most of the answers came back to us. I read three \
                of them and then I had to stop, because I was crying into my coffee. Do you think it would be strange \
                to write to that family again?
                """,
            o200k: 76, cl100k: 76),
        TokenSample(
            language: "English",
            text: """
                So here's the plan: we leave on Friday at 6:15, drive until it gets dark, and sleep wherever the map \
                runs out. Tom says the pass may still be closed, but he said that last year too and we sailed right \
                through. I've packed the stove, two blankets, and far too much chocolate. If it rains, we'll play cards.
                """,
            o200k: 73, cl100k: 76),
        TokenSample(
            language: "English",
            text: """
                The lighthouse keeper had a habit of naming the storms. Not the official names, of course; he gave them \
                the names of people who had been unkind to him, and took great pleasure in writing "Harold has blown \
                himself out by noon" in the log. Nobody ever read it. At least that is what he believed until the \
                harbour office sent him a very short letter.
                """,
            o200k: 77, cl100k: 78),
        TokenSample(
            language: "English",
            text: """
                Honestly, work has been a lot. My manager left two weeks ago and nobody has told us who decides \
                anything now, so we all just keep having meetings about meetings. I slept badly, skipped breakfast, and \
                snapped at Priya over nothing. She was kind about it, which made it worse. Anyway. Tell me something \
                good that has nothing to do with spreadsheets.
                """,
            o200k: 74, cl100k: 75),
        TokenSample(
            language: "German",
            text: """
                Gestern habe ich endlich den Mut gefunden, meine Schwester anzurufen. Wir haben fast zwei Stunden \
                geredet, zuerst über das Wetter und die Kinder, und dann über das, was wir seit Jahren vermeiden. Sie \
                hat mir erzählt, dass sie auch nicht gewusst hat, wie sie anfangen soll. Am Ende haben wir beide \
                gelacht und ein bisschen geweint.
                """,
            o200k: 74, cl100k: 90),
        TokenSample(
            language: "German",
            text: """
                Der Zug hatte wieder Verspätung, diesmal vierzig Minuten, und natürlich war der Anschluss in Nürnberg \
                weg. Ich saß also mit einem Käsebrötchen auf dem Bahnsteig und habe Leute beobachtet. Ein alter Herr \
                mit Hut hat mir erklärt, wo man hier den besten Kaffee bekommt. Manchmal sind die verlorenen Stunden \
                gar nicht so schlecht.
                """,
            o200k: 74, cl100k: 92),
        TokenSample(
            language: "German",
            text: """
                Im Garten blüht jetzt alles durcheinander: die Tulpen vom letzten Jahr, ein paar Gänseblümchen und \
                irgendetwas Gelbes, dessen Namen ich nicht kenne. Mein Nachbar behauptet, es sei Unkraut. Ich lasse es \
                trotzdem stehen, weil die Bienen es mögen. Hast du einen Rat, was man im Schatten unter dem Apfelbaum \
                pflanzen könnte?
                """,
            o200k: 82, cl100k: 93),
        TokenSample(
            language: "German",
            text: """
                Ich möchte bis zum Herbst besser Gitarre spielen, und zwar so gut, dass ich mich auf der Hochzeit \
                meiner Cousine nicht blamiere. Bisher kann ich vier Akkorde und ein halbes Lied. Jeden Abend eine halbe \
                Stunde üben, das müsste doch reichen, oder? Wenn ich aufgeben will, erinnere mich bitte daran, warum \
                ich angefangen habe.
                """,
            o200k: 76, cl100k: 91),
        TokenSample(
            language: "French",
            text: """
                Hier soir, j'ai retrouvé dans un tiroir la montre de mon grand-père. Elle ne marche plus depuis \
                longtemps, mais quand je la tiens près de l'oreille, j'ai l'impression d'entendre encore son tic-tac. \
                Il me disait toujours que le temps passe moins vite quand on écoute. Je crois que je vais la faire \
                réparer pour l'anniversaire de ma mère.
                """,
            o200k: 80, cl100k: 97),
        TokenSample(
            language: "French",
            text: """
                Nous avons marché toute la journée le long de la côte, sans carte et presque sans eau. À midi, un \
                pêcheur nous a offert du pain et des olives, puis il nous a montré un sentier qui n'est sur aucun plan. \
                Le soir, la mer était si calme qu'on voyait les étoiles deux fois. J'aimerais bien y retourner avec toi \
                un jour.
                """,
            o200k: 76, cl100k: 91),
        TokenSample(
            language: "French",
            text: """
                Je ne sais pas quoi faire pour le travail. On me propose un poste à Lyon, mieux payé, mais il faudrait \
                quitter l'appartement, les voisins, le petit café du coin où l'on connaît mon nom. Ma sœur dit que je \
                réfléchis trop. Peut-être qu'elle a raison. Qu'est-ce que tu ferais à ma place, honnêtement ?
                """,
            o200k: 74, cl100k: 88),
        TokenSample(
            language: "French",
            text: """
                La recette est simple : trois œufs, un peu de farine, du lait, une pincée de sel. Mais ma tante y \
                ajoutait quelque chose qu'elle n'a jamais voulu révéler. J'ai essayé la fleur d'oranger, le zeste de \
                citron, même une cuillère de rhum. C'était bon à chaque fois, mais ce n'était jamais tout à fait le \
                goût du dimanche.
                """,
            o200k: 83, cl100k: 97),
        TokenSample(
            language: "Spanish",
            text: """
                Anoche soñé otra vez con la casa de mi infancia. Todo estaba igual: el patio, el limonero, la puerta \
                verde que nunca cerraba bien. Mi abuela me llamaba desde la cocina, pero cuando entraba no había nadie. \
                Me desperté con una tristeza rara, aunque también con ganas de volver al pueblo este verano. ¿Tú crees \
                que los sueños quieren decir algo?
                """,
            o200k: 83, cl100k: 96),
        TokenSample(
            language: "Spanish",
            text: """
                El martes empiezo las clases de cerámica. No sé nada, solo que me gusta ensuciarme las manos y que \
                necesito dejar de mirar el teléfono por las tardes. La profesora dice que las primeras tazas siempre \
                salen torcidas y que hay que quererlas igual. Te voy a mandar una foto, pero prométeme que no te vas a \
                reír mucho.
                """,
            o200k: 78, cl100k: 91),
        TokenSample(
            language: "Spanish",
            text: """
                Mi hermano y yo llevamos meses sin hablar por una tontería. Fue por el coche de papá, o por lo que dijo \
                en la cena, ya ni me acuerdo bien. Ayer vi que había puesto una canción que escuchábamos de niños y \
                casi le escribo. Casi. Ayúdame a encontrar una primera frase que no suene a disculpa ni a reproche.
                """,
            o200k: 80, cl100k: 89),
        TokenSample(
            language: "Spanish",
            text: """
                El barco llegó a las cinco de la mañana, cuando el puerto todavía dormía. El capitán bajó con una \
                maleta pequeña y un loro que solo sabía decir malas palabras en portugués. Preguntó por una mujer \
                llamada Inés. Nadie la conocía, o nadie quiso decirlo. Entonces se sentó en el muelle, pidió un café y \
                esperó.
                """,
            o200k: 78, cl100k: 93),
        TokenSample(
            language: "Russian",
            text: """
                Вчера мы с братом разбирали бабушкин чердак и нашли целый чемодан старых фотографий. На одной из них \
                мама стоит на берегу реки с огромной собакой, про которую она никогда не рассказывала. Я сразу ей \
                позвонила. Оказалось, собаку звали Граф, и он однажды спас ей жизнь. Представляешь, сколько историй мы \
                просто никогда не спрашиваем?
                """,
            o200k: 91, cl100k: 163),
        TokenSample(
            language: "Russian",
            text: """
                Сегодня весь день шёл дождь, и я наконец дочитал ту книгу, которую ты советовала. Конец меня удивил: я \
                был уверен, что он вернётся домой, а он остался в чужом городе и открыл маленькую пекарню. Наверное, \
                это и есть счастье. Теперь хочу испечь хлеб, но у меня нет ни дрожжей, ни терпения.
                """,
            o200k: 85, cl100k: 151),
        TokenSample(
            language: "Russian",
            text: """
                Мне кажется, я слишком много думаю о том, что скажут другие. На работе предложили вести новый проект, а \
                я вместо радости чувствую только страх. Вдруг не получится? Вдруг все увидят, что я ничего не умею? \
                Подруга говорит, что так чувствуют себя почти все, просто молчат. Скажи мне что-нибудь спокойное.
                """,
            o200k: 78, cl100k: 140),
        TokenSample(
            language: "Russian",
            text: """
                Старый смотритель музея знал каждую картину по имени и здоровался с ними по утрам. Посетители думали, \
                что он немного не в себе, но дети его любили. Он рассказывал им, о чём портреты спорят ночью. Однажды \
                маленькая девочка спросила, скучает ли дама в синем платье. Он долго молчал, а потом ответил: да, по \
                морю.
                """,
            o200k: 97, cl100k: 152),
        TokenSample(
            language: "Arabic",
            text: """
                البارحة زرت بيت جدتي القديم بعد سنوات طويلة. كل شيء أصغر مما كنت أتذكره، إلا شجرة التين فقد كبرت حتى \
                غطت النافذة كلها. جلست تحتها وشربت الشاي مع الجيران، وتحدثنا عن الناس الذين رحلوا. شعرت بالحزن قليلا، \
                لكنني شعرت أيضا أن جزءا مني عاد إلى مكانه.
                """,
            o200k: 84, cl100k: 179),
        TokenSample(
            language: "Arabic",
            text: """
                أريد أن أتعلم الطبخ هذا العام، لأنني تعبت من أكل المطاعم كل يوم. بدأت بحساء العدس وكان جيدا، ثم حاولت \
                أن أصنع الخبز فاحترق. ضحكت أختي كثيرا وقالت إن أمي كانت تحرق الخبز أيضا في البداية. هل عندك وصفة سهلة \
                لشخص لا يملك إلا قدرا واحدا ومقلاة قديمة؟
                """,
            o200k: 90, cl100k: 180),
        TokenSample(
            language: "Arabic",
            text: """
                كان البحار العجوز يحكي كل ليلة قصة مختلفة عن نفس الرحلة. مرة يقول إن العاصفة استمرت ثلاثة أيام، ومرة \
                يقول إنها استمرت شهرا كاملا. لم يكن أحد يهتم بالحقيقة، فقد كنا نحب صوته وهو يصف الموج. وعندما مات، \
                وجدنا في صندوقه خريطة صغيرة عليها علامة حمراء واحدة.
                """,
            o200k: 80, cl100k: 183),
        TokenSample(
            language: "Arabic",
            text: """
                عندي مقابلة عمل يوم الخميس وأنا خائفة جدا. درست كثيرا وأعرف الإجابات، لكن عندما أتخيل الغرفة والأسئلة \
                أنسى كل شيء. صديقي يقول إن علي أن أتنفس ببطء وأن أبتسم قبل أن أتكلم. ساعدني من فضلك في التدريب: اسألني \
                سؤالا صعبا وسأحاول أن أجيب كما لو كنت هناك.
                """,
            o200k: 86, cl100k: 186),
        TokenSample(
            language: "Hindi",
            text: """
                कल शाम मैं बहुत दिनों बाद अपने पुराने स्कूल के सामने से गुज़रा। वही लोहे का फाटक था, वही नीम का पेड़, \
                और कोने में वही चाय की दुकान। दुकानदार ने मुझे पहचान लिया और मेरे पिता का हाल पूछा। मैं थोड़ी देर वहाँ \
                बैठा रहा और सोचता रहा कि समय कितनी जल्दी निकल जाता है।
                """,
            o200k: 75, cl100k: 256),
        TokenSample(
            language: "Hindi",
            text: """
                मेरी बहन अगले महीने दूसरे शहर जा रही है और घर में सब लोग चुप हैं। माँ रोज़ उसकी पसंद का खाना बनाती हैं, \
                पिताजी बार बार टिकट देखते हैं। मैं उसे कुछ ऐसा देना चाहता हूँ जो उसे हमारी याद दिलाए, लेकिन समझ नहीं \
                आता क्या दूँ। तुम्हारे पास कोई अच्छा विचार है?
                """,
            o200k: 70, cl100k: 256),
        TokenSample(
            language: "Hindi",
            text: """
                पहाड़ों में पहली बर्फ़ गिर चुकी थी और रास्ता बंद होने वाला था। बूढ़े डाकिए ने अपना थैला उठाया और कहा कि \
                चिट्ठियाँ इंतज़ार नहीं कर सकतीं। गाँव वालों ने उसे बहुत समझाया, पर वह हँसकर चल पड़ा। तीन दिन बाद जब वह \
                लौटा, तो उसके हाथ में सिर्फ़ एक ख़त बचा था।
                """,
            o200k: 85, cl100k: 261),
        TokenSample(
            language: "Hindi",
            text: """
                आजकल मुझे नींद ठीक से नहीं आती। रात को फ़ोन देखता रहता हूँ और सुबह आँखें भारी लगती हैं। डॉक्टर ने कहा \
                है कि सोने से पहले किताब पढ़ो और कमरे में अँधेरा रखो। दो दिन कोशिश की, फिर वही हाल। क्या तुम मुझे हर \
                रात याद दिला सकते हो कि अब सोने का समय हो गया है?
                """,
            o200k: 78, cl100k: 251),
        TokenSample(
            language: "Chinese",
            text: """
                昨天下班以后，我一个人去了江边。风有点大，但是天空特别干净，远处的灯一盏一盏亮起来。我想起小时候爸爸带我来这里放风筝，线断了，我哭了很久。他说风筝只是去旅行了。现在想想，他可能比我还舍不得。你有没有一个地方，\
                每次去都会想起同一个人？
                """,
            o200k: 91, cl100k: 138),
        TokenSample(
            language: "Chinese",
            text: """
                我最近在学做菜，第一道是西红柿炒鸡蛋。听起来很简单，可是我前三次都失败了：一次太咸，一次太甜，还有一次把锅烧黑了。室友很客气，每次都说好吃，然后偷偷点外卖。昨天终于成功了，他吃了两碗饭。我高兴得给妈妈打了一个\
                小时的电话。
                """,
            o200k: 88, cl100k: 143),
        TokenSample(
            language: "Chinese",
            text: """
                老人在山脚下开了一家修伞的小店，已经四十多年了。年轻人都说，现在谁还修伞，坏了就买新的。可是每到下雨天，总有人拿着旧伞来找他。他修得很慢，一边修一边听客人讲伞的故事。他说，人们要修的往往不是伞，而是那一天淋过\
                的雨。
                """,
            o200k: 93, cl100k: 134),
        TokenSample(
            language: "Chinese",
            text: """
                下个月我要搬到另一个城市工作，心里又期待又害怕。新的公司很大，同事我一个也不认识，房子也还没有找好。朋友们说过几个月就会习惯的，但是我舍不得楼下那只橘猫，也舍不得每周五晚上的火锅。你能不能陪我列一个清单，看看\
                走之前还要做些什么？
                """,
            o200k: 89, cl100k: 136),
        TokenSample(
            language: "Japanese",
            text: """
                昨日、久しぶりに実家に帰ったら、庭の柿の木がなくなっていました。台風で倒れてしまったそうです。子どものころ、兄とよくあの木に登って、夕ご飯に呼ばれるまで降りませんでした。母は「また新しいのを植えるよ」と笑って\
                いたけれど、私は少し泣きそうになりました。
                """,
            o200k: 94, cl100k: 131),
        TokenSample(
            language: "Japanese",
            text: """
                最近、朝に三十分だけ散歩をするようにしています。最初は眠くて大変だったけれど、今では近所の犬の名前を全部覚えてしまいました。特に、白くて大きいハナちゃんは、私を見るといつも走ってきます。小さなことですが、一日\
                の始まりが少し楽しみになりました。あなたは朝が好きですか？
                """,
            o200k: 92, cl100k: 133),
        TokenSample(
            language: "Japanese",
            text: """
                その図書館には、誰も借りたことのない本だけを集めた部屋がありました。司書のおじいさんは毎晩そこで一冊を選び、声に出して読みます。本は読まれるのを待っているのだから、と彼は言います。ある夜、読み終わったページの\
                間から、小さな手紙が落ちました。宛名は彼自身でした。
                """,
            o200k: 96, cl100k: 134),
        TokenSample(
            language: "Japanese",
            text: """
                来週、大事な発表があるので緊張しています。資料はもうできているのに、何度も直してしまって、終わりがありません。友だちには「大丈夫だよ」と言われるけれど、人の前に立つと頭の中が真っ白になります。よかったら、練習\
                の相手になってくれませんか。質問も少ししてほしいです。
                """,
            o200k: 96, cl100k: 137),
        TokenSample(
            language: "Korean",
            text: """
                어제 오랜만에 할머니 댁에 다녀왔어요. 마당에 있던 감나무는 그대로인데 집이 전보다 훨씬 작게 느껴졌어요. 할머니는 제가 좋아하는 된장찌개를 끓여 주시고, 어릴 때 이야기를 몇 번이나 \
                다시 들려주셨어요. 돌아오는 버스 안에서 괜히 눈물이 났어요. 다음 달에도 꼭 가려고요.
                """,
            o200k: 99, cl100k: 163),
        TokenSample(
            language: "Korean",
            text: """
                요즘 퇴근하고 나면 아무것도 하기 싫어요. 책을 펴도 같은 줄만 읽고, 친구한테 연락이 와도 답장을 미루게 돼요. 그래도 오늘은 집 앞 공원을 한 바퀴 걸었어요. 바람이 시원해서 기분이 \
                조금 나아졌어요. 내일도 걸을 수 있게 저녁에 한 번만 물어봐 줄래요?
                """,
            o200k: 94, cl100k: 147),
        TokenSample(
            language: "Korean",
            text: """
                바닷가 마을에는 편지를 대신 써 주는 할아버지가 살았다. 사람들은 고맙다는 말, 미안하다는 말, 보고 싶다는 말을 그에게 가져왔다. 그는 누구의 이야기도 다른 사람에게 하지 않았다. \
                어느 겨울날, 한 소녀가 찾아와서 받는 사람이 없는 편지를 써 달라고 부탁했다.
                """,
            o200k: 79, cl100k: 149),
        TokenSample(
            language: "Korean",
            text: """
                이번 여름에는 동생이랑 제주도에 가기로 했어요. 비행기 표는 벌써 샀는데 숙소를 아직 못 정했어요. 동생은 바다가 보이는 방을 원하고, 저는 시장이 가까운 곳이 좋거든요. 매일 삼십 \
                분씩 싸우고 있어요. 둘 다 만족할 만한 방법이 없을까요? 예산은 그렇게 많지 않아요.
                """,
            o200k: 92, cl100k: 151),
    ]

    /// Code, JSON, Markdown, and a message full of emoji.
    static let markup: [TokenSample] = [
        TokenSample(
            language: "Code and markup",
            text: """
                ```python
                def longest_run(values):
                    best = current = 0
                    previous = None
                    for value in values:
                        current = current + 1 if value == previous else 1
                        best = max(best, current)
                        previous = value
                    return best
                ```
                Call it with `longest_run([1, 1, 2, 2, 2])`; the answer is 3.
                """,
            o200k: 90, cl100k: 90),
        TokenSample(
            language: "Code and markup",
            text: """
                {
                  "name": "Luna",
                  "age": 27,
                  "likes": ["tea", "old maps", "thunderstorms"],
                  "memories": [
                    {"text": "Ada moved to Turin.", "importance": 0.8, "day": "2025-03-14"},
                    {"text": "Ada is afraid of moths.", "importance": 0.35, "day": "2025-04-02"}
                  ]
                }
                """,
            o200k: 101, cl100k: 104),
        TokenSample(
            language: "Code and markup",
            text: """
                ## Saturday

                - [x] call the plumber (again!)
                - [ ] buy paint: 2 x white, 1 x green
                - [ ] pick up the parcel at 14:30

                | who  | brings        |
                |------|---------------|
                | Sam  | bread, cheese |
                | Noor | salad         |

                **Remember:** the key is under the third pot. 🪴
                """,
            o200k: 82, cl100k: 83),
        TokenSample(
            language: "Code and markup",
            text: """
                Happy birthday!!! 🎉🎂🥳 I can't believe you're 30 already 😱😱 miss you SO much ❤️ call me when you wake \
                up, ok? 😘 P.S. the present is late, sorry... the post office says "2-3 days" 🙄📦 but you'll love it 👀✨
                """,
            o200k: 67, cl100k: 77),
    ]
}
