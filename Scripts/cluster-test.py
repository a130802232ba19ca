#!/usr/bin/env python3
"""Two instances of companion-server on one Postgres and one Redis, behind haproxy with the haproxy.cfg of the repository.

    Scripts/cluster-test.py [--people 4] [--rounds 4] [--seed N] [--server .build/debug/companion-server]

People sign up and talk through the balancer. Amid their replies one instance is killed (SIGKILL), and started again; then the other.
Clients connect again and go on. Then must hold:

- who signed in on one instance is known to the other
- the frames of each reply are numbered without a gap, and none comes twice, on whatever instance the rest is read
- each message that was sent is kept once, and each reply that was reported as finished is kept as it was reported
- the messages of a chat are numbered without a gap, no reply is left as being written, and every chat can go on
- a day's limit holds where both instances are asked at the same time: not one message more, not one less
- at SIGTERM both end with 0, while replies run, and what came of these is kept

It ends with 1 and says the seed where one does not hold, and prints SKIP and ends with 0 where haproxy, Postgres or Redis is not installed.
The same seed draws the same plan; when a signal arrives stays chance.
"""

import argparse
import base64
import concurrent.futures
import http.client
import json
import os
import pathlib
import random
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import uuid

ROOT = pathlib.Path(__file__).resolve().parent.parent
LONGEST_WAIT = 120  # seconds for anything that must happen
MESSAGES_A_DAY = 7
LIMITED = "limit"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(what, condition, patience=LONGEST_WAIT):
    end = time.monotonic() + patience
    while True:
        try:
            if value := condition():
                return value
        except (OSError, http.client.HTTPException):
            pass
        except Refused as error:
            # Away for a moment, or behind a balancer that has not seen yet that it is there.
            if error.status not in (502, 503, 504):
                raise
        if time.monotonic() > end:
            raise AssertionError(f"{what} did not happen within {patience} s")
        time.sleep(0.05)


# What is asked, and how.

class Refused(Exception):
    def __init__(self, status, code):
        super().__init__(f"{status} {code}")
        self.status, self.code = status, code


def ask(port, method, path, body=None, token=None, key=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=LONGEST_WAIT)
    try:
        headers = {"Content-Type": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        if key:
            headers["Idempotency-Key"] = key
        connection.request(method, path, json.dumps(body) if body is not None else None, headers)
        answer = connection.getresponse()
        data = answer.read()
        value = json.loads(data) if data and "json" in answer.getheader("Content-Type", "") else None
        if answer.status >= 400:
            raise Refused(answer.status, (value or {}).get("code"))
        return value
    finally:
        connection.close()


class Socket:
    """A WebSocket, as far as the gateway's protocol needs one."""

    def __init__(self, port, token):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=LONGEST_WAIT)
        try:
            self.bytes = self.socket.makefile("rb")
            key = base64.b64encode(os.urandom(16)).decode()
            self.socket.sendall((f"GET /v1/socket HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                                 f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n").encode())
            if b" 101 " not in self.bytes.readline():
                raise ConnectionError("no WebSocket")
            while self.bytes.readline() not in (b"\r\n", b""):
                pass
            self.send({"type": "hello", "token": token})
            if (ready := self.receive())["type"] != "ready":
                raise ConnectionError(ready)
        except BaseException:
            self.socket.close()
            raise

    def send(self, message, opcode=1):
        data = message if opcode != 1 else json.dumps(message).encode()
        mask = os.urandom(4)
        size = len(data)
        head = bytes([0x80 | opcode])
        head += bytes([0x80 | size]) if size < 126 else bytes([0x80 | 126]) + struct.pack(">H", size)
        self.socket.sendall(head + mask + bytes(byte ^ mask[i % 4] for i, byte in enumerate(data)))

    def read(self, count):
        data = self.bytes.read(count)
        if len(data) < count:
            raise ConnectionError("the connection ended")
        return data

    def receive(self):
        while True:
            first, size = self.read(2)
            if size == 126:
                size, = struct.unpack(">H", self.read(2))
            elif size == 127:
                size, = struct.unpack(">Q", self.read(8))
            data = self.read(size)
            match first & 15:
                case 1:
                    return json.loads(data)
                case 8:
                    raise ConnectionError(f"closed: {data!r}")
                case 9:
                    self.send(data, 10)

    def close(self):
        self.bytes.close()
        self.socket.close()


# What runs.

