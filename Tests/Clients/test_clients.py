"""What real clients, and hostile ones, find at the gateway: `companion-server` with its stand-in for a model, nothing else.

    Scripts/client-tests.sh [arguments of unittest]
"""

import base64
import contextlib
import json
import os
import pathlib
import shutil
import socket
import struct
import subprocess
import tempfile
import time
import unittest
import urllib.error
import urllib.request

import openai
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

ROOT = pathlib.Path(__file__).resolve().parents[2]
SERVER = os.environ.get("COMPANION_SERVER", str(ROOT / ".build/debug/companion-server"))
PATIENCE = float(os.environ.get("PATIENCE", "60"))  # seconds for what comes sooner or never
CARD = {"name": "Luna", "description": "She tends a garden at night.", "first_mes": "Hello."}


class GatewayCase(unittest.TestCase):
    """A server of its own, and somebody who is signed in."""

    pace = "20"  # milliseconds between the words of the stand-in

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="companion-clients-")
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            cls.port = listener.getsockname()[1]
        cls.url = f"http://127.0.0.1:{cls.port}"
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("COMPANION_", "OPENAI_"))}
        cls.log = open(f"{cls.folder}/log", "wb")
        cls.process = subprocess.Popen(
            [SERVER, "--port", str(cls.port), "--database", f"sqlite:{cls.folder}/db.sqlite", "--blobs", f"file:{cls.folder}/blobs",
             "--offline-pace", cls.pace],
            env=environment | {"HOME": cls.folder}, stdout=cls.log, stderr=cls.log)
        deadline = time.monotonic() + PATIENCE
        while True:
            with contextlib.suppress(OSError):
                if urllib.request.urlopen(f"{cls.url}/readyz", timeout=5).status == 200:
                    break
            if cls.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(pathlib.Path(f"{cls.folder}/log").read_text()[-4_000:])
            time.sleep(0.05)
        account = {"email": "ada@example.org", "password": "seven quiet lanterns", "name": "Ada"}
        cls.token = cls.call("POST", "/v1/accounts", account)["accessToken"]
        cls.key = cls.call("POST", "/v1/keys", {"name": "tests"})["key"]
        cls.character = cls.call("POST", "/v1/characters", CARD)["character"]["id"]

    @classmethod
    def tearDownClass(cls):
        cls.process.terminate()
        try:
            cls.process.wait(PATIENCE)
        finally:
            cls.process.kill()
            cls.log.close()
            shutil.rmtree(cls.folder, ignore_errors=True)

    token = None

    @classmethod
    def call(cls, method, path, body=None):
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {cls.token}"} if cls.token else {})
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(urllib.request.Request(cls.url + path, data, headers, method=method), timeout=PATIENCE) as r:
            text = r.read()
        return json.loads(text) if text else None

    @classmethod
    def chat(cls):
        return cls.call("POST", "/v1/chats", {"character": cls.character})["chat"]["id"]

    def alternatives(self, chat):
        return [len(m["alternatives"]) for m in self.call("GET", f"/v1/chats/{chat}/messages")["items"]]


class OpenAIClient(GatewayCase):
    """OpenAI's own Python client: each character is a model."""

    def setUp(self):
        self.client = openai.OpenAI(base_url=f"{self.url}/v1", api_key=self.key, max_retries=0)

    def test_characters_are_models(self):
        self.assertIn("luna", [model.id for model in self.client.models.list()])
        self.assertEqual(self.client.models.retrieve("luna").owned_by, "companion")

    def test_a_conversation_goes_on_in_its_chat(self):
        before = len(self.call("GET", "/v1/chats")["items"])
        said = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hello, who are you?"}]
        first = self.client.chat.completions.create(model="luna", messages=said)
        self.assertTrue(first.choices[0].message.content)
        self.assertGreater(first.usage.total_tokens, 0)
        said += [{"role": "assistant", "content": first.choices[0].message.content}, {"role": "user", "content": "And now?"}]
        pieces = list(self.client.chat.completions.create(
            model="luna", messages=said, stream=True, stream_options={"include_usage": True}))
        text = "".join(p.choices[0].delta.content or "" for p in pieces if p.choices)
        self.assertTrue(text)
        self.assertEqual(pieces[-1].choices, [])
        self.assertGreater(pieces[-1].usage.total_tokens, 0)
        self.assertIn("stop", [p.choices[0].finish_reason for p in pieces if p.choices])
        chats = self.call("GET", "/v1/chats")["items"]
        self.assertEqual(len(chats), before + 1, "one conversation is one chat")
        # Asked for again: another alternative, and no other message.
        self.client.chat.completions.create(model="luna", messages=said)
        self.assertEqual(self.alternatives(chats[0]["id"]), [1, 1, 1, 1, 2])

    def test_errors_are_of_the_kinds_that_it_knows(self):
        with self.assertRaises(openai.AuthenticationError):
            openai.OpenAI(base_url=f"{self.url}/v1", api_key="nonsense", max_retries=0).models.list()
        with self.assertRaises(openai.NotFoundError):
            self.client.chat.completions.create(model="nobody", messages=[{"role": "user", "content": "Hello"}])
        with self.assertRaises(openai.BadRequestError):
            self.client.chat.completions.create(model="luna", messages=[{"role": "assistant", "content": "Hello"}])


