#!/usr/bin/env python3
"""Checks Dockerfile, docker-compose.yml and haproxy.cfg, as far as that goes without an engine for containers.

- What the Dockerfile copies is there, what it sets are settings of the server, and the image runs as nobody in particular.
- docker-compose.yml is YAML (where PyYAML is installed), its services depend on each other without a gap, and name no password.
- haproxy.cfg sends to the services of docker-compose.yml, and haproxy finds it valid (where it is installed).
"""

import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent.parent)
SETTINGS = ROOT / "Sources/Examples/CompanionServer/Settings/ServerSetting.swift"
SECRET = re.compile(r"(?i)(password|secret|key)")


def variables():
    """The environment's variables that the server knows."""
    names = re.findall(r'^\s*case (\w+)(?: = "([^"]+)")?$', SETTINGS.read_text(), re.MULTILINE)
    keys = [value or name for name, value in names]
    return {("" if key.startswith("openai.") else "COMPANION_") + re.sub(r"[-.]", "_", key).upper() for key in keys}


def dockerfile_faults(known):
    text = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    stage = lines[max(i for i, line in enumerate(lines) if line.startswith("FROM")):]
    for line in lines:
        word, _, rest = line.partition(" ")
        if word not in {"FROM", "RUN", "WORKDIR", "COPY", "USER", "VOLUME", "ENV", "EXPOSE", "STOPSIGNAL", "HEALTHCHECK", "ENTRYPOINT"}:
            yield f"Dockerfile: {word} is no instruction that is used here"
        if word == "COPY" and not rest.startswith("--from"):
            for source in rest.split()[:-1]:
                if not (ROOT / source).exists():
                    yield f"Dockerfile: {source} is not there"
        if word == "RUN":
            for source in re.findall(r"Sources/[\w/]+", rest):
                if not (ROOT / source).exists():
                    yield f"Dockerfile: {source} is not there"
        if word == "FROM" and ":latest" in rest:
            yield "Dockerfile: an image without a version"
    words = {line.split()[0]: line for line in stage}
    if words.get("USER", "USER root").split()[1] in {"root", "0"}:
        yield "Dockerfile: the server would run as root"
    if not words.get("ENTRYPOINT", "").split(" ", 1)[-1].startswith("["):
        yield "Dockerfile: the server would run below a shell, which passes no signals on"
    if "HEALTHCHECK" not in words:
        yield "Dockerfile: nobody looks how the server is"
    for name in re.findall(r"\b(COMPANION_\w+)=", " ".join(line for line in stage if line.startswith("ENV"))):
        if name not in known:
            yield f"Dockerfile: {name} is no setting"


def compose_faults(known):
    text = (ROOT / "docker-compose.yml").read_text()
    try:
        import yaml
    except ImportError:
        print("==> PyYAML is not installed: docker-compose.yml is not checked")
        return
    document = yaml.safe_load(text)
    services = document["services"]
    for name, service in services.items():
        if not {"image", "build"} & service.keys():
            yield f"docker-compose.yml: {name} has neither an image nor a build"
        depends = service.get("depends_on", [])
        for other in depends:
            if other not in services:
                yield f"docker-compose.yml: {name} depends on {other}, which is not there"
            elif isinstance(depends, dict) and depends[other]["condition"] == "service_healthy" and "healthcheck" not in services[other]:
                yield f"docker-compose.yml: {name} waits for the health of {other}, which has no check"
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            if source.startswith("./"):
                if not (ROOT / source).exists():
                    yield f"docker-compose.yml: {source} is not there"
            elif source not in document["volumes"]:
                yield f"docker-compose.yml: the volume {source} is not declared"
        for secret in service.get("secrets", []):
            if secret not in document["secrets"]:
                yield f"docker-compose.yml: the secret {secret} is not declared"
        for variable, value in service.get("environment", {}).items():
            if variable.startswith(("COMPANION_", "OPENAI_")) and variable not in known:
                yield f"docker-compose.yml: {variable} is no setting"
            if SECRET.search(variable) and "${" not in str(value) and not str(value).startswith("/run/") \
                    and variable != "AWS_ACCESS_KEY_ID":
                yield f"docker-compose.yml: {variable} of {name} stands in the file"
    servers = re.findall(r"^\s*server \w+ (\w+):(\d+)", (ROOT / "haproxy.cfg").read_text(), re.MULTILINE)
    if not servers:
        yield "haproxy.cfg: it sends to nobody"
    for host, _ in servers:
        if host not in services:
            yield f"haproxy.cfg: it sends to {host}, which docker-compose.yml does not start"


def balancer_faults():
    if shutil.which("haproxy") is None:
        print("==> haproxy is not installed: haproxy.cfg is not checked by it")
        return
    check = subprocess.run(["haproxy", "-c", "-f", ROOT / "haproxy.cfg"], capture_output=True, text=True)
    if check.returncode != 0:
        yield f"haproxy.cfg: {check.stdout}{check.stderr}"


def main():
    known = variables()
    faults = [*dockerfile_faults(known), *compose_faults(known), *balancer_faults()]
    print(*faults, sep="\n", end="\n" if faults else "")
    sys.exit(1 if faults else 0)


main()
