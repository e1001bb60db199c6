# Sluice: `make run` and `make test` do everything on a Debian 12 machine with Swift 6.3.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PACKAGES := libwebsockets-dev libwebsockets-evlib-uv libuv1-dev libsqlite3-dev libssl-dev pkg-config
TEST_PACKAGES := $(PACKAGES) python3-venv node-ws strace chromium
VENV := .venv
SWIFT_FLAGS ?=
BINARY := .build/release/sluice
SUDO := $(if $(filter 0,$(shell id -u)),,sudo)

export SWIFT_BACKTRACE = enable=no
export NODE_PATH = /usr/share/nodejs

.PHONY: help run build test test-swift test-clients check format packages test-packages clean

help:
	@echo 'make run     install what is missing, build, start the broker with demo uploads'
	@echo 'make test    install what is missing, build, run every test'
	@echo 'make check   formatting and warnings'
	@echo 'make build   the release binary: $(BINARY)'

# Installs the packages of $(1) that are not there yet, and says which.
define install
	@missing=""; for package in $(1); do \
	  dpkg-query -W -f '$${Status}' $$package 2>/dev/null | grep -q 'install ok installed' || missing="$$missing $$package"; \
	done; \
	if [ -n "$$missing" ]; then \
	  echo "installing:$$missing"; \
	  $(SUDO) apt-get update -qq; \
	  $(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
	fi
endef

packages:
	@command -v swift >/dev/null || { echo 'Swift 6.3 is not on the PATH: see swift.org/install'; exit 1; }
	$(call install,$(PACKAGES))

test-packages: packages
	$(call install,$(TEST_PACKAGES))

build: packages
	@swift build -c release --product sluice $(SWIFT_FLAGS)

run: build
	@$(BINARY) serve --demo 20

test: test-swift test-clients

test-swift: test-packages
	swift test --disable-xctest --parallel $(SWIFT_FLAGS)

$(VENV)/installed: Tests/Clients/requirements.txt | test-packages
	@echo 'installing the test clients from PyPI: $(VENV)'
	@/usr/bin/python3 -m venv $(VENV)
	@$(VENV)/bin/pip install --quiet --disable-pip-version-check -r Tests/Clients/requirements.txt
	@touch $@

test-clients: build $(VENV)/installed
	SLUICE_BINARY=$(BINARY) $(VENV)/bin/python -m pytest Tests/Clients -q

check: packages
	swift format lint --strict --recursive --parallel Package.swift Sources Tests

format:
	swift format --in-place --recursive --parallel Package.swift Sources Tests

clean:
	rm -rf .build $(VENV) data
