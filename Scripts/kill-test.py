#!/usr/bin/env python3
"""Kills `companion chat` at random moments of many turns, starts it again, and looks into its database for what is lost.

    Scripts/kill-test.py [--turns 200] [--seed N] [--postgres] [--companion .build/debug/companion] [-- more flags of `companion chat`]

Each process talks over a pipe in one of a few chats, until a SIGKILL at a random moment: while it starts, within a turn, or
between two. A message in whose turn it died is sent again under its own name, or given up, at random. Then must hold:

- each message that was reported as recorded is there once, and so is each one that was sent again until it was answered
- each reply that was reported as finished is there as it was reported
- the messages of a chat are numbered without a gap, and no two have the same text
- no reply is left marked as being generated in a chat that was gone on with, and every chat can go on
- SQLite finds its file sound

With --postgres everything is kept on a Postgres server of its own (Scripts/peers/postgres.py), which crashes and starts again now and
then too; what fails until it is there again is sent again. In the end it is copied into a file by `companion copy`, and looked at there.

It ends with 1 and says the seed where one does not hold. The same seed draws the same plan; when a signal arrives stays chance.
"""

import argparse
import collections
import json
import pathlib
import queue
import random
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid

LONGEST_WAIT = 60  # seconds for an event, or for the end of a process
CHATS = 4

Message = collections.namedtuple("Message", "name text")


class Died(Exception):
    """The process has ended, and all that it had written is read."""


class Talk:
    """A `companion chat` in a pipe. Its events are read to the last one, also after it was killed."""

    def __init__(self, command):
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8")
        self.lines = queue.SimpleQueue()
        threading.Thread(target=self.read, daemon=True).start()
        self.killers = []
        self.chat = None

    def read(self):
        for line in self.process.stdout:
            self.lines.put(line)
        self.lines.put(None)

    def kill_after(self, seconds):
        self.killers.append(threading.Timer(seconds, self.process.kill))
        self.killers[-1].start()

    def send(self, message):
        try:
            print(json.dumps({"text": message.text, "client_id": message.name}), file=self.process.stdin, flush=True)
        except BrokenPipeError:
            pass # the end of its events says so too

    def event(self):
        try:
            line = self.lines.get(timeout=LONGEST_WAIT)
        except queue.Empty:
            raise SystemExit(f"error: no event within {LONGEST_WAIT} s") from None
        # A line without its end was cut by the kill.
        if line is None or not line.endswith("\n"):
            raise Died
        return json.loads(line)

    def end(self):
        """Closes the input, waits, and answers the exit status and what stood on stderr."""
        for killer in self.killers:
            killer.cancel()
        try:
            self.process.stdin.close()
        except BrokenPipeError:
            pass
        with self.process.stderr:
            errors = self.process.stderr.read()
        status = self.process.wait(LONGEST_WAIT)
        for killer in self.killers:
            killer.join()
        return status, errors


class Server:
    """A Postgres server of its own, which can be made to crash."""

    LONGEST_RECOVERY = 20  # seconds in which errors are no faults

    def __init__(self):
        script = pathlib.Path(__file__).parent / "peers/postgres.py"
        self.process = subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        answer = self.process.stdout.readline()
        if not answer.startswith("READY"):
            raise SystemExit(f"error: no Postgres server: {answer}")
        self.url = answer.split("=", 1)[1].strip()
        self.crashes, self.crashed_at = 0, -LONGEST_WAIT

    def crash(self):
        self.process.send_signal(signal.SIGHUP)
        self.crashes, self.crashed_at = self.crashes + 1, time.monotonic()

    def is_recovering(self):
        return time.monotonic() - self.crashed_at < self.LONGEST_RECOVERY

    def stop(self):
        self.process.terminate()
        self.process.wait(LONGEST_WAIT)


class Failed(Exception):
    """A turn failed because the server was away."""


