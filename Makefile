# Every target installs and builds what it needs first. Settings are given as make variables, which make hands on in
# the environment, where rungs reads them:
#   make load-test LEVEL=2 SCENARIO=simple,db-read DURATION=20
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

RUNGS := node dist/src/cli/main.js
SOURCES := $(shell find src levels scenarios -name '*.ts' 2>/dev/null) tsconfig.json package.json

.PHONY: help
help: ## Show this list
	@awk 'BEGIN { FS = ":.*## " } /^[a-z-]+:.*## / { printf "  make %-20s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo "  Settings of load-test, with examples:"
	@echo "    what     LEVEL=0,1,2,3,4 BACKEND=compose SCENARIO=simple,db-read WORKERS=4 WORKER_CPUS=0.1 TARGET=http://127.0.0.1:8080"
	@echo "    capacity CONNECTIONS=32 DURATION=10 WARMUP=3 TIMEOUT=10"
	@echo "    latency  LATENCY=off SHARE=60% RATE=500 PROFILE=ramp STAGES=10s:100,5s:100-500 ARRIVAL=poisson"
	@echo "             MAX_CONNECTIONS=256"
	@echo "    verdict  SLO='p99<500ms,errors<0.1%' (exit code 1 where one is missed)"
	@echo "    and      REPEATS=3 GENERATORS=1 AFFINITY=auto DATABASE=given SEED=1 OUT=reports"
	@echo "  Settings of regression-gate: BASE=main HEAD=. BUDGET=5m THRESHOLD=5% ALPHA=1% METRICS=throughput,cpu"
	@echo "                         LEVEL=0 SCENARIO=simple SEED=1 MEASURE_IDENTICAL=yes ON_INCONCLUSIVE=warn"
	@echo "                         RECORD=yes BASELINE=old.json SAVE_BASELINE=new.json"

.PHONY: setup
setup: node_modules/.package-lock.json dist/.built dist/.services ## Install the npm packages, build, and get Redis and nginx

node_modules/.package-lock.json: package.json package-lock.json
	npm ci --no-audit --no-fund --loglevel=error
	@touch $@

dist/.built: node_modules/.package-lock.json $(SOURCES)
	npm run --silent build
	@touch $@

# Tried once: what may not be installed is said, and the levels that need it are skipped.
dist/.services: | dist/.built
	@{ command -v redis-server || command -v valkey-server || test -n "$${REDIS_URL:-}"; } >/dev/null \
	  && PATH="$$PATH:/usr/sbin:/usr/local/sbin" command -v nginx >/dev/null \
	  || $(RUNGS) doctor --fix >/dev/null || true
	@touch $@

.PHONY: load-test
load-test: setup ## Boot a level, load it, print a table and keep the result (LEVEL=0 to 4)
	@$(RUNGS) run

.PHONY: capacity
capacity: setup ## Find the highest arrival rate at which objectives hold (LEVEL=0 SCENARIO=simple SLO='p99<200ms')
	@$(RUNGS) capacity

.PHONY: ladder
ladder: setup ## Measure every level under the same load, and judge what is claimed of them (WORKERS=1,2,4)
	@$(RUNGS) ladder

.PHONY: tune
tune: setup ## Find how many workers, and database connections, give the most (LEVEL=1 SCENARIO=simple BUDGET=10m)
	@$(RUNGS) tune

.PHONY: performance-report
performance-report: setup ## Write reports/index.html, summary.md and PNG charts over the runs so far
	@$(RUNGS) report

.PHONY: regression-gate
regression-gate: setup ## Say whether this working tree is slower than a base (BASE=main)
	@$(RUNGS) gate

.PHONY: calibrate
calibrate: setup ## Measure servers whose latency is known, and say how far the figures are off
	@$(RUNGS) calibrate

.PHONY: doctor
doctor: setup ## Say what can run here, and what is missing
	@$(RUNGS) doctor

# One run of vitest over several suites: whatever fails, the others go on, and the last line counts them all.
SUITES := check unit integration contract
ALL_SUITES := $(SUITES) commands package containers python browser
suites = npx vitest run $(addprefix --project ,$(1))

.PHONY: test test-all
test: setup ## Lint, types, unit, integration, and the contract of levels 0 to 4: minutes
	@$(call suites,$(SUITES))
test-all: setup ## Those, whole commands, the package, containers, Swarm, Python and a browser
	@$(call suites,$(ALL_SUITES))

.PHONY: $(ALL_SUITES)
check: setup ## Lint and types
	@$(call suites,$@)
unit: setup ## Pure tests, the arrow table among them
	@$(call suites,$@)
integration: setup ## Tests with real processes, Postgres, Redis and PM2
	@$(call suites,$@)
contract: setup ## One suite over levels 0 to 4, as processes of this machine
	@$(call suites,$@)
commands: setup ## Whole runs, ladders, searches, gates; interruptions; workers that are killed
	@$(call suites,$@)
package: setup ## The package as a dependant gets it: packed, and installed from the npm registry
	@$(call suites,$@)
containers: setup ## Level 4 in containers, and on a swarm of one machine
	@$(call suites,$@)
python: setup ## A service that is not Node
	@$(call suites,$@)
browser: setup ## Reports in a real Chromium
	@$(call suites,$@)

.PHONY: bench
bench: setup ## Benchmarks of rungs itself (minutes; figures go to bench/README.md)
	@for file in bench/*.mjs; do echo "== $$file"; node "$$file"; done

.PHONY: clean
clean: ## Remove what was built; keep results
	rm -rf dist coverage
