#!/usr/bin/env bash
# Sets up, starts the real servers that the tests talk to, builds, runs the tests, and stops what it started:
#   Scripts/test.sh [arguments of `swift test`]
# PEERS=none starts no server, PEERS="llama-server …" only those; what talks to the others is skipped. `clients`,
# `cluster` and `browser` are no files there but Scripts/client-tests.sh, Scripts/cluster-test.py and
# Scripts/browser-tests.sh, which follow the tests where all of them run.
#
# A server is a file in Scripts/peers that begins with `#!`: a Python program, run in .build/peers-venv, or a shell
# script. It listens on free loopback ports of its own choice, prints one line, and runs until SIGTERM:
#   READY COMPANION_X_URL=http://127.0.0.1:1234 COMPANION_X_KEY=secret   once it answers; the pairs become environment
#                                                                       variables of the tests, without spaces in them
#   SKIP xllamacpp is not installed                                     where a package that it needs is missing
# Its whole output is kept in .build/peers. One that says neither within a minute (PATIENCE, in seconds) fails the run.
# shellcheck disable=SC2317 # what a trap calls is reachable
set -euo pipefail
# shellcheck source=Scripts/lib.sh
. "$(dirname "$0")/lib.sh"
set -m # each thing that we start leads a process group, by whose id it is ended with all that it started

readonly patience=${PATIENCE:-60} grace=${PATIENCE:-10}
readonly logs=.build/peers results=.build/results
names=()
pids=()
notes=()
child=
# Where Linux can, what we start ends with us even where we are killed without a chance to stop it.
tether=(env)
! command -v setpriv >/dev/null || tether=(setpriv --pdeathsig TERM)

note() { notes+=("$1"); }

is_wanted() {
    case " ${PEERS:-all} " in
        ' all ' | *" $1 "*) return 0 ;;
        *) return 1 ;;
    esac
}

start_peer() {
    local file=$1 name runner
    name=$(basename "${file%.*}")
    case $file in
        *.py) runner=.build/peers-venv/bin/python ;;
        *.sh) runner=bash ;;
        *) die "$file begins with #! but ends in neither .py nor .sh" ;;
    esac
    if ! command -v "$runner" >/dev/null; then
        loud "$name is not started: its Python environment is missing. Tests against it are skipped."
        note "real server $name: SKIPPED, no Python environment"
        return 0
    fi
    "${tether[@]}" "$runner" "$file" </dev/null >"$logs/$name.out" 2>"$logs/$name.err" &
    names+=("$name")
    pids+=("$!")
}