class Socket:
    """A connection by the package `websockets`."""

    def __init__(self, case, hello=None, **options):
        self.context = connect(f"ws://127.0.0.1:{case.port}/v1/socket", open_timeout=PATIENCE, **options)
        self.base = self.context.__enter__()
        if hello is not None:
            self.send(type="hello", token=case.token, **hello)
            self.ready = self.next("ready")

    def send(self, **message):
        self.base.send(json.dumps(message))

    def next(self, *types):
        while True:
            message = json.loads(self.base.recv(timeout=PATIENCE))
            if not types or message["type"] in types:
                return message

    def frames(self, until="finished"):
        frames = []
        while not frames or frames[-1]["type"] not in (until, "failed", "error"):
            frames.append(self.next())
        return frames

    def __enter__(self):
        return self

    def __exit__(self, *problem):
        self.context.__exit__(*problem)


class WebSocketClient(GatewayCase):
    def test_frames_have_numbers_without_gap(self):
        with Socket(self, {"chat": self.chat()}) as socket:
            socket.send(type="send", text="Hello there", ref="one")
            self.assertEqual(socket.next()["ref"], "one")
            frames = socket.frames()
            self.assertEqual([f["seq"] for f in frames], list(range(1, len(frames) + 1)))
            self.assertEqual("".join(f.get("text", "") for f in frames if f["type"] == "text"), frames[-1]["message"]["text"])

    def test_a_lost_connection_goes_on_where_it_was(self):
        chat = self.chat()
        with Socket(self, {"chat": chat}) as socket:
            socket.send(type="send", text="Tell me a long story, please.", id="story-1")
            first = [socket.next("started")]
            while first[-1]["type"] != "text":
                first.append(socket.next())
        with Socket(self, {}) as socket:
            socket.send(type="resume", reply=first[0]["reply"], after=first[-1]["seq"], turn=first[0]["turn"])
            rest = [f for f in socket.frames() if "seq" in f]
        numbers = [f["seq"] for f in first + rest]
        self.assertEqual(numbers, list(range(1, len(numbers) + 1)))
        text = "".join(f["text"] for f in first + rest if f["type"] == "text")
        self.assertEqual(text, rest[-1]["message"]["text"])
        # Sent again under its name it is the same message.
        with Socket(self, {"chat": chat}) as socket:
            socket.send(type="send", text="Tell me a long story, please.", id="story-1")
            self.assertTrue(socket.next("started")["isReplay"])
        self.assertEqual(len(self.call("GET", f"/v1/chats/{chat}/messages")["items"]), 3)

    def test_several_chats_and_several_readers(self):
        chats = [self.chat() for _ in range(3)]
        with Socket(self, {}) as socket, Socket(self, {}) as other:
            for chat in chats:
                socket.send(type="send", chat=chat, text="Hello there")
            replies = {socket.next("started")["reply"] for _ in chats}
            for reply in replies:
                other.send(type="resume", reply=reply)
            ended = {s: {s.next("finished")["reply"] for _ in chats} for s in (socket, other)}
            self.assertEqual(ended, {socket: replies, other: replies})

    def test_a_reply_can_be_stopped(self):
        with Socket(self, {"chat": self.chat()}) as socket:
            socket.send(type="send", text="Tell me a very long story, please.")
            reply = socket.next("started")["reply"]
            socket.next("text")
            socket.send(type="cancel", reply=reply)
            last = socket.next("finished")
            self.assertIn(last["message"]["status"], ("interrupted", "complete"))

    def test_whoever_does_not_say_who_they_are_is_shown_out(self):
        for first, code in [({"type": "ping"}, 4400), ("nonsense", 4400), ({"type": "hello", "token": "nonsense"}, 4401)]:
            with Socket(self) as socket, self.assertRaises(ConnectionClosed) as closed:
                socket.base.send(first if isinstance(first, str) else json.dumps(first))
                socket.next()
            self.assertEqual(closed.exception.rcvd.code, code, first)

    def test_a_header_does_too(self):
        with Socket(self, additional_headers={"Authorization": f"Bearer {self.key}"}) as socket:
            self.assertTrue(socket.next("ready")["user"])
            socket.send(type="send", text="Where?", ref="r")
            self.assertEqual(socket.next("error")["ref"], "r")
            socket.send(type="ping")
            socket.next("pong")

    def test_a_flood_ends_itself(self):
        with Socket(self, {}) as socket, self.assertRaises(ConnectionClosed) as closed:
            for _ in range(2_000):
                socket.send(type="ping")
            while True:
                socket.next()
        self.assertEqual(closed.exception.rcvd.code, 4429)

    def test_who_does_not_read_disturbs_nobody(self):
        chat = self.chat()
        with Socket(self, {"chat": chat}) as reader:
            reader.send(type="send", text="Hello there")
            reply = reader.next("started")["reply"]
            deaf = [Raw(self, token=self.key, reads=False) for _ in range(20)]
            for raw in deaf:
                raw.send(1, json.dumps({"type": "resume", "reply": reply}).encode())
            reader.next("finished")
            reader.send(type="send", text="And again")
            reader.next("finished")
            for raw in deaf:
                raw.close()


