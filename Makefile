# PT Hub: what one can do here. `make help` lists it.
SHELL := /bin/bash
.DEFAULT_GOAL := help
BIN := .build/release/pthub

.PHONY: help setup models build demo test bench bench-api accuracy fuzz rescore-many lint format clean

help: ## list the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## install the system packages (as root; else prints the line to run)
	@scripts/setup

models: ## fetch the two model files into .models/ and check them
	@scripts/setup
	@scripts/fetch-models

build: models ## build in release mode
	@scripts/build --product pthub

demo: build ## upload a sample clip, analyse it, show the feedback page (ONCE=1: exit when it answered)
	@$(BIN) demo $(if $(ONCE),--once) $(if $(PORT),--port $(PORT))

test: ## everything that CI runs
	@scripts/setup --tests
	@scripts/fetch-models
	@scripts/test

accuracy: build ## the scoreboard against clips with known truth; fails below its thresholds
	@scripts/accuracy

rescore-many: build ## ten thousand one-minute tracks judged again on all cores; fails beyond ten minutes
	@scripts/rescore-many

bench: build ## networks and pipeline beside LiteRT, MediaPipe and ffmpeg, in one run
	@scripts/bench $(BENCH)

bench-api: build ## the API's latency over loopback, alone and while 50 sign-ins run
	@scripts/setup --tests
	@scripts/bench-api
	@test -x .venv/bin/python || python3 -m venv .venv
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check -r Tests/EndToEnd/requirements.txt
	@.venv/bin/python scripts/bench-training

fuzz: build ## the API against its own description, longer than in the tests (FUZZ_SEEDS="1 2", FUZZ_EXAMPLES=50)
	@scripts/setup --tests
	@test -x .venv/bin/python || python3 -m venv .venv
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check -r Tests/EndToEnd/requirements.txt
	@PTHUB_FUZZ_SEEDS="$(or $(FUZZ_SEEDS),11 12 13 14 15)" PTHUB_FUZZ_EXAMPLES="$(or $(FUZZ_EXAMPLES),50)" \
	  .venv/bin/python -m pytest -q Tests/EndToEnd/test_schemathesis.py

lint: ## check the format of all Swift files
	@swift format lint --strict --parallel --recursive Package.swift Sources Tests

format: ## format all Swift files in place
	@swift format --in-place --parallel --recursive Package.swift Sources Tests

clean: ## remove build products (keeps .models and .pthub)
	@rm -rf .build
