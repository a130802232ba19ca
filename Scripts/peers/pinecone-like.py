#!/usr/bin/env python3
"""A server that speaks Pinecone's protocol, as a peer for tests: both planes, exact search, the real service's bounds and errors, and
writes that are seen after a moment. It is itself checked by the official client before it says that it is ready.

Prints "READY" with its address, as Scripts/test.sh wants it, then waits for SIGTERM (or SIGINT). Prints "SKIP" where a package is
missing. With the argument --benchmark it takes writes without keeping them, and is not checked.
"""

import http.server
import json
import re
import signal
import sys
import threading
import time
import urllib.parse

try:
    import numpy
    import pinecone
except ImportError as error:
    print(f"SKIP {error.name} is not installed", flush=True)
    sys.exit()

KEY = "a-key-for-tests"
DELAY = 0.02
KEEPS = "--benchmark" not in sys.argv


class Refusal(Exception):
    def __init__(self, status, message):
        super().__init__(message)
        self.status, self.message = status, message


def want(condition, message):
    if not condition:
        raise Refusal(400, message)


class Index:
    """One index, on a port of its own. What is written is seen after a moment."""

    def __init__(self, name, dimension, metric):
        self.name, self.dimension, self.metric = name, dimension, metric
        self.lock = threading.Lock()
        self.namespaces = {}
        self.pending = []
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler(self.answer))
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def description(self):
        return {"name": self.name, "dimension": self.dimension, "metric": self.metric, "vector_type": "dense",
                "host": f"http://127.0.0.1:{self.server.server_port}", "deletion_protection": "disabled",
                "spec": {"serverless": {"cloud": "aws", "region": "us-east-1"}}, "status": {"ready": True, "state": "Ready"}}

    def settle(self):
        now = time.monotonic()
        while self.pending and self.pending[0][0] <= now:
            self.pending.pop(0)[2]()

    def later(self, namespace, change):
        self.pending.append((time.monotonic() + DELAY, namespace, change))

    def namespace_of(self, asked):
        return asked.get("namespace") or "__default__"

    def answer(self, method, path, query, asked):
        with self.lock:
            self.settle()
            if (method, path) == ("POST", "/vectors/upsert"):
                return self.upsert(asked)
            if (method, path) == ("POST", "/query"):
                return self.query(asked)
            if (method, path) == ("POST", "/vectors/update"):
                return self.update(asked)
            if (method, path) == ("POST", "/vectors/delete"):
                return self.delete(asked)
            if (method, path) == ("GET", "/vectors/fetch"):
                return self.fetch(query)
            if (method, path) == ("GET", "/vectors/list"):
                return self.list(query)
            if (method, path) == ("GET", "/namespaces"):
                return self.list_namespaces(query)
            if path == "/describe_index_stats":
                counts = {name: {"vectorCount": len(records)} for name, records in self.namespaces.items() if records}
                return {"namespaces": counts, "dimension": self.dimension, "indexFullness": 0, "metric": self.metric,
                        "totalVectorCount": sum(count["vectorCount"] for count in counts.values()), "vectorType": "dense"}
        raise Refusal(404, "Not found")

    def check(self, record):
        name = record.get("id", "")
        want(isinstance(name, str) and 1 <= len(name) <= 512 and name.isascii(), "Invalid vector id")
        values = record.get("values", [])
        want(len(values) == self.dimension,
             f"Vector dimension {len(values)} does not match the dimension of the index {self.dimension}")
        want(any(values), "Dense vectors must contain at least one non-zero value.")
        self.check_metadata(record.get("metadata") or {})

    def check_metadata(self, metadata):
        want(len(json.dumps(metadata)) <= 40_960, "metadata size exceeds the limit of 40960 bytes per vector")
        for value in metadata.values():
            is_list = isinstance(value, list) and all(isinstance(item, str) for item in value)
            want(isinstance(value, (str, int, float, bool)) or is_list, "Metadata value must be a string, number, boolean or "
                 "list of strings")

    def upsert(self, asked):
        records = asked.get("vectors", [])
        want(1 <= len(records) <= 1000, "The number of vectors in an upsert is 1 to 1000")
        if not KEEPS:
            return {"upsertedCount": len(records)}
        for record in records:
            self.check(record)
        namespace = self.namespace_of(asked)

        def change():
            kept = self.namespaces.setdefault(namespace, {})
            for record in records:
                record["values"] = [float(value) for value in record["values"]]
                record["array"] = numpy.array(record["values"], dtype=numpy.float64)
                record["array"] /= numpy.linalg.norm(record["array"])
                kept[record["id"]] = record
        self.later(namespace, change)
        return {"upsertedCount": len(records)}

    def query(self, asked):
        vector, limit = asked.get("vector") or [], asked.get("topK", 0)
        want(1 <= limit <= 10_000, "topK must be between 1 and 10000")
        kept = self.namespaces.get(self.namespace_of(asked), {})
        if asked.get("id"):
            vector = kept[asked["id"]]["values"] if asked["id"] in kept else []
        want(len(vector) == self.dimension,
             f"Vector dimension {len(vector)} does not match the dimension of the index {self.dimension}")
        unit = numpy.array(vector, dtype=numpy.float64)
        unit /= numpy.linalg.norm(unit)
        condition = asked.get("filter")
        found = [record for record in kept.values() if condition is None or matches(condition, record.get("metadata") or {})]
        scored = sorted(((float(record["array"] @ unit), record) for record in found), key=lambda pair: (-pair[0], pair[1]["id"]))
        return {"namespace": self.namespace_of(asked), "usage": {"readUnits": 1},
                "matches": [{"id": record["id"], "score": score,
                             **({"values": record["values"]} if asked.get("includeValues") else {}),
                             **({"metadata": record.get("metadata") or {}} if asked.get("includeMetadata") else {})}
                            for score, record in scored[:limit]]}

    def update(self, asked):
        namespace = self.namespace_of(asked)
        self.check_metadata(asked.get("setMetadata") or {})

        def change():
            record = self.namespaces.get(namespace, {}).get(asked.get("id"))
            if record is None:
                return
            if asked.get("values"):
                record["values"] = asked["values"]
                record["array"] = numpy.array(record["values"]) / numpy.linalg.norm(record["values"])
            record["metadata"] = {**(record.get("metadata") or {}), **(asked.get("setMetadata") or {})}
        self.later(namespace, change)
        return {}

    def delete(self, asked):
        namespace = self.namespace_of(asked)
        if namespace not in self.namespaces and all(pending[1] != namespace for pending in self.pending):
            raise Refusal(404, "Namespace not found")
        ids, condition = asked.get("ids"), asked.get("filter")
        want(sum([bool(ids), bool(condition), bool(asked.get("deleteAll"))]) == 1, "one of ids, filter and deleteAll")
        want(len(ids or []) <= 1000, "at most 1000 ids")

        def change():
            kept = self.namespaces.get(namespace, {})
            if asked.get("deleteAll"):
                self.namespaces.pop(namespace, None)
            for name in [name for name, record in kept.items()
                         if name in (ids or []) or (condition and matches(condition, record.get("metadata") or {}))]:
                del kept[name]
        self.later(namespace, change)
        return {}

    def fetch(self, query):
        ids = query.get("ids", [])
        want(1 <= len(ids) <= 1000, "1 to 1000 ids")
        namespace = (query.get("namespace") or [""])[0] or "__default__"
        kept = self.namespaces.get(namespace, {})
        found = {name: {key: kept[name][key] for key in ("id", "values", "metadata") if kept[name].get(key)}
                 for name in ids if name in kept}
        return {"vectors": found, "namespace": namespace, "usage": {"readUnits": 1}}

    def list(self, query):
        limit = int((query.get("limit") or ["100"])[0])
        want(1 <= limit <= 100, "limit must be between 1 and 100")
        prefix, after = (query.get("prefix") or [""])[0], (query.get("paginationToken") or [""])[0]
        namespace = (query.get("namespace") or [""])[0] or "__default__"
        names = sorted(name for name in self.namespaces.get(namespace, {}) if name.startswith(prefix) and name > after)
        page = names[:limit]
        answer = {"vectors": [{"id": name} for name in page], "namespace": namespace, "usage": {"readUnits": 1}}
        if len(names) > limit:
            answer["pagination"] = {"next": page[-1]}
        return answer

    def list_namespaces(self, query):
        limit = int((query.get("limit") or ["100"])[0])
        prefix, after = (query.get("prefix") or [""])[0], (query.get("paginationToken") or [""])[0]
        names = sorted(name for name, kept in self.namespaces.items() if kept and name.startswith(prefix) and name > after)
        page = names[:limit]
        answer = {"namespaces": [{"name": name, "record_count": str(len(self.namespaces[name]))} for name in page]}
        if len(names) > limit:
            answer["pagination"] = {"next": page[-1]}
        return answer