class Peer:
    """A server of Scripts/peers; its addresses, or None where it is not installed."""

    def __init__(self, name):
        self.process = subprocess.Popen(
            [sys.executable, ROOT / f"Scripts/peers/{name}.py"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True)
        line = self.process.stdout.readline()
        while line and not line.startswith(("READY", "SKIP")):
            line = self.process.stdout.readline()
        self.values = dict(pair.split("=", 1) for pair in line.split()[1:]) if line.startswith("READY") else None

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()


class Instance:
    def __init__(self, cluster, name):
        self.cluster, self.name, self.port, self.process = cluster, name, free_port(), None
        self.starts = 0

    def start(self):
        self.starts += 1
        with open(self.cluster.folder / f"{self.name}-{self.starts}.log", "wb") as log:
            self.process = subprocess.Popen(
                [self.cluster.server, "--port", str(self.port), *self.cluster.options], stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, env={"HOME": str(self.cluster.folder), "PATH": os.environ["PATH"]})

    def is_ready(self):
        if self.process.poll() is not None:
            raise AssertionError(f"{self.name} ended with {self.process.returncode}:\n{self.log()}")
        return ask(self.port, "GET", "/readyz")

    def kill(self):
        self.process.kill()
        self.process.wait(30)

    def log(self):
        return (self.cluster.folder / f"{self.name}-{self.starts}.log").read_text(errors="replace")[-4000:]


class Cluster:
    def __init__(self, server, folder, postgres, redis):
        self.server, self.folder = server, folder
        plan = folder / "plan.json"
        plan.write_text(json.dumps({"tiers": [{"name": "free", "limits": {"messagesPerDay": MESSAGES_A_DAY}}]}))
        key = folder / "key.pem"
        subprocess.run(["openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", key], check=True)
        self.options = [
            "--database", postgres, "--cache", redis, "--blobs", f"file:{folder}/blobs", "--signing-key", str(key),
            "--plan", str(plan), "--model", "offline", "--offline-pace", "40", "--trusted-proxies", "127.0.0.1",
            "--drain-timeout", "2"]
        self.instances = [Instance(self, "one"), Instance(self, "two")]
        self.port = free_port()
        self.balancer = None

    def start(self):
        for instance in self.instances:
            instance.start()
        for instance in self.instances:
            wait_for(f"the start of {instance.name}", instance.is_ready)
        # What the repository ships, at other addresses.
        text = (ROOT / "haproxy.cfg").read_text()
        text, binds = re.subn(r"bind :8080", f"bind 127.0.0.1:{self.port}", text)
        servers = 0
        for instance in self.instances:
            text, count = re.subn(rf"server {instance.name} \S+.*", f"server {instance.name} 127.0.0.1:{instance.port}", text)
            servers += count
        assert (binds, servers) == (1, 2), "haproxy.cfg has other servers than this test expects"
        # A machine of tests may have few file descriptors.
        text = re.sub(r"maxconn \d+", "maxconn 200", text)
        configuration = self.folder / "haproxy.cfg"
        configuration.write_text(text)
        self.balancer = subprocess.Popen(
            ["haproxy", "-db", "-f", configuration], stdin=subprocess.DEVNULL,
            stdout=open(self.folder / "haproxy.log", "wb"), stderr=subprocess.STDOUT)
        wait_for("the balancer's start", lambda: ask(self.port, "GET", "/healthz"))

    def stop(self):
        for process in [instance.process for instance in self.instances] + [self.balancer]:
            if process and process.poll() is None:
                process.kill()
                process.wait(30)


# Who talks.

LINES = [" ".join(f"word{i}{letter}" for i in range(45)) for letter in "abcdef"]


class Person:
    def __init__(self, cluster, name):
        self.cluster, self.name = cluster, name
        self.email, self.password = f"{name}@example.org", f"a password of {name}"
        self.sent, self.finished = [], {}
        self.connections = self.resumptions = self.interruptions = 0
        self.faults = []

    def sign_up(self):
        answer = ask(self.cluster.port, "POST", "/v1/accounts", {"email": self.email, "password": self.password, "name": self.name})
        self.token = answer["accessToken"]

    def begin(self, lines=LINES):
        card = {"spec": "chara_card_v3", "spec_version": "3.0", "data": {
            "name": f"Echo of {self.name}", "description": "Talks much.", "first_mes": lines[0],
            "mes_example": "\n".join(f"<START>\n{{{{user}}}}: Say {i}.\n{{{{char}}}}: {line}" for i, line in enumerate(lines)),
            "alternate_greetings": [], "extensions": {}, "tags": [], "creator": "", "character_version": "",
            "personality": "", "scenario": "", "system_prompt": "", "post_history_instructions": "", "creator_notes": "",
            "group_only_greetings": []}}
        self.character = ask(self.cluster.port, "POST", "/v1/characters", card, self.token)["character"]["id"]
        self.chat = self.new_chat()

    def new_chat(self):
        return ask(self.cluster.port, "POST", "/v1/chats", {"character": self.character}, self.token)["chat"]["id"]

    def connect(self):
        self.connections += 1
        return wait_for(f"a connection of {self.name}", lambda: Socket(self.cluster.port, self.token))

    def say(self, text):
        """Says something, and reads the reply to its end, on as many connections as it takes."""
        name = str(uuid.uuid4())
        self.sent.append(text)
        self.follow({"type": "send", "chat": self.chat, "text": text, "id": name})

    def follow(self, command):
        reply, last, end = None, 0, time.monotonic() + LONGEST_WAIT
        while time.monotonic() < end:
            connection = self.connect()
            try:
                if reply is None:
                    connection.send(command)
                else:
                    self.resumptions += 1
                    connection.send({"type": "resume", "reply": reply, "after": last})
                while True:
                    frame = connection.receive()
                    if frame["type"] == "error":
                        # Still held by the instance that died, or away for a moment.
                        if frame["code"] in ("busy", "unavailable", "timedOut", "conflict"):
                            time.sleep(0.2)
                            raise ConnectionError(frame)
                        raise AssertionError(f"{self.name}: {frame}")
                    if "seq" not in frame:
                        continue
                    if reply is None:
                        reply = frame["reply"]
                    if frame["reply"] != reply or frame["seq"] != last + 1:
                        raise AssertionError(f"{self.name}: after {last} of {reply} came {frame}")
                    last = frame["seq"]
                    if frame["type"] == "failed":
                        raise AssertionError(f"{self.name}: {frame}")
                    if frame["type"] == "finished":
                        return self.end(frame["message"])
            except (OSError, ConnectionError):
                continue
            finally:
                connection.close()
        raise AssertionError(f"{self.name} got no end of {reply} within {LONGEST_WAIT} s")

    def end(self, message):
        if message["status"] == "interrupted":
            self.interruptions += 1
            # It can be continued, and is the same message.
            return self.follow({"type": "continue", "chat": self.chat})
        if message["status"] != "complete":
            raise AssertionError(f"{self.name}: a reply ended as {message['status']}")
        self.finished[message["id"]] = message["text"]

    def messages(self, chat=None):
        items, after = [], None
        while True:
            path = f"/v1/chats/{chat or self.chat}/messages?limit=100&after={after or 0}"
            page = ask(self.cluster.port, "GET", path, token=self.token)
            items += page["items"]
            if not page.get("next") or not page["items"]:
                return items
            after = page["next"]

    def check(self):
        messages = self.messages()
        numbers = [message["sequence"] for message in messages]
        if numbers != list(range(numbers[0], numbers[0] + len(numbers))):
            yield f"{self.name}: messages are numbered {numbers}"
        said = [message["text"] for message in messages if message["author"] == "user"]
        if said != self.sent:
            yield f"{self.name} said {self.sent}, and kept is {said}"
        kept = {message["id"]: message for message in messages}
        for name, text in self.finished.items():
            if kept.get(name, {}).get("text") != text:
                yield f"{self.name}: the reply {name} is not kept as it was reported"
        for message in messages:
            if message["status"] != "complete":
                yield f"{self.name}: {message['id']} is left as {message['status']}"
        if len(self.finished) != len(self.sent):
            yield f"{self.name} got {len(self.finished)} replies to {len(self.sent)} messages"


def talk(people, rounds, chaos):
    """All talk at the same time, while `chaos` does its work."""
    faults = []

    def one(person):
        try:
            for number in range(rounds):
                person.say(f"Message {number} of {person.name}.")
        except Exception as error:  # noqa: BLE001: each is a fault of what is tested
            faults.append(f"{person.name}: {type(error).__name__}: {error}")

    threads = [threading.Thread(target=one, args=(person,), daemon=True) for person in people]
    for thread in threads:
        thread.start()
    chaos()
    for thread in threads:
        thread.join(LONGEST_WAIT * rounds)
        if thread.is_alive():
            faults.append("somebody never got an end")
    return faults


def check_limit(cluster, person):
    """Both instances are asked at the same time, for more than a day's messages."""
    chats = [person.new_chat() for _ in range(MESSAGES_A_DAY * 2)]

    def one(number):
        port = cluster.instances[number % 2].port
        try:
            ask(port, "POST", f"/v1/chats/{chats[number]}/messages", {"text": "Hello."}, person.token)
            return "taken"
        except Refused as error:
            return error.code

    with concurrent.futures.ThreadPoolExecutor(len(chats)) as pool:
        answers = list(pool.map(one, range(len(chats))))
    taken = answers.count("taken")
    if taken != MESSAGES_A_DAY:
        yield f"of {MESSAGES_A_DAY} messages a day {taken} were taken: {answers}"
    used = ask(cluster.port, "GET", "/v1/me/usage", token=person.token)["messagesToday"]["used"]
    if used != taken:
        yield f"{taken} messages were taken, and {used} counted"


def check_drain(cluster, person):
    """SIGTERM amid a reply that takes longer than the server waits."""
    connection = Socket(cluster.port, person.token)
    connection.send({"type": "send", "chat": person.chat, "text": "The last one.", "id": str(uuid.uuid4())})
    frame = connection.receive()
    while frame["type"] != "text":
        frame = connection.receive()
    start = time.monotonic()
    for instance in cluster.instances:
        instance.process.terminate()
    for instance in cluster.instances:
        try:
            status = instance.process.wait(LONGEST_WAIT)
        except subprocess.TimeoutExpired:
            yield f"{instance.name} does not end at SIGTERM:\n{instance.log()}"
            continue
        if status != 0:
            yield f"{instance.name} ended with {status} at SIGTERM:\n{instance.log()}"
    print(f"  ended within {time.monotonic() - start:.1f} s of SIGTERM amid a reply")
    connection.close()
    for instance in cluster.instances:
        instance.start()
    for instance in cluster.instances:
        wait_for(f"the start of {instance.name}", instance.is_ready)
    wait_for("the balancer", lambda: ask(cluster.port, "GET", "/readyz"))
    last = person.messages()[-1]
    if last["author"] != "character" or last["status"] not in ("interrupted", "complete") or not last["text"]:
        yield f"what came of a reply before the end is kept as {last}"


def run(cluster, people, rounds, generator):
    cluster.start()
    for person in people:
        person.sign_up()
        person.begin(["Yes."] if person.name == LIMITED else LINES)
    one, two = cluster.instances
    session = ask(one.port, "POST", "/v1/sessions", {"email": people[0].email, "password": people[0].password})
    me = ask(two.port, "GET", "/v1/me", token=session["accessToken"])
    faults = [] if me["name"] == people[0].name else ["who signed in on one instance is somebody else on the other"]

    def chaos():
        for victim in generator.sample(cluster.instances, 2):
            time.sleep(generator.uniform(1, 2.5))
            print(f"  kill -9 {victim.name}")
            victim.kill()
            time.sleep(generator.uniform(0.5, 2))
            victim.start()
            wait_for(f"the start of {victim.name}", victim.is_ready)

    talkers = [person for person in people if person.name != LIMITED]
    faults += talk(talkers, rounds, chaos)
    for person in talkers:
        faults += person.check()
    connections, resumed, interrupted = (
        sum(getattr(person, name) for person in talkers) for name in ("connections", "resumptions", "interruptions"))
    messages = sum(len(person.sent) for person in talkers)
    print(f"  {messages} messages, {connections} connections, {resumed} times resumed, {interrupted} replies continued after a death")
    if connections <= messages:
        faults.append("nobody lost a connection: the kills met no reply")
    faults += check_limit(cluster, people[-1])
    faults += check_drain(cluster, talkers[0])
    return faults


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=4, choices=range(1, MESSAGES_A_DAY - 1))
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000_000))
    parser.add_argument("--server", type=pathlib.Path, default=ROOT / ".build/debug/companion-server")
    arguments = parser.parse_args()
    if shutil.which("haproxy") is None:
        print("SKIP haproxy is not installed")
        return 0
    print(f"seed {arguments.seed}, {arguments.people} people, {arguments.rounds} messages each")
    folder = pathlib.Path(tempfile.mkdtemp(prefix="companion-cluster-"))
    peers, cluster, faults = [], None, []
    try:
        peers = [Peer("postgres"), Peer("redis")]
        if any(peer.values is None for peer in peers):
            print("SKIP Postgres or Redis is not installed")
            return 0
        cluster = Cluster(
            arguments.server.resolve(), folder, peers[0].values["COMPANION_POSTGRES_URL"], peers[1].values["COMPANION_REDIS_URL"])
        names = [f"p{number}" for number in range(arguments.people)] + [LIMITED]
        faults = run(cluster, [Person(cluster, name) for name in names], arguments.rounds, random.Random(arguments.seed))
    except Exception as error:  # noqa: BLE001: whatever it is, it is told with the seed
        faults.append(f"{type(error).__name__}: {error}")
        if cluster:
            faults += [f"{instance.name}:\n{instance.log()}" for instance in cluster.instances if instance.starts]
    finally:
        if cluster:
            cluster.stop()
        for peer in peers:
            peer.stop()
        shutil.rmtree(folder, ignore_errors=True)
    for fault in faults:
        print(f"  FAULT {fault}")
    print(f"seed {arguments.seed}: {'FAILED' if faults else 'nothing lost, nothing doubled'}")
    return 1 if faults else 0


if __name__ == "__main__":
    # A signal ends it as an error does: with what it started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sys.exit(main())
