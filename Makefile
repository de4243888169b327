# Every task of this repository, for people and for CI.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

# The race detector needs a C compiler. CI has one, or fails. SQLite stays without
# it: it is C translated to Go, seven times slower with it, and not our code.
RACE := $(shell if [ "$${CI:-}" = true ] || command -v gcc clang >/dev/null; then \
	echo -race -gcflags=modernc.org/sqlite/lib=-race=false -gcflags=modernc.org/libc/...=-race=false -gcflags=modernc.org/memory=-race=false; fi)

# Packages without goroutines and shared state, where the race detector finds nothing.
PURE := /(internal/(access|answerlog|archtest|competency|config|exchange(/marking|/workbook)?|fault|gap|insight|kg(/kgtest)?|mastery(/predict)?|optional|page|placement(/simulate)?|plan|xapi)|seed)$$

NEO4JSTORE := /internal/store/neo4jstore(/.*)?$$

# Generated files and their folders, which generate must leave unchanged.
GENERATED := graph internal/web/assets internal/web/app/dist
FINGERPRINT = find $(GENERATED) -name node_modules -prune -o -type f -print0 | sort -z | xargs -0 sha256sum

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-15s %s\n", $$1, $$2 }'

.PHONY: run
run: ## serve the sample company on http://127.0.0.1:8080/
	@echo 'Building Zhitu. The first time this takes a few minutes, with nothing to see; later, seconds.'
	go run ./cmd/zhitu serve --demo

# Where make neo4j listens.
PORT ?= 7687
NEO4J := ./internal/store/neo4jstore/neo4jtest/neo4j

# Where make screenshots puts its pictures.
SCREENSHOTS ?= bin/screenshots

.PHONY: neo4j
neo4j: ## start a Neo4j to try, and print how to serve from it (PORT=7687)
	@go run $(NEO4J) -port $(PORT)

.PHONY: build
build: ## build bin/zhitu, for this machine
	go build -o bin/zhitu ./cmd/zhitu

# Tests of the store on Neo4j wait for their database half of the time: those in a browser run
# beside them.
.PHONY: test
test: setup build ## run all tests; as root on Debian, install first what they use
	@$(MAKE) --no-print-directory test-go
	@$(MAKE) --no-print-directory --output-sync=target -j2 test-neo4j test-web

.PHONY: test-go
test-go: setup ## run the tests in Go, but those of the store on Neo4j
	go test -timeout 30m $(RACE) $$(go list ./... | grep -vE '$(PURE)|$(NEO4JSTORE)')
	go test -timeout 30m $$(go list ./... | grep -E '$(PURE)')
	go test -timeout 30m $(RACE) -short ./internal/plan ./internal/placement/simulate

.PHONY: test-neo4j
test-neo4j: setup ## test the store on Neo4j
	go test -timeout 30m $(RACE) $$(go list ./... | grep -E '$(NEO4JSTORE)')

.PHONY: test-web
test-web: setup build ## test the web application: its functions, and its pages in a browser on both stores
	@internal/web/app/test bin/zhitu

.PHONY: screenshots
screenshots: build ## take pictures of all pages at four widths in both languages (SCREENSHOTS=folder)
	@cd internal/web && go run ./gen -install && cd app && ZHITU=$(CURDIR)/bin/zhitu SCREENSHOTS=$(abspath $(SCREENSHOTS)) npm run --silent e2e

.PHONY: test-neo4j-next
test-neo4j-next: ## run the tests of the Neo4j store on Neo4j 2026.07.1, where there is a Java 21 or 25
	@go build -o /dev/null $(NEO4J)
	@export ZHITU_TEST_NEO4J_VERSION=2026.07.1 ZHITU_TEST_NEO4J_URI=; \
		if go run $(NEO4J) -check; then go test $(RACE) ./internal/store/neo4jstore/...; else echo 'skipped'; fi

.PHONY: setup
setup: ## install what the tests use beside Go, as root on Debian; else list what is missing
	@.ci/setup

.PHONY: golden
golden: ## update the golden files of the tests: read the difference before committing it
	go test ./cmd/zhitu ./seed ./internal/exchange -run 'Tables|AllProblems|GapsAndPaths|Problems' -update

.PHONY: conformance
conformance: setup build ## run the GraphQL over HTTP audits, and public xAPI clients, against the real program
	@graph/conformance/run bin/zhitu
	@internal/xapi/conformance/run bin/zhitu

