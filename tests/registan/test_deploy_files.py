"""The files of deploy/ as the programs that read them see them, and docs/install.md as a machine follows it."""

import re
import shutil
import subprocess

import pytest
import yaml

from tools.install_check import read_blocks

UNITS = [
    "web.socket",
    "web.service",
    "worker.service",
    "archive.service",
    "archive.timer",
    "drill.service",
    "drill.timer",
]
# Of 10: below this systemd calls a service safe.
MAX_EXPOSURE = 2.0


@pytest.fixture
def compose(root):
    return yaml.safe_load((root / "deploy/compose.yaml").read_text())


@pytest.fixture
def analyze():
    program = shutil.which("systemd-analyze")
    if not program:
        pytest.skip("systemd-analyze is not installed: the units were not read")
    return lambda *words: subprocess.run([program, *words], capture_output=True, text=True, check=False)


def test_systemd_reads_every_unit_and_knows_every_line(analyze, root, tmp_path):
    for name in UNITS:
        text = (root / f"deploy/systemd/registan-{name}").read_text()
        (tmp_path / f"registan-{name}").write_text(re.sub(r"/srv/registan/\.venv/bin/\w+", "/bin/true", text))
    done = analyze("verify", "--man=no", *(str(tmp_path / f"registan-{name}") for name in UNITS))
    assert (done.returncode, done.stderr) == (0, "")
    (tmp_path / "registan-web.service").write_text("[Service]\nExecStart=/bin/true\nNoNewPrivilege=yes\n")
    assert "NoNewPrivilege" in analyze("verify", "--man=no", str(tmp_path / "registan-web.service")).stderr


@pytest.mark.parametrize("name", [name for name in UNITS if name.endswith(".service")])
def test_a_service_is_confined(analyze, root, name):
    done = analyze("security", "--offline=true", str(root / f"deploy/systemd/registan-{name}"))
    assert float(re.search(r"Overall exposure level for \S+: ([\d.]+)", done.stdout)[1]) <= MAX_EXPOSURE


@pytest.mark.parametrize("name", ["web", "worker"])
def test_what_serves_is_started_again_whenever_it_ends(root, name):
    unit = (root / f"deploy/systemd/registan-{name}.service").read_text()
    assert "\nRestart=always\n" in unit
    assert "\nStartLimitIntervalSec=0\n" in unit
    assert "\nEnvironmentFile=/srv/registan/.env\n" in unit


def test_caddy_takes_its_file(root):
    program = shutil.which("caddy")
    if not program:
        pytest.skip("caddy is not installed: deploy/Caddyfile was not read")
    command = [program, "adapt", "--validate", "--adapter", "caddyfile", "--config", root / "deploy/Caddyfile"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert '"127.0.0.1:8000"' in done.stdout


def test_every_container_has_what_it_needs(compose, root):
    services = compose["services"]
    assert set(services) == {"upgrade", "web", "worker", "database", "cache", "caddy"}
    for name in ("web", "worker"):
        service = services[name]
        assert service["depends_on"]["upgrade"]["condition"] == "service_completed_successfully"
        assert (service["read_only"], service["cap_drop"], service["env_file"]) == (True, ["ALL"], "registan.env")
    for name in ("database", "cache"):
        assert services[name]["healthcheck"]["test"]
        assert services[name]["networks"] == ["inside"]
    assert "HEALTHCHECK" in (root / "deploy/Containerfile").read_text()
    mounted = {volume.partition(":")[0] for service in services.values() for volume in service.get("volumes", [])}
    assert set(compose["volumes"]) == {volume for volume in mounted if not volume.startswith(".")}
    for file in mounted - set(compose["volumes"]):
        assert (root / "deploy" / file).is_file()


def test_caddy_sees_static_files_and_media_and_nothing_else_of_the_site(compose):
    shared = {volume for volume in compose["services"]["caddy"]["volumes"] if not volume.startswith(".")}
    assert shared == {"static:/data/static:ro", "media:/data/media:ro", "certificates:/data/caddy"}


def test_no_secret_has_a_default_and_no_file_names_a_registry(root):
    text = (root / "deploy/compose.yaml").read_text()
    assert len(re.findall(r"POSTGRES_PASSWORD:\?", text)) == 2
    images = re.findall(r"^\s+image: (\S+)", text, re.MULTILINE)
    images += re.findall(r"^ARG BASE=(\S+)", (root / "deploy/Containerfile").read_text(), re.MULTILINE)
    assert len(images) == 5
    assert [image for image in images if "/" in image] == []


def test_the_document_names_files_that_there_are(root):
    document = (root / "docs/install.md").read_text()
    blocks = read_blocks(document)
    assert 9 <= len(blocks) <= 12
    named = set(re.findall(r"/srv/registan/(deploy/[\w./-]*\w)", "".join(blocks)))
    assert named == {"deploy/systemd/registan", "deploy/nginx.conf"}
    for unit in re.findall(r"registan-[\w.]+\.(?:socket|service|timer)", document):
        assert (root / "deploy/systemd" / unit).is_file()


def test_the_documents_sed_uncomments_tls_and_nothing_else(root):
    blocks = "".join(read_blocks((root / "docs/install.md").read_text()))
    program = re.search(r"^sed -i -E '(.+)' /etc/nginx", blocks, re.MULTILINE)[1]
    before = (root / "deploy/nginx.conf").read_text()
    after = subprocess.run(["sed", "-E", program], input=before, capture_output=True, text=True, check=True).stdout
    changed = [new.strip() for old, new in zip(before.splitlines(), after.splitlines(), strict=True) if old != new]
    assert [line.split()[0] for line in changed] == [
        "listen", "listen", "http2", "ssl_certificate", "ssl_certificate_key", "ssl_protocols", "ssl_session_cache",
        "ssl_session_tickets",
    ]  # fmt: skip
