"""The server on every store that has an address at once: Postgres, vectors by pgvector or at Pinecone, S3 and Redis. A person's time with it,
from signing up to being erased; and what happens while each store is away."""

import base64
import contextlib
import http.client
import io
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.parse
import uuid
import zipfile

from peers import PATIENCE, ROOT, Peer, free_port, wait_for

sys.path.insert(0, str(ROOT / "Tests/Browser"))
from model import DIMENSIONS, ScriptedModel  # noqa: E402

SERVER = os.environ.get("COMPANION_SERVER", str(ROOT / ".build/debug/companion-server"))
COMPANION = pathlib.Path(SERVER).with_name("companion")
PASSWORD = "seven quiet lanterns"
# A picture of one pixel.
PICTURE = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")


class Gate:
    """A way to a server that can be closed and opened again: who stands behind it is away meanwhile."""

    def __init__(self, port):
        self.target = port
        self.listener = None
        self.lock, self.sockets = threading.Lock(), set()
        self.port = free_port()
        self.open()

    def open(self):
        self.listener = socket.create_server(("127.0.0.1", self.port), backlog=128)
        threading.Thread(target=self.accept, args=(self.listener,), daemon=True).start()

    def close(self):
        # A thread that waits in accept() keeps the port.
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        with self.lock:
            sockets, self.sockets = self.sockets, set()
        for one in sockets:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def accept(self, listener):
        while True:
            try:
                here, _ = listener.accept()
            except OSError:
                return
            try:
                there = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                here.close()
                continue
            with self.lock:
                self.sockets |= {here, there}
            for one, other in ((here, there), (there, here)):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                threading.Thread(target=self.carry, args=(one, other), daemon=True).start()

    def carry(self, one, other):
        with contextlib.suppress(OSError):
            while data := one.recv(65_536):
                other.sendall(data)
        for end in (one, other):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        with self.lock:
            self.sockets.discard(one)
        one.close()


def behind(gate, address):
    """The address, by way of the gate."""
    return re.sub(r":\d+(?=/|$)", f":{gate.port}", address, count=1)


def port_of(address):
    return int(re.search(r"(?:localhost|127\.0\.0\.1):(\d+)", address)[1])


class Refused(Exception):
    def __init__(self, status, text):
        super().__init__(f"{status} {text}")
        self.status = status