# Paths beside a graph library, which make bench prints first.
PATHS := Pending|Gonum|GonumPruned|Naive|Make
# What takes longer than the two minutes of make bench has a target of its own.
LONG := Stores|Neo4j|Models|Strategies|Evidence|WrongEdge|Workforce
BENCHED = $$(grep -rlE '^func Benchmark' --include='*_test.go' . | xargs -n1 dirname | sort -u)
SHOWN := grep --line-buffered -E '^(Benchmark.*/op|--- FAIL|FAIL|panic)' | awk -f internal/plan/bench.awk

.PHONY: bench
bench: ## measure the engine, with paths first, in one table beside a graph library (two minutes)
	@go test ./internal/plan -run '^$$' -bench '^Benchmark($(PATHS))$$' -benchtime 0.5s -benchmem | $(SHOWN)
	@go test $(BENCHED) -run '^$$' -bench . -skip '$(LONG)|^Benchmark($(PATHS))$$' -benchtime 0.2s -benchmem | $(SHOWN)

.PHONY: bench-suspects
bench-suspects: ## measure how surely wrong prerequisites are found in evidence
	@go test ./internal/insight -run '^$$' -bench WrongEdge -benchtime 1x -timeout 30m -v | $(SHOWN)

.PHONY: bench-stores
bench-stores: ## measure SQLite and Neo4j side by side (ten minutes)
	@go test ./cmd/zhitu -run '^$$' -bench Stores -benchtime 1x -timeout 30m | grep --line-buffered -E '^(Benchmark.*[a-z]$$|---|FAIL|panic)'

# Sizes of bench-neo4j, in knowledge points; 100000 takes ten minutes more.
WORLDS ?= 1000|10000

.PHONY: bench-evidence
bench-evidence: ## measure how fast evidence is recorded on SQLite and Neo4j, beside bare batches
	@go test ./cmd/zhitu -run '^$$' -bench Evidence -benchtime 1x -timeout 15m | grep --line-buffered -E '^(Benchmark.*[a-z]$$|---|FAIL|panic|    )'

.PHONY: bench-neo4j
bench-neo4j: ## ask Neo4j the same question through Zhitu and in Cypher (five minutes; WORLDS='1000|10000')
	@go test ./cmd/zhitu -run '^$$' -bench 'Neo4j/^($(WORLDS))$$' -benchtime 1x -timeout 30m \
		| grep --line-buffered -vE '^(goos|goarch|pkg|cpu|PASS|ok|Benchmark)'

# Sizes of bench-workforce, in people. 100000 are kept in a file of 2 GB in ZHITU_BENCH, else
# in the user's cache.
PEOPLE ?= 1000|10000

.PHONY: bench-workforce
bench-workforce: ## ask about many people from memory, beside SQL, Cypher and gapAnalysis for each (fifteen minutes; PEOPLE='1000|10000|100000')
	@go test ./cmd/zhitu -run '^$$' -bench 'Workforce/^($(PEOPLE))$$' -benchtime 1x -timeout 90m \
		| grep --line-buffered -vE '^(goos|goarch|pkg|cpu|PASS|ok|Benchmark)'

.PHONY: bench-mastery
bench-mastery: ## measure how well the mastery model predicts a log of answers (ZHITU_DATA=folder, docs/adaptive.md)
	@go test ./internal/mastery/... -run '^$$' -bench Models -benchtime 1x -timeout 30m -v

VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
REVISION ?= $(shell git rev-parse HEAD 2>/dev/null || echo unknown)

.PHONY: release
release: ## build dist/: programs for five platforms, SBOMs, licences, checksums (VERSION=v1.2.3)
	@.ci/release '$(VERSION)' '$(REVISION)'

.PHONY: fmt
fmt: ## format the code
	go tool gofumpt -l -w .

.PHONY: generate
generate: ## regenerate the GraphQL code, build the web application, copy the playground's libraries
	go generate ./...

.PHONY: check
check: setup ## everything that CI checks
	@echo '== formatted'
	@unformatted=$$(go tool gofumpt -l .); [ -z "$$unformatted" ] || { echo "$$unformatted"; echo 'not formatted: run make fmt'; exit 1; }
	@echo '== tidy'
	@go mod tidy -diff
	@echo '== generated'
	@before=$$($(FINGERPRINT)); $(MAKE) --no-print-directory generate; after=$$($(FINGERPRINT)); \
		diff <(echo "$$before") <(echo "$$after") || { echo 'make generate changes these files: commit what it writes'; exit 1; }
	@echo '== vet'
	@go vet ./...
	@echo '== staticcheck'
	@go tool staticcheck ./...
	@$(MAKE) --no-print-directory test
	@$(MAKE) --no-print-directory conformance
