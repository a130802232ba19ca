# The commands of every day. `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help run serve test check lint boundaries scripts docs examples browser screenshots format bench install clean
SHELL := bash
PREFIX ?= /usr/local
BENCHMARKS ?= store-benchmark turn-benchmark cards-benchmark recall-benchmark vector-benchmark moderation-benchmark postgres-benchmark redis-cache-benchmark rows-benchmark s3-benchmark pinecone-benchmark gateway-benchmark crash-check
SWIFT_FILES := Package.swift Sources Tests $(wildcard Benchmarks/Package.swift Benchmarks/Sources)

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# What sets up and builds speaks on stderr, so that the program's own output can go into a pipe.
run: ## Set up, build, and talk to a character (ARGS="--help" shows how else)
	@Scripts/setup.sh >&2
	@test -x .build/debug/companion || echo "==> Building companion (the first time this takes some minutes)" >&2
	@swift build --product companion </dev/null >&2
	@.build/debug/companion chat $(ARGS)

serve: ## Set up, build, and serve the web page on http://127.0.0.1:8080 (ARGS="--help" shows how else)
	@Scripts/setup.sh >&2
	@test -x .build/debug/companion-server || echo "==> Building companion-server (the first time this takes some minutes)" >&2
	@swift build --product companion-server </dev/null >&2
	@exec .build/debug/companion-server $(ARGS)

test: ## Set up, start real servers, build, run all tests (FILTER=JSONValue, PEERS=none, ARGS="…")
	@Scripts/test.sh $(if $(FILTER),--filter '$(FILTER)') $(ARGS)

check: lint boundaries scripts ## The checks that need no build: format, boundaries, scripts

lint: ## Fail where `make format` would change something
	@swift format lint --strict --parallel --recursive $(SWIFT_FILES)

boundaries: ## Fail where the core, an adapter or an interface depends on what it must not
	@Scripts/check-core-purity.py

scripts: ## Check the scripts themselves
	@Scripts/check-scripts.sh

docs: ## Build the reference into .build/documentation; a broken link is an error
	@Scripts/docs.sh

examples: ## Compile the examples in the guides, and follow the guides' links (after a build)
	@Scripts/check-docs.py

browser: ## Test the page in a real browser (after a build; ARGS=test_page.Measures)
	@Scripts/browser-tests.sh $(ARGS)

screenshots: ## Make the pictures in Documentation/Screenshots anew (after a build)
	@Scripts/screenshots.sh $(ARGS)

format: ## Format all Swift files in place
	@swift format format --in-place --parallel --recursive $(SWIFT_FILES)

bench: ## Run the benchmarks, optimised (ARGS=--check fails where a limit is missed, BENCHMARKS=turn-benchmark)
	@Scripts/setup.sh >&2
	@swift build --package-path Benchmarks --configuration release >&2
	@if [[ " $(BENCHMARKS) " == *" gateway-benchmark "* ]]; then \
		swift build --configuration release --product companion-server >&2; \
	fi
	@status=0; for benchmark in $(BENCHMARKS); do \
		swift run --package-path Benchmarks --configuration release --skip-build $$benchmark $(ARGS) || status=1; \
		echo; \
	done; exit $$status

install: ## Install companion, optimised and without need of a toolchain, under PREFIX (/usr/local)
	@Scripts/install.sh "$(PREFIX)"

clean: ## Remove all that was built
	rm -rf .build Benchmarks/.build
