# What people do with this repository, one word each. `make` alone lists them.

CARGO ?= cargo
TARGET := $(if $(CARGO_TARGET_DIR),$(CARGO_TARGET_DIR),target)
SERVER := $(TARGET)/release/elenchus

.DEFAULT_GOAL := help
.PHONY: help setup graphiql run test test-clients check schema bench browser-test test-audit test-proxies test-docs test-example clean

help: ## Lists these words
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1	\2/p' $(MAKEFILE_LIST) | expand -t 22

setup: ## Looks whether this machine has what is needed, and as root on Debian installs what is not
	@scripts/setup

graphiql: ## Fetches the files of GraphiQL, which the next build embeds
	@python3 scripts/graphiql

run: setup ## Builds the server and runs it with a demo account
	@python3 scripts/graphiql || true
	@$(CARGO) build --release --locked
	@exec $(SERVER) serve --demo

test: setup ## Runs all tests; the first run fetches a Postgres and an embedding model
	@$(CARGO) test --workspace --locked

test-clients: setup ## Runs Apollo, urql, Relay and other clients against the server; needs Node 20 or later
	@$(CARGO) build --locked
	@npm --prefix tests/clients ci
	@npm --prefix tests/clients test -- $(abspath $(TARGET)/debug/elenchus)

check: ## Formatting and lints
	@$(CARGO) fmt --all --check
	@$(CARGO) clippy --workspace --all-targets --locked -- -D warnings

schema: ## Writes schema.graphql
	@$(CARGO) run --quiet --locked -- schema > schema.graphql.new && mv schema.graphql.new schema.graphql

bench: setup ## Measures nested queries and streams on this machine, beside the least that any server must do
	@$(CARGO) bench --locked --bench load

browser-test: setup ## Uses GraphiQL in headless Chromium; skipped where there is none
	@python3 scripts/graphiql
	@$(CARGO) build --release --locked
	@python3 scripts/with-server $(SERVER) -- python3 tests/browser/graphiql.py

test-audit: setup ## Runs the reference audits of GraphQL over HTTP, and graphql-ws; needs Node
	@$(CARGO) build --locked
	@tests/audit/run $(TARGET)/debug/elenchus

test-proxies: setup ## Runs the server behind nginx and Caddy with the files of docs/samples
	@$(CARGO) build --locked
	@python3 tests/proxies/run.py $(TARGET)/debug/elenchus

test-docs: setup ## Runs every snippet of docs/API.md; needs Node
	@$(CARGO) build --locked
	@tests/docs/run $(TARGET)/debug/elenchus

test-example: setup ## Uses examples/react-apollo in headless Chromium; skipped where there is no Node or Chromium
	@$(CARGO) build --release --locked
	@python3 tests/browser/react_apollo.py --server $(SERVER)

clean: ## Removes what was built; data stays
	@$(CARGO) clean
	@rm -rf graphiql/dist