class Raw:
    """A client that writes what it likes."""

    def __init__(self, case, token=None, early=b"", headers=(), reads=True):
        self.socket = socket.create_connection(("127.0.0.1", case.port), timeout=PATIENCE)
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [
            "GET /v1/socket HTTP/1.1", f"Host: 127.0.0.1:{case.port}", "Upgrade: websocket", "Connection: Upgrade",
            f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13", *headers,
        ]
        if token:
            lines.append(f"Authorization: Bearer {token}")
        self.socket.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + early)
        self.buffer = b""
        while b"\r\n\r\n" not in self.buffer:
            self.more()
        self.head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)

    def more(self):
        data = self.socket.recv(65_536)
        if not data:
            raise EOFError
        self.buffer += data

    @staticmethod
    def frame(opcode, data=b"", fin=True, rsv=0, masked=True):
        key = os.urandom(4)
        size = len(data)
        head = bytes([fin << 7 | rsv << 4 | opcode])
        bit = masked << 7
        if size < 126:
            head += bytes([bit | size])
        elif size < 65_536:
            head += bytes([bit | 126]) + struct.pack(">H", size)
        else:
            head += bytes([bit | 127]) + struct.pack(">Q", size)
        body = bytes(b ^ key[i % 4] for i, b in enumerate(data)) if masked else data
        return head + (key if masked else b"") + body

    def send(self, opcode, data=b"", **options):
        with contextlib.suppress(OSError):
            self.socket.sendall(self.frame(opcode, data, **options))

    def take(self, count):
        while len(self.buffer) < count:
            self.more()
        data, self.buffer = self.buffer[:count], self.buffer[count:]
        return data

    def next(self):
        first, size = self.take(2)
        if size == 126:
            (size,) = struct.unpack(">H", self.take(2))
        elif size == 127:
            (size,) = struct.unpack(">Q", self.take(8))
        return first & 15, self.take(size)

    def close_code(self):
        while True:
            opcode, data = self.next()
            if opcode == 8:
                return struct.unpack(">H", data[:2])[0] if data else None

    def close(self):
        self.socket.close()