def same(left, right):
    return isinstance(left, bool) == isinstance(right, bool) and left == right


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def matches(condition, metadata):
    return all(matches_one(key, value, metadata) for key, value in condition.items())


def matches_one(key, value, metadata):
    if key == "$and":
        return all(matches(part, metadata) for part in value)
    if key == "$or":
        return any(matches(part, metadata) for part in value)
    if not isinstance(value, dict):
        value = {"$eq": value}
    has, found = key in metadata, metadata.get(key)
    for comparison, bound in value.items():
        if comparison == "$exists":
            holds = has == bound
        elif comparison == "$eq":
            holds = has and same(found, bound)
        elif comparison == "$ne":
            holds = not (has and same(found, bound))
        elif comparison == "$in":
            want(not any(isinstance(item, bool) for item in bound), "$in takes strings and numbers")
            holds = has and any(same(found, item) for item in bound)
        elif comparison == "$nin":
            holds = not (has and any(same(found, item) for item in bound))
        elif comparison in ("$lt", "$lte", "$gt", "$gte"):
            want(is_number(bound), f"{comparison} takes a number")
            holds = has and is_number(found) and {"$lt": found < bound, "$lte": found <= bound, "$gt": found > bound,
                                                  "$gte": found >= bound}[comparison]
        else:
            raise Refusal(400, f"{comparison} is not a valid operator")
        if not holds:
            return False
    return True