class KillTest:
    def __init__(self, options, folder, server):
        self.server = server
        self.options = options
        self.random = random.Random(options.seed)
        self.file = folder / "companion.sqlite"
        self.database = server.url if server else self.file
        self.chats = []
        self.recorded = {}  # message id: Message
        self.finished = {}  # reply id: event
        self.answered = set()  # names of messages
        self.starts, self.turns = [0.3], [0.03]  # seconds that starting and a turn took
        self.kills = collections.Counter()
        self.faults = []

    def command(self, chat):
        where = ["--chat", chat] if chat else ["--new"]
        return [self.options.companion, "chat", "--json", "--database", self.database, *where, *self.options.more]

    def start(self, chat):
        """A process in this chat; where it is None, in a new or in a known one. Kills it while it starts, now and then."""
        is_new = len(self.chats) < CHATS and self.random.random() < 0.3 or not self.chats
        talk = Talk(self.command(chat or (None if is_new else self.random.choice(self.chats))))
        if self.random.random() < 0.2:
            self.kills["while starting"] += 1
            talk.kill_after(self.random.uniform(0, 1.1) * statistics.median(self.starts))
        begin = time.monotonic()
        try:
            opening = talk.event()
            if opening["type"] != "chat" and self.server and self.server.is_recovering():
                raise Died
            if opening["type"] != "chat":
                self.faults.append(f"the first event is {opening}")
                raise Died
            self.starts.append(time.monotonic() - begin)
            talk.chat = opening["chat"]
            if talk.chat not in self.chats:
                self.chats.append(talk.chat)
        except Died:
            self.over(talk)
            return None
        return talk

    def over(self, talk):
        """The process has died: by our hand, or by its own fault."""
        status, errors = talk.end()
        if status != -9 and not (self.server and self.server.is_recovering()):
            self.faults.append(f"a process ended with {status}: {errors.strip()}")

    def turn(self, talk, message):
        """Sends a message and reads to the end of its turn, noting what was promised on the way."""
        talk.send(message)
        reply = None
        while True:
            event = talk.event()
            if event["type"] == "started":
                reply = event["reply"]
                self.recorded[event["message"]] = message
            elif event["type"] == "finished":
                self.finished[event["message"]] = event
                self.answered.add(message.name)
                return
            elif event["type"] == "error" and self.server and self.server.is_recovering():
                raise Failed
            elif event["type"] == "error":
                self.faults.append(f"a turn failed after {reply}: {event}")
                return

    def run(self):
        # Each message, and the chat in which it was sent already: its name is known there and nowhere else.
        pending = collections.deque(
            (Message(f"m{number}", f"This is message {number} of {self.options.turns}."), None)
            for number in range(1, self.options.turns + 1))
        talk = None
        while pending and len(self.faults) < 5:
            if talk is None and (talk := self.start(pending[0][1])) is None:
                continue
            message = pending.popleft()[0]
            chance, plan = self.random.random(), "not at all"
            if chance < 0.7:
                plan = "within a turn"
                talk.kill_after(self.random.uniform(0, 1.2) * statistics.median(self.turns))
            if self.server and self.random.random() < 0.06:
                self.server.crash()
            begin = time.monotonic()
            try:
                self.turn(talk, message)
                self.turns.append(time.monotonic() - begin)
                if chance >= 0.9:
                    plan = "between turns"
                    talk.process.kill()
            except Failed:
                pending.appendleft((message, talk.chat))
                talk.process.kill()
                plan = "after an error of the server's"
            except Died:
                if plan == "not at all":
                    plan = "later than planned"  # by the signal that was to come while it started
                if self.random.random() < 0.7:
                    pending.appendleft((message, talk.chat))
            if plan != "not at all":
                talk.process.wait(LONGEST_WAIT)
                self.kills[plan] += 1
                self.over(talk)
                talk = None
        if talk:
            talk.end()
        if self.server:
            self.server.crash()
            while self.server.is_recovering():
                time.sleep(0.1)
        for chat in self.chats:
            self.go_on(chat)
        self.look()

    def go_on(self, chat):
        talk = Talk(self.command(chat))
        before = len(self.faults)
        try:
            talk.event()
            self.turn(talk, Message(f"last-of-{chat}", f"Are you still there, {chat}?"))
        except Died:
            self.faults.append(f"chat {chat} can't go on")
        status, errors = talk.end()
        if status != 0 and len(self.faults) == before:
            self.faults.append(f"chat {chat} can't go on: {status} {errors.strip()}")

    def look(self):
        """Compares the database with what was promised."""
        if self.server:
            subprocess.run([self.options.companion, "copy", "--database", self.database, "--to", self.file], check=True,
                           stdout=subprocess.DEVNULL)
        with sqlite3.connect(self.file) as database:
            rows = database.execute("""
                SELECT messages.id, messages.chat_id, position, author, client_id, alternatives.text, status
                FROM messages JOIN alternatives ON alternatives.user_id = messages.user_id
                    AND alternatives.chat_id = messages.chat_id AND alternatives.sequence = abs(messages.position)
                    AND alternatives.ordinal = messages.selected
                ORDER BY messages.chat_id, messages.position""").fetchall()
            generating, = database.execute(
                "SELECT count(*) FROM alternatives WHERE status = 'generating'").fetchone()
            sound, = database.execute("PRAGMA integrity_check").fetchone()
            orphans = database.execute("PRAGMA foreign_key_check").fetchall()
        found = {str(uuid.UUID(bytes=row[0])): row for row in rows}
        self.stored = len(rows)
        names = collections.Counter(row[4] for row in rows if row[4])
        texts = collections.Counter(row[5] for row in rows if row[3] == "user")
        positions = collections.defaultdict(list)
        for row in rows:
            positions[row[1]].append(row[2])

        def demand(holds, fault):
            if not holds:
                self.faults.append(fault)

        for identifier, message in self.recorded.items():
            row = found.get(identifier)
            demand(row and row[4:6] == message, f"recorded message {message} is {row}")
        for name in self.answered:
            demand(names[name] == 1, f"answered message {name} is there {names[name]} times")
        for text, count in texts.items():
            demand(count == 1, f"{text!r} is there {count} times")
        for identifier, event in self.finished.items():
            row = found.get(identifier)
            demand(row and row[5:] == (event["text"], event["status"]), f"reply {event} is {row}")
        for chat, numbers in positions.items():
            demand(numbers == list(range(1, len(numbers) + 1)), f"chat {uuid.UUID(bytes=chat)} is numbered {numbers}")
        demand(len(positions) >= len(self.chats), f"{len(self.chats)} chats began, {len(positions)} are there")
        demand(generating == 0, f"{generating} replies are still marked as being generated")
        demand(sound == "ok" and not orphans, f"SQLite finds faults: {sound} {orphans}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--turns", type=int, default=200)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--companion", default=str(pathlib.Path(__file__).parents[1] / ".build/debug/companion"))
    parser.add_argument("more", nargs="*", default=["--model", "offline"])
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    server = Server() if options.postgres else None
    try:
        with tempfile.TemporaryDirectory() as folder:
            test = KillTest(options, pathlib.Path(folder), server)
            test.run()
    finally:
        if server:
            server.stop()
    if server:
        print(f"the server crashed {server.crashes} times")
    kills = ", ".join(f"{count} {when}" for when, count in test.kills.items())
    print(f"{options.turns} messages in {len(test.chats)} chats; killed {test.kills.total()} times: {kills}")
    print(f"{len(test.recorded)} recorded and {len(test.finished)} finished were reported, {test.stored} are stored")
    for fault in test.faults:
        print(f"FAULT (seed {options.seed}): {fault}")
    print("nothing lost, nothing doubled, every chat goes on" if not test.faults else f"{len(test.faults)} faults")
    sys.exit(1 if test.faults else 0)


if __name__ == "__main__":
    main()