class Protocol(GatewayCase):
    """RFC 6455 and HTTP, byte by byte."""

    def code(self, *frames):
        raw = Raw(self, token=self.key)
        for frame in frames:
            with contextlib.suppress(OSError):
                raw.socket.sendall(frame)
        try:
            return raw.close_code()
        finally:
            raw.close()

    def test_what_must_not_be_closes_with_its_code(self):
        frame = Raw.frame
        hello = b'{"type":"ping"}'
        self.assertEqual(self.code(frame(1, hello, masked=False)), 1002)
        self.assertEqual(self.code(frame(1, hello, rsv=4)), 1002)
        self.assertEqual(self.code(frame(3)), 1002)
        self.assertEqual(self.code(frame(0, hello)), 1002)
        self.assertEqual(self.code(frame(1, b"{", fin=False), frame(1, hello)), 1002)
        self.assertEqual(self.code(frame(9, b"x" * 126)), 1002)
        self.assertEqual(self.code(frame(9, fin=False)), 1002)
        self.assertEqual(self.code(frame(2, hello)), 1003)
        self.assertEqual(self.code(frame(1, b'{"type":"\xff"}')), 1007)
        self.assertEqual(self.code(frame(1, b"\xed\xa0\x80")), 1007)
        self.assertEqual(self.code(frame(1, b"x" * 200_000)), 1009)
        self.assertEqual(self.code(*[frame(1 if i == 0 else 0, b"x" * 60_000, fin=False) for i in range(4)]), 1009)
        self.assertEqual(self.code(frame(1, b"[]")), 4400)

    def test_closing_is_answered_in_kind(self):
        for data, wanted in [(struct.pack(">H", 1000), 1000), (b"", None), (struct.pack(">H", 4321) + "über".encode(), 4321)]:
            self.assertEqual(self.code(Raw.frame(8, data)), wanted)
        for data in [b"\x03", struct.pack(">H", 1005), struct.pack(">H", 999)]:
            self.assertEqual(self.code(Raw.frame(8, data)), 1002)
        self.assertEqual(self.code(Raw.frame(8, struct.pack(">H", 1000) + b"\xff")), 1007)

    def test_fragments_and_pings_between_them(self):
        raw = Raw(self, token=self.key)
        raw.send(1, b'{"type":', fin=False)
        raw.send(9, b"between")
        raw.send(0, b'"pi', fin=False)
        raw.send(0, b'ng"}')
        seen = [raw.next() for _ in range(3)]
        self.assertIn((10, b"between"), seen)
        self.assertIn((1, b'{"type":"pong"}'), seen)
        raw.close()

    def test_what_comes_with_the_handshake_is_not_lost(self):
        raw = Raw(self, token=self.key, early=Raw.frame(1, b'{"type":"ping"}'))
        seen = [raw.next()[1] for _ in range(2)]
        self.assertIn(b'{"type":"pong"}', seen)
        raw.close()

    def test_other_origins_are_declined(self):
        raw = Raw(self, token=self.key, headers=["Origin: https://evil.example"])
        self.assertTrue(raw.head.startswith(b"HTTP/1.1 426"), raw.head)
        raw.close()
        raw = Raw(self, token=self.key, headers=[f"Origin: http://127.0.0.1:{self.port}"])
        self.assertTrue(raw.head.startswith(b"HTTP/1.1 101"), raw.head)
        raw.close()

    def http(self, *requests):
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as connection:
            answers = b""
            for request in requests:
                connection.sendall(request)
            connection.shutdown(socket.SHUT_WR)
            while data := connection.recv(65_536):
                answers += data
        return answers

    def test_http_besides(self):
        host = f"Host: 127.0.0.1:{self.port}\r\n".encode()
        h2c = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n"
        self.assertIn(b" 200 ", self.http(b"GET /healthz HTTP/1.1\r\n" + host + h2c + b"\r\n"))
        two = self.http(b"GET /healthz HTTP/1.1\r\n" + host + b"\r\n", b"GET /readyz HTTP/1.1\r\n" + host + b"\r\n")
        self.assertEqual(two.count(b'{"status":"ok"}'), 2, "pipelined")
        late = b"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
        answer = self.http(b"GET /healthz HTTP/1.1\r\n" + host + b"\r\n", b"GET /v1/socket HTTP/1.1\r\n" + host + late + b"\r\n")
        self.assertIn(b" 426 ", answer)
        self.assertIn(b" 400 ", self.http(b"nonsense\r\n\r\n"))


if __name__ == "__main__":
    unittest.main()