class Project:
    def __init__(self):
        self.lock = threading.Lock()
        self.indexes = {}

    def answer(self, method, path, query, asked):
        with self.lock:
            if (method, path) == ("GET", "/indexes"):
                return {"indexes": [index.description() for index in self.indexes.values()]}
            if (method, path) == ("POST", "/indexes"):
                name = asked["name"]
                want(re.fullmatch(r"[a-z0-9]([a-z0-9-]{0,43}[a-z0-9])?", name), "Invalid index name")
                if name in self.indexes:
                    raise Refusal(409, "Resource already exists")
                self.indexes[name] = Index(name, asked["dimension"], asked.get("metric", "cosine"))
                return self.indexes[name].description()
            name = path.removeprefix("/indexes/")
            if name not in self.indexes:
                raise Refusal(404, f"Resource {name} not found")
            if method == "DELETE":
                self.indexes.pop(name).server.shutdown()
                return {}
            return self.indexes[name].description()


def handler(answer, is_control=False):
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def respond(self):
            size = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(size)
            url = urllib.parse.urlsplit(self.path)
            try:
                if self.headers.get("Api-Key") != KEY:
                    return self.send(401, b"Invalid API Key", "text/plain")
                want(self.headers.get("X-Pinecone-Api-Version", "") >= "2025-10", "X-Pinecone-Api-Version is missing or too old")
                want(size <= 2 * 1024 * 1024, "Request size exceeds the limit of 2097152 bytes")
                is_taken_only = not KEEPS and url.path == "/vectors/upsert"
                asked = {"vectors": [0]} if is_taken_only else json.loads(body) if body else {}
                answered = answer(self.command, url.path, urllib.parse.parse_qs(url.query), asked)
                status = 201 if is_control and self.command == "POST" else 202 if self.command == "DELETE" else 200
                self.send(status, json.dumps(answered).encode())
            except Refusal as refusal:
                code = {400: 3, 404: 5}.get(refusal.status, 13)
                told = {"code": code, "message": refusal.message, "details": []} if not is_control else {
                    "status": refusal.status, "error": {"code": "NOT_FOUND" if refusal.status == 404 else "INVALID_ARGUMENT",
                                                        "message": refusal.message}}
                self.send(refusal.status, json.dumps(told).encode())

        do_GET = do_POST = do_DELETE = respond

        def send(self, status, body, kind="application/json"):
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    return Handler


def eventually(condition):
    deadline = time.monotonic() + 10
    while not condition():
        if time.monotonic() > deadline:
            sys.exit("the official client does not see what it wrote")
        time.sleep(0.01)


def check(url):
    """What the official client does with us."""
    client = pinecone.Pinecone(api_key=KEY, host=url)
    client.create_index(name="check", dimension=3, metric="cosine",
                        spec=pinecone.ServerlessSpec(cloud="aws", region="us-east-1"))
    index = client.Index(host=client.describe_index("check").host)
    index.upsert(vectors=[{"id": f"v{number:03}", "values": [1.0, float(number), 0.5], "metadata": {"n": number, "t": "x"}}
                          for number in range(150)], namespace="a")
    eventually(lambda: index.describe_index_stats().total_vector_count == 150)
    found = index.query(vector=[1.0, 0.0, 0.5], top_k=2, namespace="a", include_metadata=True, filter={"n": {"$gte": 0}})
    assert [match.id for match in found.matches] == ["v000", "v001"], found
    assert index.fetch(ids=["v007"], namespace="a").vectors["v007"].metadata["n"] == 7
    listed = [item.id if hasattr(item, "id") else item for page in index.list(namespace="a") for item in page]
    assert len(listed) == 150, len(listed)
    index.update(id="v007", set_metadata={"n": 700}, namespace="a")
    eventually(lambda: index.fetch(ids=["v007"], namespace="a").vectors["v007"].metadata["n"] == 700)
    index.delete(filter={"n": {"$eq": 700}}, namespace="a")
    eventually(lambda: index.describe_index_stats().total_vector_count == 149)
    index.delete(delete_all=True, namespace="a")
    eventually(lambda: index.describe_index_stats().total_vector_count == 0)
    client.delete_index("check")


def main():
    stopped = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.append(True))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler(Project().answer, is_control=True))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    if KEEPS:
        check(url)
    print(f"READY COMPANION_PINECONE_URL={url} COMPANION_PINECONE_KEY={KEY}", flush=True)
    while not stopped:
        time.sleep(0.1)


main()