start_peers() {
    local file name
    mkdir -p "$logs"
    for file in Scripts/peers/*; do
        name=$(basename "${file%.*}")
        if [ "$(head -c 2 "$file")" = '#!' ] && is_wanted "$name"; then start_peer "$file"; fi
    done
}

# The first whole line of a server's output that speaks to us; nothing while there is none.
answer_of() {
    local line
    while IFS= read -r line; do
        case $line in READY* | SKIP*) printf '%s\n' "$line"; return ;; esac
    done <"$logs/$1.out"
}

fail_of() {
    tail -n 20 "$logs/$1.out" "$logs/$1.err" >&2
    die "the server $1 $2; its output is in $logs"
}

adopt() {
    local name=$1 pair port
    set -f
    for pair in $2; do
        [[ $pair =~ ^COMPANION_[A-Z0-9_]+= ]] || fail_of "$name" "printed '$pair', which is no COMPANION_…=value"
        # shellcheck disable=SC2163 # the pair holds the name and the value
        export "$pair"
        if [[ $pair =~ ://(127\.0\.0\.1|localhost):([0-9]+) ]]; then
            port=${BASH_REMATCH[2]}
            (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || fail_of "$name" "says READY but refuses port $port"
        fi
    done
    set +f
}

await_peer() {
    local name=$1 pid=$2 deadline=$((SECONDS + patience)) answer
    while :; do
        answer=$(answer_of "$name")
        case $answer in
            'READY '*)
                adopt "$name" "${answer#READY }"
                note "real server $name: ran"
                return
                ;;
            SKIP*)
                loud "$name is not started:${answer#SKIP}. Tests against it are skipped."
                note "real server $name: SKIPPED,${answer#SKIP}"
                return
                ;;
        esac
        kill -0 "$pid" 2>/dev/null || fail_of "$name" "ended before it was ready"
        [ "$SECONDS" -lt "$deadline" ] || fail_of "$name" "was not ready within $patience seconds"
        sleep 0.1
    done
}

# What failed, once more and in few words: the end of a long output is what people are shown first.
failures() {
    python3 - "$results" <<'END' 2>/dev/null || true
import pathlib, sys, xml.etree.ElementTree as tree
for file in sorted(pathlib.Path(sys.argv[1]).glob("*-swift-testing.xml")):
    for case in tree.parse(file).iter("testcase"):
        for failure in case.iter("failure"):
            name = f"{case.get('classname')}.{case.get('name')}"
            print(f"    failed: {name}: {failure.get('message', '')[:600]}")
END
}

# In the background, because a shell that waits hears a signal, and one that runs something in front does not.
run() {
    local status=0
    "${tether[@]}" "$@" </dev/null &
    child=$!
    wait "$child" || status=$?
    child=
    return "$status"
}

is_alive() { kill -0 -- "-$1" 2>/dev/null; }

stop_all() {
    trap '' INT TERM HUP
    local pid deadline=$((SECONDS + grace))
    set -- ${child:+"$child"} "${pids[@]+"${pids[@]}"}"
    for pid; do kill -TERM -- "-$pid" 2>/dev/null || true; done
    for pid; do
        while is_alive "$pid" && [ "$SECONDS" -lt "$deadline" ]; do sleep 0.05; done
        ! is_alive "$pid" || kill -KILL -- "-$pid" 2>/dev/null || true
    done
}
trap stop_all EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

Scripts/setup.sh --test
start_peers
say "Building (the first time this takes some minutes)"
run swift build --build-tests
built=$SECONDS
for i in "${!names[@]}"; do await_peer "${names[$i]}" "${pids[$i]}"; done
say "Testing"
status=0
mkdir -p "$results"
rm -f "$results"/*
# Each target in a process of its own: those that wait for other programs must not hold up the threads of the rest.
if [ $# -gt 0 ]; then
    run swift test --skip-build --parallel --xunit-output "$results/tests.xml" "$@" || status=$?
else
    for target in Tests/*Tests; do
        name=$(basename "$target")
        say "$name"
        run swift test --skip-build --parallel --xunit-output "$results/$name.xml" --filter "^$name\\." || {
            status=$?
            note "$name: FAILED ($status)"
        }
    done
    if is_wanted clients && [ -e Scripts/client-tests.sh ]; then
        say "The gateway with real clients, and hostile ones"
        run Scripts/client-tests.sh || {
            status=$?
            note "the gateway with real clients: FAILED ($status)"
        }
    fi
    # Two instances behind a balancer, with servers of their own.
    if is_wanted cluster && [ -e Scripts/cluster-test.py ]; then
        say "Two instances behind a balancer"
        run python3 Scripts/cluster-test.py || {
            status=$?
            note "Scripts/cluster-test.py: FAILED ($status)"
        }
    fi
    if is_wanted browser && [ -e Scripts/browser-tests.sh ]; then
        say "The page in a browser"
        run Scripts/browser-tests.sh || {
            status=$?
            note "the page in a browser: FAILED ($status)"
        }
    fi
fi

echo
if [ "$status" -eq 0 ]; then verdict=passed; else verdict="FAILED ($status)"; fi
say "The tests $verdict in $((SECONDS - built)) s, after $built s of setting up and building"
[ ${#names[@]} -gt 0 ] || note "no real server was started: tests that need one are skipped"
for line in "${notes[@]}"; do echo "    $line"; done
failures
exit "$status"