class Everything:
    """What is tested of both: see the classes at the end."""

    vectors = None  # the name of the peer
    blobs = None

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="companion-everything-")
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cls.model = ScriptedModel()
        cls.addClassCleanup(cls.model.close)
        peers = {}
        for name in ("postgres", "redis", cls.vectors, cls.blobs):
            peers[name] = Peer(name)
            cls.addClassCleanup(peers[name].stop)
        cls.addresses = {
            "database": peers["postgres"]["POSTGRES_URL"], "cache": peers["redis"]["REDIS_URL"],
            "blobs": peers[cls.blobs]["MOTO_URL" if cls.blobs == "s3-moto" else "S3API_URL"],
            "vectors": peers[cls.vectors]["PGVECTOR_URL" if cls.vectors == "pgvector" else "PINECONE_URL"]}
        cls.gates = {part: Gate(port_of(address)) for part, address in cls.addresses.items()}
        for gate in cls.gates.values():
            cls.addClassCleanup(gate.close)
        ways = {part: behind(cls.gates[part], address) for part, address in cls.addresses.items()}
        cls.pinecone = cls.vectors == "pinecone-like" and peers[cls.vectors]
        cls.vector_address = f"pinecone://companion?control={ways['vectors']}" if cls.pinecone else ways["vectors"]
        blobs = f"s3://companion-test/{uuid.uuid4()}?endpoint={urllib.parse.quote(ways['blobs'], safe='')}&style=path"
        key = pathlib.Path(cls.folder, "key.pem")
        subprocess.run(["openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", key], check=True)
        cls.port = free_port()
        cls.arguments = [
            SERVER, "--port", str(cls.port), "--database", ways["database"], "--cache", ways["cache"], "--blobs", blobs,
            "--vectors", cls.vector_address, "--signing-key", str(key), "--model", "scripted", "--openai-api", "chat",
            "--openai-base-url", cls.model.url, "--embedding-model", "scripted-embedding",
            "--embedding-dimensions", str(DIMENSIONS), "--speech", "openai"]
        cls.environment = {k: v for k, v in os.environ.items() if not k.startswith(("COMPANION_", "OPENAI_"))} | {
            "HOME": cls.folder, "OPENAI_API_KEY": "scripted", "PINECONE_API_KEY": cls.pinecone["PINECONE_KEY"] if cls.pinecone else "",
            # The keys of Scripts/peers/s3-swift.py; moto takes any.
            "AWS_ACCESS_KEY_ID": "test:tester", "AWS_SECRET_ACCESS_KEY": "testing"}
        cls.log = open(f"{cls.folder}/log", "ab")
        cls.addClassCleanup(cls.log.close)
        cls.process = None
        cls.addClassCleanup(cls.stop)
        cls.start()

    @classmethod
    def start(cls):
        cls.process = subprocess.Popen(cls.arguments, env=cls.environment, stdout=cls.log, stderr=cls.log)

        def is_ready():
            if cls.process.poll() is not None:
                raise RuntimeError(pathlib.Path(f"{cls.folder}/log").read_text()[-4_000:])
            return cls.ready() == (200, "ok", [])

        wait_for("the server's start", is_ready)

    @classmethod
    def stop(cls):
        if cls.process and cls.process.poll() is None:
            cls.process.terminate()
            cls.process.wait(PATIENCE)

    # What is asked

    token = None

    @classmethod
    def ask(cls, method, path, body=None, kind="application/json", headers=(), raw=False):
        connection = http.client.HTTPConnection("127.0.0.1", cls.port, timeout=PATIENCE)
        with contextlib.closing(connection):
            fields = {"Content-Type": kind} | ({"Authorization": f"Bearer {cls.token}"} if cls.token else {}) | dict(headers)
            connection.request(method, path, body if isinstance(body, bytes) else None if body is None else json.dumps(body), fields)
            answer = connection.getresponse()
            data = answer.read()
        if answer.status >= 400:
            raise Refused(answer.status, data.decode())
        return data if raw else json.loads(data) if data else None

    @classmethod
    def ready(cls):
        """How the server says that it is: the status, the word for it, and what is away."""
        connection = http.client.HTTPConnection("127.0.0.1", cls.port, timeout=PATIENCE)
        with contextlib.closing(connection):
            connection.request("GET", "/readyz")
            answer = connection.getresponse()
            told = json.loads(answer.read())
        return answer.status, told["status"] if answer.status == 200 else told["detail"], told.get("away", [])

    @classmethod
    def sign_up(cls, name):
        cls.token = None
        email = f"{name.lower()}-{uuid.uuid4().hex[:8]}@example.org"
        signed_in = cls.ask("POST", "/v1/accounts", {"email": email, "password": PASSWORD, "name": name})
        cls.token = signed_in["accessToken"]
        return email, signed_in["user"]["id"]

    def say(self, chat, text):
        return self.ask("POST", f"/v1/chats/{chat}/messages", {"text": text}, headers={"Idempotency-Key": uuid.uuid4().hex})

    def found(self, query, character):
        """What would be recalled, with how much meaning counted."""
        items = self.ask("GET", f"/v1/memories/search?q={urllib.parse.quote(query)}&character={character}")["items"]
        return [(item["text"], item["scores"]) for item in items if "Miso" in item["text"]]

    # A person's time

    def test_from_signing_up_to_being_erased(self):
        email, person = self.sign_up("Robinia")
        self.ask("PATCH", "/v1/me", {"preferences": {"ageBand": "adult"}})
        card = (ROOT / "Scripts/Characters/luna.json").read_bytes()
        character = self.ask("POST", "/v1/characters", card)["character"]["id"]
        image = self.ask("PUT", f"/v1/characters/{character}/image", PICTURE, "image/png")["image"]
        self.assertEqual(self.ask("GET", image, raw=True), PICTURE)
        chat = self.ask("POST", "/v1/chats", {"character": character})["chat"]["id"]
        reply = self.say(chat, "I have a grey cat called Miso.")["reply"]
        self.assertIn("Miso", reply["text"])
        self.assertEqual(self.ask("POST", f"/v1/chats/{chat}/memories/extract", {})["learnt"], 1)
        # Nothing of the words of the question is in the memory; its meaning is.
        question = "Which pet lives with me?"
        wait_for("the index", lambda: any(scores.get("meaning", 0) > 0 for _, scores in self.found(question, character)))

        # The second day: a process that knows nothing yet, and another chat.
        self.stop()
        self.start()
        type(self).token = None
        type(self).token = self.ask("POST", "/v1/sessions", {"email": email, "password": PASSWORD})["accessToken"]
        later = self.ask("POST", "/v1/chats", {"character": character})["chat"]["id"]
        self.say(later, question)
        prompt = next(text for text in reversed(self.model.prompts()) if question in text)
        self.assertIn("cat called Miso", prompt)

        sound = self.ask("GET", f"/v1/messages/{reply['id']}/speech", raw=True)
        self.assertEqual(sound[:4], b"RIFF")
        self.assertEqual(self.ask("POST", "/v1/speech/transcriptions", sound, "audio/wav")["text"], self.model.heard)
        # It is kept once it was heard.
        kept = [name for name in self.blobs_of(person) if "/speech/" in name]
        self.assertEqual(len(kept), 1)

        files = zipfile.ZipFile(io.BytesIO(self.ask("GET", "/v1/me/export", raw=True)))
        everything = {name: files.read(name) for name in files.namelist()}
        words = b"".join(everything.values())
        for part in (b"grey cat called Miso", email.encode(), PICTURE):
            self.assertTrue(part in words, (part, sorted(everything)))
        self.assertTrue(any("speech" in name for name in everything), sorted(everything))

        before = self.traces(person, email)
        self.assertEqual({part for part, found in before.items() if found}, {"database", "cache", "vectors", "blobs"}, before)
        receipt = self.ask("DELETE", "/v1/me?confirm=true")["id"]
        erased = wait_for("the erasure", lambda: (told := self.ask("GET", f"/v1/erasures/{receipt}")).get("finishedAt") and told)
        self.assertEqual(self.traces(person, email), {"database": [], "cache": [], "vectors": [], "blobs": []}, erased)
        with self.assertRaises(Refused):
            self.ask("POST", "/v1/sessions", {"email": email, "password": PASSWORD})

    # What is found of a person, in the stores themselves

    def traces(self, person, email):
        marks = [person, person.replace("-", ""), email, "Miso", "Robinia"]
        database = self.dump(self.addresses["database"])
        vectors = self.vectors_of(person) if self.pinecone else self.lines(self.dump(self.addresses["vectors"]), marks)
        return {
            "database": self.lines(database, marks), "cache": self.keys_of(person), "vectors": vectors,
            "blobs": self.blobs_of(person)}

    @staticmethod
    def lines(text, marks):
        return [line[:200] for line in text.splitlines() if any(mark in line for mark in marks)]

    @staticmethod
    def dump(address):
        """Every row of every table, as text."""

        def ask(*statements):
            program = shutil.which("psql") or str(max(pathlib.Path("/usr/lib/postgresql").glob("*/bin/psql")))
            words = [word for statement in statements for word in ("-c", statement)]
            told = subprocess.run([program, "--no-psqlrc", "-At", *words, address], capture_output=True, text=True)
            if told.returncode != 0:
                raise RuntimeError(told.stderr)
            return told.stdout

        tables = ask("SELECT quote_ident(table_schema) || '.' || quote_ident(table_name) FROM information_schema.tables "
                     "WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')").split()
        return ask(*[f"SELECT '{table} ' || t::text FROM {table} t" for table in tables])

    def redis(self, *words):
        url = urllib.parse.urlsplit(self.addresses["cache"])
        return subprocess.run(
            ["redis-cli", "-p", str(url.port), "--user", url.username, "--pass", urllib.parse.unquote(url.password), "--no-auth-warning",
             *words], capture_output=True, text=True, check=True).stdout.split("\n")

    def keys_of(self, person):
        # What counts requests goes by itself, within the minute that is counted.
        keys = [key for key in self.redis("--scan") if person in key]
        return [key for key in keys if not 0 <= int(self.redis("TTL", key)[0]) <= 120]

    def blobs_of(self, person):
        import boto3

        client = boto3.client(
            "s3", endpoint_url=self.addresses["blobs"], region_name="us-east-1",
            aws_access_key_id=self.environment["AWS_ACCESS_KEY_ID"], aws_secret_access_key=self.environment["AWS_SECRET_ACCESS_KEY"])
        pages = client.get_paginator("list_objects_v2").paginate(Bucket="companion-test")
        return [item["Key"] for page in pages for item in page.get("Contents", []) if person in item["Key"]]

    def vectors_of(self, person):
        from pinecone import Pinecone

        client = Pinecone(api_key=self.pinecone["PINECONE_KEY"], host=self.addresses["vectors"])
        found = []
        for index in client.list_indexes():
            stats = client.Index(host=index.host).describe_index_stats()
            found += [name for name in stats.namespaces if person in name]
        return found

    # What happens while a store is away

    def test_a_store_that_is_away_is_named_and_comes_back_by_itself(self):
        self.sign_up("Alder")
        card = (ROOT / "Scripts/Characters/luna.json").read_bytes()
        character = self.ask("POST", "/v1/characters", card)["character"]["id"]
        chat = self.ask("POST", "/v1/chats", {"character": character})["chat"]["id"]
        self.say(chat, "Before.")
        for part, gate in self.gates.items():
            with self.subTest(part):
                gate.close()
                try:
                    wanted = (503, f"Away: {part}.", []) if part == "database" else (200, "degraded", [part])
                    wait_for(f"that {part} is missed", lambda: self.ready() == wanted)
                    begun = time.monotonic()
                    if part == "database":
                        with self.assertRaises(Refused) as refused:
                            self.say(chat, "Into the void.")
                        self.assertEqual(refused.exception.status, 503)
                    else:
                        # Less is there than usual, and talking goes on.
                        self.assertEqual(self.say(chat, f"Without {part}.")["reply"]["status"], "complete")
                    self.assertLess(time.monotonic() - begun, 30)
                    if part == "database" or part == "vectors" and self.pinecone:
                        self.assertEqual(self.doctor(), 1)
                        self.assertRegex(self.told, r"(?m)^fail +store ")
                finally:
                    gate.open()
                wait_for(f"that {part} is back", lambda: self.ready() == (200, "ok", []))
                self.assertEqual(self.say(chat, f"With {part}.")["reply"]["status"], "complete")
        image = self.ask("PUT", f"/v1/characters/{character}/image", PICTURE, "image/png")["image"]
        self.assertEqual(self.ask("GET", image, raw=True), PICTURE)
        self.assertEqual(self.doctor(), 0)

    def doctor(self):
        """What `companion doctor` ends with; it knows the database and Pinecone."""
        words = [str(COMPANION), "doctor", "--database", self.arguments[self.arguments.index("--database") + 1], "--model", "offline"]
        if self.pinecone:
            words += ["--vectors", self.vector_address, "--embedding-model", "scripted-embedding"]
        told = subprocess.run(words, env=self.environment | {"OPENAI_BASE_URL": self.model.url}, capture_output=True, text=True, timeout=PATIENCE)
        type(self).told = told.stdout + told.stderr
        return told.returncode


class OnPgvectorAndMoto(Everything, unittest.TestCase):
    vectors, blobs = "pgvector", "s3-moto"


class OnPineconeAndSwift(Everything, unittest.TestCase):
    vectors, blobs = "pinecone-like", "s3-swift"


if __name__ == "__main__":
    unittest.main()
