"""A project of four tiny packages, whose wheels lie in a folder, to try tools/environment.py without a network."""

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from django.conf import settings

TOOL = "tools/environment.py"
PROJECT = """\
[project]
name = "small"
requires-python = "{pythons}"
dependencies = [
    "alpha",
]

[project.optional-dependencies]
extra = ["gamma>=1"]

[dependency-groups]
dev = ["delta"]
"""
# Who asks for each package, as uv writes it.
ON_BEHALF_OF = {
    "alpha": "registan (pyproject.toml)",
    "beta": "alpha",
    "gamma": "registan (pyproject.toml)",
    "delta": "registan (pyproject.toml:dev)",
}


class SmallProject:
    """A folder with the tool, a lock and a folder of wheels."""

    def __init__(self, root: Path, *, pythons: str = ">=3.12,<3.14") -> None:
        self.root, self.wheels = root, root.with_name(f"{root.name}-wheels")
        for folder in (self.wheels, root / "tools", root / ".tools" / "bin"):
            folder.mkdir(parents=True)
        shutil.copy(settings.BASE_DIR / TOOL, root / "tools")
        (root / ".tools" / "bin" / "uv").symlink_to(settings.BASE_DIR / ".tools" / "bin" / "uv")
        (root / "pyproject.toml").write_text(PROJECT.format(pythons=pythons))
        self.start_by("import alpha, beta")
        self.release(1)

    def start_by(self, code: str) -> None:
        """Say what must succeed before packages are swapped in."""
        (self.root / "tools" / "can_start.py").write_text(code)

    def release(self, version: int, *, fetchable: bool = True) -> None:
        """Lock another version of every package, whose wheels can be had or not."""
        lock = []
        for name, asked_by in ON_BEHALF_OF.items():
            wheel = make_wheel(self.wheels, name, version)
            digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
            lock.append(f"{name}=={version} \\\n    --hash=sha256:{digest}\n    # via {asked_by}\n")
            if not fetchable:
                wheel.unlink()
        (self.root / "requirements.lock").write_text("".join(lock))

    @property
    def environment(self) -> dict[str, str]:
        """Of a machine without a network, that has fetched nothing yet."""
        outside = {name: value for name, value in os.environ.items() if not name.startswith(("UV_", "VIRTUAL_ENV"))}
        cache = str(self.root.with_name(f"{self.root.name}-cache"))
        ours = {"UV_OFFLINE": "1", "UV_NO_INDEX": "1", "UV_FIND_LINKS": str(self.wheels), "UV_CACHE_DIR": cache}
        return {**outside, **ours, "UV_LINK_MODE": "copy"}

    def build(self, *options: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, TOOL, *options]
        return subprocess.run(command, cwd=self.root, env=self.environment, capture_output=True, text=True, check=False)

    def packages(self) -> dict[str, int]:
        """The packages that a Python started now has, with their versions."""
        code = "import importlib.metadata as m; print({d.name: int(d.version) for d in m.distributions()})"
        python = self.root / ".venv" / "bin" / "python"
        found = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True).stdout
        return {name: version for name, version in eval(found).items() if name in ON_BEHALF_OF}  # noqa: S307

    def kept(self) -> list[str]:
        return sorted(folder.name for folder in (self.root / ".venvs").iterdir() if folder.is_dir())


def make_wheel(folder: Path, name: str, version: int) -> Path:
    wheel, info = folder / f"{name}-{version}-py3-none-any.whl", f"{name}-{version}.dist-info"
    requires = "Requires-Dist: beta\n" if name == "alpha" else ""
    with zipfile.ZipFile(wheel, "w") as file:
        file.writestr(zipfile.ZipInfo(f"{name}/__init__.py"), f"VERSION = {version}\n")
        file.writestr(zipfile.ZipInfo(f"{name}/later.py"), f"VERSION = {version}\n")
        metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{requires}"
        file.writestr(zipfile.ZipInfo(f"{info}/METADATA"), metadata)
        file.writestr(
            zipfile.ZipInfo(f"{info}/WHEEL"),
            "Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        )
        names = [*file.namelist(), f"{info}/RECORD"]
        file.writestr(zipfile.ZipInfo(f"{info}/RECORD"), "".join(f"{entry},,\n" for entry in names))
    return wheel
