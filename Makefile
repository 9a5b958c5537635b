# Human Rights Cities Registry. Needs Python 3.11 or newer, make and git; everything else comes from requirements.lock.
PYTHON ?= python3
BIN := .venv/bin
CITIES ?= 100,1000,10000
DEFECTS ?= 420
HERE := not browser and not shared and not clients and not feeds and not postgres and not replicas and not stores and not durability and not bulk
# what looks at the clock, or waits for a browser, may be red because of the machine: it is tried again, and that is told
AGAIN := --reruns 2 -rR
# the test files that name a mark: to collect all others only costs time (tests/test_architecture.py holds marks there)
marked = $$(grep -rlE "mark\.$(1)\b" tests --include="test_*.py")
EDITOR := server/static/built/yasgui.min.js
# hundreds of programs are started by the tests: what Python has compiled is kept, whatever the environment says
unexport PYTHONDONTWRITEBYTECODE

.PHONY: assets run test check lint fix browser bulk clients feeds postgres replicas stores durability repairs bench shared setup lock clean

run: setup assets     ## set up, publish the registry from data/ and serve it on http://127.0.0.1:8000
	$(BIN)/hrcr publish
	$(BIN)/hrcr serve

test: setup assets    ## every test that needs nothing but the packages
	$(BIN)/python -m pytest -m "$(HERE) and not alone" -n auto --dist worksteal
	$(BIN)/python -m pytest -m "$(HERE) and alone" $(AGAIN) $(call marked,alone)

check: lint           ## format, lint, types, fast tests: under a minute
	$(BIN)/python -m pytest -m "$(HERE) and not slow and not alone" -n auto --dist worksteal -q

lint: setup           ## format, lint, types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

fix: setup            ## mend what the formatter and the linter can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

browser: setup assets ## pages in a real browser; needs Chromium (Debian: apt-get install chromium)
	$(BIN)/python -m pytest -m browser $(AGAIN) $(call marked,browser)

clients: var/clients/.done ## SPARQL clients against the endpoint, federated queries with Fuseki; needs Java 17, Maven and curl
	$(BIN)/python -m pytest -m clients $(call marked,clients)

var/clients/.done: tests/clients/package-lock.json tests/clients/pom.xml tests/clients/fuseki/pom.xml .venv/.done
	mkdir -p $(@D)
	cp tests/clients/package.json tests/clients/package-lock.json tests/clients/.npmrc $(@D)
	cd $(@D) && PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --silent
	mvn -q -B -f tests/clients/pom.xml dependency:copy-dependencies -DoutputDirectory=$(CURDIR)/$(@D)/jars
	mvn -q -B -f tests/clients/fuseki/pom.xml dependency:copy-dependencies -DoutputDirectory=$(CURDIR)/$(@D)/fuseki
	touch $@

feeds: var/feeds/.done ## a client of event streams keeps a copy by the change feed, and the guide runs; needs curl
	$(BIN)/python -m pytest -m feeds $(call marked,feeds)

var/feeds/.done: tests/feeds/package-lock.json .venv/.done
	mkdir -p $(@D)
	cp tests/feeds/package.json tests/feeds/package-lock.json tests/feeds/.npmrc $(@D)
	cd $(@D) && PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --silent
	touch $@

bulk: setup           ## judging many cities, on processes here and on a Dask cluster of two workers started here
	$(BIN)/python -m pytest -m bulk $(call marked,bulk)

postgres: setup       ## the ledger and the accounts on PostgreSQL; needs its server (Debian: apt-get install postgresql)
	$(BIN)/python -m pytest -m postgres

replicas: setup       ## three replicas behind nginx, killed under load; needs its server (Debian: apt-get install nginx-light)
	$(BIN)/python -m pytest -m replicas -s $(call marked,replicas)

stores: var/stores/.done ## releases in Fuseki, Oxigraph and Virtuoso; needs Java 17, Maven, Debian's virtuoso-opensource-7
	$(BIN)/python -m pytest -m stores

var/stores/.done: tests/clients/fuseki/pom.xml tests/stores/requirements.txt .venv/.done
	mkdir -p $(@D)
	mvn -q -B -f tests/clients/fuseki/pom.xml dependency:copy-dependencies -DoutputDirectory=$(CURDIR)/$(@D)/fuseki
	$(PYTHON) -m venv $(@D)/programs
	$(@D)/programs/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r tests/stores/requirements.txt
	touch $@

durability: setup     ## 1,000 killed writers, 300 failing writes and flushes; takes minutes, needs gcc
	$(BIN)/python -m pytest -m durability -s $(call marked,durability)

repairs: setup        ## 420 faulty files, and how many a program mends with the repair that is shown; takes half an hour
	PYTHONPATH=. $(BIN)/python -m tests.repairs.corpus --number $(DEFECTS)

bench: setup          ## judgements, and the server beside others (needs wrk, Java 17, Maven); CITIES=100 is a quick run
	PYTHONPATH=. $(BIN)/python tests/benchmarks/judging.py
	PYTHONPATH=. $(BIN)/python -m tests.benchmarks.bulk
	PYTHONPATH=. $(BIN)/python -m tests.benchmarks.harvesting
	PYTHONPATH=. $(BIN)/python -m tests.benchmarks.comparing --cities $(CITIES) $(BENCH)
	PYTHONPATH=. $(BIN)/python -m tests.benchmarks.mirroring

shared: setup         ## suites that lie in ../shared beside the checkout
	$(BIN)/python -m pytest -m shared $(call marked,shared)

setup: .venv/.done

assets:               ## the query editor of the SPARQL page; the page works without it
	@$(MAKE) -s $(EDITOR) || echo "The query editor could not be built; the SPARQL page works without it."

$(EDITOR): server/editor/package-lock.json .venv/.done
	cd server/editor && PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --silent
	mkdir -p $(dir $@)
	cp server/editor/node_modules/@zazuko/yasgui/build/yasgui.min.css $(dir $@)
	cp server/editor/node_modules/@zazuko/yasgui/build/yasgui.min.js $@

.venv/.done: requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

lock:                 ## pin every dependency again, with hashes
	$(PYTHON) -m pip install -q uv
	$(PYTHON) -m uv pip compile pyproject.toml --all-extras --universal --generate-hashes --no-emit-index-url --no-header -q -o requirements.lock

clean:                ## remove what make made
	rm -rf .venv var dist server/static/built server/editor/node_modules
