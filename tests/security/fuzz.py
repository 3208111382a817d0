"""Fuzzes what reads strangers' and other programs' texts, with atheris: libFuzzer for Python.

    make fuzz ONLY=markdown MINUTES=10

Inputs that reached new lines are remembered in .tools/fuzz-inputs, and a next run begins with them. An input that
breaks a promise (fuzz_targets.py) is written into .tools/fuzz-findings/TARGET, one for each place in the code where it
broke; the fuzzer then goes on. `--without-protection` is the control, which must find something; `--replay FILE` runs
one input.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import subprocess
import sys
import tempfile
import traceback
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ROOT / ".tools"
INSTRUMENTED = ["blog", "registan.transfer", "markdown_it", "mdit_py_plugins", "latex2mathml", "html"]
MEGABYTES = 1_500


def main() -> int:
    """Fuzz one target after another; return 1 when one has findings, or when a control has none."""
    parser = argparse.ArgumentParser()
    parser.add_argument("targets", nargs="*", default=["markdown", "paste", "wxr", "search"])
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--without-protection", action="store_true")
    parser.add_argument("--replay", type=Path)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.inside or given.replay:
        return run_inside(given)
    return max([fuzz(name, given) for name in given.targets])


def fuzz(name: str, given: argparse.Namespace) -> int:
    """Run libFuzzer in a process of its own, since it ends that process; say what it did in one line."""
    findings = findings_of(name, given)
    for old in [*findings.glob("*")]:
        old.unlink()
    control = ["--without-protection"] if given.without_protection else []
    command = [sys.executable, "-m", "tests.security.fuzz", "--inside", "--minutes", str(given.minutes), *control, name]
    with tempfile.TemporaryDirectory() as data_dir:
        # The test's own database: nothing of the site's, and nothing of the environment's.
        variables = {"PATH": os.environ["PATH"], "PYTHONPATH": os.environ["PYTHONPATH"], "DATA_DIR": data_dir}
        ran = subprocess.run(command, env=variables, cwd=ROOT, capture_output=True, text=True, check=False)
    said = dict(re.findall(r"stat::(\w+):\s+(\d+)", ran.stderr))
    found = sorted(path.name for path in findings.glob("*"))
    inputs, peak = said.get("number_of_executed_units", "?"), said.get("peak_rss_mb", "?")
    print(f"{findings.name}: {inputs} inputs, {peak} MB, findings: {', '.join(found) or 'none'}", flush=True)
    if ran.returncode and not found:
        print(ran.stderr[-3_000:])
        return 1
    return int(bool(found) != given.without_protection)


def findings_of(name: str, given: argparse.Namespace) -> Path:
    return TOOLS / "fuzz-findings" / f"{name}{' without protection' * given.without_protection}"


def run_inside(given: argparse.Namespace) -> int:
    """Within the process that libFuzzer will end."""
    import atheris

    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.registan.server_settings"
    (name,) = given.targets
    with atheris.instrument_imports(include=INSTRUMENTED):
        import django

        django.setup()
        from tests.security.fuzz_targets import TARGETS, describe, timed
    prepare_site()
    target = TARGETS[name]
    if given.without_protection:
        target.without().__enter__()
    if given.replay:
        print(describe(given.replay.read_bytes()))
        timed(target.check, given.replay.read_bytes())
        return 0
    folder, inputs = findings_of(name, given), TOOLS / "fuzz-inputs" / name
    for path in (folder, inputs):
        path.mkdir(parents=True, exist_ok=True)
    for seed in target.seeds():
        data = (b"a" if name == "markdown" else b"") + seed.encode("utf-8", "surrogatepass")
        (inputs / hashlib.sha256(data).hexdigest()[:16]).write_bytes(data)

    def check(data: bytes) -> None:
        try:
            timed(target.check, data)
        except Exception as error:
            keep(folder, data, error)
            if given.without_protection:
                os._exit(0)

    options = [
        f"-max_total_time={round(given.minutes * 60)}",
        f"-max_len={target.max_length}",
        "-timeout=60",
        "-report_slow_units=60",
    ]
    options += [f"-rss_limit_mb={MEGABYTES}", "-print_final_stats=1", f"-artifact_prefix={folder}/"]
    atheris.Setup([sys.argv[0], *options, str(inputs)], check)
    atheris.Fuzz()
    return 0


def keep(folder: Path, data: bytes, error: Exception) -> None:
    """Store the shortest input of those that broke in the same line with the same kind of error."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "/.tools/" not in frame.filename]
    place = frames[-1]
    path = folder / f"{type(error).__name__}-{Path(place.filename).stem}-{place.lineno}"
    if not path.exists() or path.stat().st_size > len(data):
        path.write_bytes(data)


def prepare_site() -> None:
    """A database with something to find in it."""
    from django.conf import settings
    from django.core.management import call_command

    settings.ALLOWED_HOSTS = ["testserver"]
    call_command("migrate", verbosity=0)
    from tests import factories

    tea: Any = factories.post(
        title="Tea in the morning", body="Green tea, *black tea*, and no coffee.", tags=[factories.tag("tea")]
    )
    factories.comment(tea, body="A cup of tea, please.")


if __name__ == "__main__":
    sys.exit(main())
