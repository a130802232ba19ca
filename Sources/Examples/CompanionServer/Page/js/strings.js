// All words of the page. Another language is another object with the same keys: a missing one falls back to English.
// {name} stands for a value; "one|many" is chosen by {count}, in the order of the language's plural rules.

const en = {
  app: "Companion", skip: "Skip to content", loading: "Loading…", save: "Save", saved: "Saved.", cancel: "Cancel", close: "Close",
  edit: "Edit", delete: "Delete", copy: "Copy", copied: "Copied.", copyFailed: "The browser does not let us copy.", undo: "Undo", next: "Next",
  again: "Try again", or: "or", name: "Name", email: "Email", password: "Password", signOut: "Sign out", "list.more": "Show more",

  "nav.label": "Main", "nav.home": "Chats", "nav.catalog": "Discover", "nav.characters": "Characters", "nav.memories": "Memory",
  "nav.settings": "Settings", "nav.review": "Review", "nav.recent": "Recent chats",

  "error.title": "That did not work", "error.defect": "Something on this page went wrong. Reload it, and tell us if it happens again.",
  "error.offline": "The server can't be reached. Your connection may be down.", "error.signedOut": "You are signed out.",
  "error.unknown": "The server answered {status}.", "offline.title": "No connection", "missing.title": "Nothing is here",
  "missing.text": "There is no such page, or it is not yours to see.",

  "entrance.title": "Somebody who remembers.", "entrance.text": "Talk with characters of your own. They keep what you tell them, and you can read, correct and erase every word of it.",
  "signIn.title": "Sign in", "signIn.action": "Sign in", "signIn.new": "New here?", "signIn.forgotten": "Forgot the password?", "signIn.sendMail": "Send a mail",
  "signIn.mailSent": "If there is an account of this address, a mail is on its way.", "signIn.with": "Continue with {name}", "signIn.failed": "Signing in there did not work. Try again, or use another way.",
  "signIn.cancelled": "You did not finish signing in there. Nothing has changed.", "signIn.unavailable": "We can't reach them at the moment. Try again in a while, or use another way.", "signIn.expired": "That took too long, or came from another browser. Please begin again.",
  "signIn.noMail": "Forgot the password? Ask who runs this server: it sends no mail.", "signIn.verified": "Your address is confirmed. Sign in, and you are there.",
  "provider.google": "Google", "provider.apple": "Apple",
  "signUp.title": "Create an account", "signUp.action": "Create account", "signUp.known": "Have an account?", "signUp.nameHint": "What the characters call you.",
  "signUp.passwordHint": "At least 8 characters. Three or four words are easy to keep in mind.", "signUp.verifyTitle": "Look at your mail",
  "signUp.verifyText": "We sent a link to {email}. Open it, then sign in.", "signUp.closed": "This server takes no new people by itself.",
  "verify.title": "This link is used up", "verify.text": "It was opened before, or is older than a day. If you can't sign in, create the account again: you get another one.",
  "reset.title": "A new password", "reset.password": "New password", "reset.action": "Set password", "reset.done": "Your password is new. Sign in with it.", "reset.again": "Send another mail",

  "welcome.step": "Step {step} of {of}", "welcome.title1": "Before you begin", "welcome.lead": "You are about to talk with characters. They are made up, and so are their lives.",
  "welcome.ai": "This is an AI, not a person", "welcome.aiText": "However warm it sounds, nobody is sitting there. It can be wrong, also about you.",
  "welcome.memory": "It remembers", "welcome.memoryText": "What you tell about yourself is kept, with the message that it comes from. The memory book shows all of it.",
  "welcome.care": "It is no help in an emergency", "welcome.careText": "Where you are in danger, talk to people. We show you who is there for you.",
  "welcome.yours": "It is yours", "welcome.yoursText": "Correct a memory, switch memory off, take everything with you, or erase it all, at any time.",
  "welcome.understood": "I understand", "welcome.title2": "About you", "welcome.name": "What should they call you?",
  "welcome.title3": "Whom do you want to meet?", "welcome.choose": "Pick one to begin with. You can meet the others later.",
  "welcome.none": "Nobody has shown a character here yet. Make the first one: a name and two sentences are enough.", "welcome.later": "Look around first",
  "age.label": "Age", "age.choose": "Choose…", "age.child": "Under 13", "age.teen": "13 to 17", "age.adult": "18 or older", "age.hint": "Decides which characters you see, and how they are checked.",

  "home.morning": "Good morning, {name}", "home.day": "Good to see you, {name}", "home.evening": "Good evening, {name}", "home.night": "Still awake, {name}?",
  "home.new": "New chat", "home.chats": "Go on with", "home.none": "No chats yet", "home.noneText": "Find somebody to talk with: it takes a minute.", "home.find": "Find a character", "home.empty": "Nothing was said yet.",
  "usage.title": "What is used", "usage.of": "{used} of {limit}", "usage.messages": "Messages today", "usage.tokens": "Tokens this month", "usage.characters": "Characters", "usage.memories": "Memories",

  "catalog.search": "Search characters", "catalog.placeholder": "Words, or #tag", "catalog.order": "Order", "catalog.results": "Characters", "order.mostUsed": "Most used", "order.best": "Best rated", "order.newest": "Newest",
  "catalog.nothing": "Nobody like that", "catalog.nothingText": "Try other words, or fewer.", "catalog.empty": "Nobody is here yet", "catalog.emptyText": "Characters that people publish appear here. Yours can be the first.",
  "catalog.unrated": "No stars yet", "catalog.ratings": "({count})", "catalog.uses": "{shown} chat|{shown} chats", "catalog.by": "by {name}", "catalog.talk": "Start a chat", "catalog.adopt": "Keep a copy",
  "catalog.adopted": "{name} is among your characters now.", "catalog.description": "The whole description", "catalog.rate": "Your stars", "catalog.stars": "{count} star|{count} stars", "catalog.rated": "Thank you.",
  "rating.general": "For everybody", "rating.teen": "From 13", "rating.mature": "For adults",

  "characters.new": "New character", "characters.drop": "Drop a card here, or choose one: PNG, JSON or CHARX", "characters.none": "No characters of your own yet", "characters.noneText": "Keep a copy of one, bring one in from a file, or make one.",
  "characters.published": "Published", "characters.talk": "Chat", "characters.talkTo": "Chat with {name}", "characters.actions": "More for {name}", "characters.edit": "Edit the character", "characters.imported": "{name} has moved in.",
  "characters.deleteTitle": "Delete {name}?", "characters.deleteText": "All chats with this character go too, and what was remembered from them alone. This can't be taken back.",
  "card.exportPNG": "Export as PNG", "card.exportJSON": "Export as JSON", "export.png": "PNG card", "export.charx": "CHARX", "export.v3": "JSON, version 3", "export.v2": "JSON, version 2",
  "card.name": "Name", "card.notes": "In a sentence", "card.notesHint": "What people read first. The character does not see it.", "card.description": "Description", "card.descriptionHint": "Who they are, how they speak, what they care for. {{char}} stands for their name, {{user}} for yours.",
  "card.personality": "Personality", "card.personalityHint": "A few words.", "card.scenario": "Scenario", "card.scenarioHint": "Where and when you meet.", "card.greeting": "Greeting", "card.greetingHint": "Their first words.",
  "card.alternates": "Other greetings", "card.addGreeting": "Add a greeting", "card.greetingNumber": "Greeting {number}", "card.removeGreeting": "Remove greeting {number}",
  "card.examples": "Example dialogue", "card.examplesHint": "Begin each example with <START>, then lines of {{user}}: and {{char}}:", "card.tags": "Tags", "card.tagsHint": "With commas between.",
  "card.more": "More fields", "card.system": "System prompt", "card.systemHint": "Stands for the usual instructions. {{original}} puts those in.", "card.after": "Instructions after the history", "card.afterHint": "The last thing that the model reads.", "card.creator": "Creator", "card.version": "Version",
  "lore.title": "Lorebook ({count})", "lore.hint": "What the character knows, and thinks of only where the talk comes to it.", "lore.entry": "Lore: {name}", "lore.keys": "Words that bring it up", "lore.content": "What is known", "lore.always": "Always in mind", "lore.remove": "Remove this entry", "lore.add": "Add an entry",
  "editor.warnings": "What to know about this card", "editor.picture": "Drop a picture here, or choose one", "editor.removePicture": "Remove the picture", "editor.import": "Import a card", "editor.export": "Export",
  "editor.leaveTitle": "Leave without saving?", "editor.leaveText": "What you changed here is not saved.", "editor.leave": "Leave", "editor.conflictTitle": "Changed elsewhere", "editor.conflictText": "This character was changed in another place since you opened it. Overwrite that?", "editor.overwrite": "Overwrite",
  "publish.action": "Publish", "publish.title": "Publish {name}", "publish.text": "Others can find this character and keep copies of it as it is now. Your chats stay yours. It is checked before it is shown.", "publish.visibility": "Who finds it", "publish.visibilityHint": "Unlisted: only who has the link.", "publish.rating": "Made for",
  "publish.done": "Published.", "publish.waits": "It is shown once it has been looked at.", "publish.withdraw": "Withdraw", "publish.withdrawTitle": "Withdraw from the catalog?", "publish.withdrawText": "Nobody finds it any more. Copies that people have stay with them.",
  "visibility.listed": "Listed", "visibility.unlisted": "Unlisted", "status.pending": "Waits for review", "status.approved": "Approved", "status.refused": "Refused", "status.takenDown": "Taken down",

  "chat.you": "You", "chat.gone": "Deleted character", "chat.ai": "AI", "chat.isAI": "An AI, not a person", "chat.back": "All chats", "chat.actions": "More for {name}", "chat.rename": "Rename", "chat.title": "Title", "chat.deleteTitle": "Delete this chat?",
  "chat.deleteText": "What was said with {name} goes, and what was remembered from it alone. This can't be taken back.", "chat.deleted": "The chat is gone.", "chat.messages": "Messages", "chat.toEnd": "To the end", "chat.message": "Message {name}", "chat.send": "Send", "chat.stop": "Stop",
  "chat.youSaid": "You, {time}", "chat.said": "{name}, {time}", "chat.writes": "writes…", "chat.announced": "{name}: {text}", "chat.remembered": "Remembered {count} thing|Remembered {count} things", "chat.messageActions": "What to do with this message",
  "chat.regenerate": "Another reply", "chat.continue": "Go on", "chat.fork": "Branch off here", "chat.forked": "This is a branch: the other chat stays as it is.", "chat.editTitle": "Edit the message", "chat.editLabel": "Text", "chat.edited": "Edited. What was remembered from it is looked at again.",
  "chat.eraseTitle": "Delete what?", "chat.eraseText": "Memories that come from it alone go too.", "chat.eraseOne": "This message", "chat.eraseAll": "This and all after it", "chat.erased": "Deleted.", "undone.edit": "The edit is undone.", "undone.deletion": "The deletion is undone.", "undone.nothing": "There is nothing to undo.",
  "chat.waiting": "Waits to be sent", "chat.sending": "Sending…", "chat.waitsForConnection": "Kept here. It is sent when the connection is back.", "chat.takeBack": "Take back", "chat.offline": "You are offline. Write on: it is sent when you are back.", "chat.reconnecting": "The connection is lost. Connecting again…",
  "chat.knows": "What {name} knows", "chat.rememberNow": "Read for memories now", "chat.learnt": "Learnt {count} thing.|Learnt {count} things.", "chat.prompt": "What the model sees", "chat.export": "Export this chat", "prompt.text": "{tokens} of {budget} tokens.", "prompt.part": "Part", "prompt.tokens": "Tokens", "prompt.note": "Why",
  "status.interrupted": "Stopped", "status.blocked": "Held back", "status.failed": "Not finished", "swipe.label": "Replies", "swipe.previous": "The reply before", "swipe.next": "The next reply", "swipe.place": "{number} / {count}",
  "crisis.open": "Open", "disclosure.break": "You have been here for a while. A break may do you good.", "speech.play": "Read aloud", "speech.stop": "Stop reading", "speech.record": "Speak", "speech.recording": "Stop and write it down", "speech.refused": "The browser does not let us use the microphone. Allow it in the settings of this page.", "speech.noMicrophone": "No microphone was found.", "speech.nothing": "Nothing was understood. Try again, closer to the microphone.",

  "memories.list": "What is remembered", "memories.count": "{count} memory|{count} memories", "memories.add": "Tell something", "memories.remember": "Remember", "memories.off": "Memory is off: nothing new is kept, and nothing is recalled.", "memories.none": "Nothing is remembered yet",
  "memories.noneText": "What you tell about yourself appears here, with the message that it comes from.", "memories.search": "Search memories", "memories.allKinds": "All kinds", "memories.kind": "Kind", "memories.everyone": "Every character", "memories.who": "Who knows it", "memories.past": "With what is past",
  "memories.pin": "Pin: always in mind", "memories.actions": "What to do with this memory", "memories.correct": "Correct", "memories.history": "How it came to be", "memories.forget": "Forget", "memories.since": "since {date}", "memories.span": "{from} to {to}", "memories.only": "only {name} knows",
  "memories.told": "You told it here.", "memories.from": "You said it", "memories.text": "What to remember", "memories.textHint": "A sentence about you.", "memories.corrected": "Corrected. The old words count no more.", "memories.forgetTitle": "Forget this?", "memories.forgetText": "“{text}” is erased, and is not learnt from the same messages again.", "memories.forgotten": "Forgotten.", "memories.saidThen": "What you said",
  "kind.fact": "Fact", "kind.preference": "Preference", "kind.event": "Event", "kind.relationship": "Relationship", "kind.plan": "Plan", "timeline.title": "Your time", "timeline.label": "{count} memories on a line of time from {from} to {to}. The list below has them in words.",
  "recall.title": "What would come to mind?", "recall.text": "Say something, and see what a character would remember.", "recall.words": "Words", "recall.ask": "Look", "recall.score": "weight {score}", "recall.nothing": "Nothing comes to mind.",

  "settings.you": "You", "settings.persona": "About you", "settings.personaHint": "What every character may know: a few sentences.", "settings.look": "Look", "settings.theme": "Colours", "theme.system": "As the system", "theme.light": "Light", "theme.dark": "Dark",
  "settings.content": "Content and place", "settings.rating": "Show characters up to", "settings.country": "Country", "settings.countryHint": "Two letters, such as DE. Decides whose help we name in a crisis.", "settings.zone": "Time zone", "settings.memory": "Memory", "settings.memoryOn": "Remember what I say", "settings.memoryHint": "Off: nothing new is kept and nothing recalled. What is there stays until you erase it.", "settings.memoryBook": "Open the memory book",
  "settings.plan": "Plan and limits", "plan.unlimited": "no limit", "plan.resets": "The day's messages begin anew on {time}.", "plan.compare": "Compare plans", "plan.messagesPerDay": "Messages a day", "plan.tokensPerMonth": "Tokens a month", "plan.characters": "Characters", "plan.memories": "Memories", "plan.grace": "The payment is late: it ends soon.", "plan.expired": "It has ended.",
  "settings.sessions": "Where you are signed in", "sessions.current": "this one", "sessions.used": "used {ago}, until {until}", "sessions.end": "End", "sessions.endNamed": "End {name}", "sessions.endOthers": "Sign out everywhere else", "sessions.unknown": "Unknown device",
  "keys.make": "Make a key for programs", "keys.text": "Programs that speak OpenAI's protocol talk to your characters with it, at {address}.", "keys.name": "What it is for", "keys.days": "Good for days", "keys.action": "Make key", "keys.once": "Keep it safe: it is shown this once.",
  "settings.data": "Your data", "settings.dataText": "Take everything with you as readable files, or erase it.", "settings.export": "Export everything", "settings.erase": "Delete my account", "settings.eraseTitle": "Delete your account?", "settings.eraseText": "All chats, characters and memories are erased, everywhere. This can't be taken back.", "settings.eraseConfirm": "Type “{word}” to confirm", "settings.eraseWord": "delete", "settings.erasedTitle": "Your account is being erased", "settings.erasedText": "It is finished within minutes. This is the number of the receipt:",

  "review.none": "Nothing waits", "review.noneText": "Characters that need a look appear here.", "review.approve": "Approve", "review.approved": "{name} is shown now.", "review.refuse": "Refuse", "review.reason": "Why? The author reads it.", "review.card": "The whole card", "review.records": "Decided lately", "review.counters": "By year", "review.year": "Year", "review.crisisReferrals": "Crisis referrals", "review.disclosures": "Disclosures", "review.blockedMessages": "Messages blocked", "review.blockedReplies": "Replies blocked",
  "time.now": "just now",
}

const languages = { en }

/** The first of the browser's languages that the page has. */
export const language = navigator.languages?.map((tag) => tag.split("-")[0]).find((tag) => languages[tag]) ?? "en"
document.documentElement.lang = language
const plural = new Intl.PluralRules(language)
const categories = plural.resolvedOptions().pluralCategories

/** The words of a key. */
export function t(key, values = {}) {
  return t.maybe(key, values) ?? key
}

/** The words of a key, where there are some. */
t.maybe = (key, values = {}) => {
  let text = languages[language][key] ?? en[key]
  if (text === undefined) return undefined
  if (text.includes("|") && "count" in values) {
    const forms = text.split("|")
    text = forms[Math.min(forms.length - 1, categoryIndex(values.count))]
  }
  return text.replace(/\{(\w+)\}/g, (match, name) => values[name] ?? match)
}

// ICU names them in this order.
function categoryIndex(count) {
  return ["zero", "one", "two", "few", "many", "other"].filter((name) => categories.includes(name)).indexOf(plural.select(count))
}
