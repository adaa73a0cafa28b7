"""Write docs/reference from the code, or fail when what is written there is not what the code says."""

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
import typer

from cinoche import bootstrap, cli, jobs
from cinoche.api.access import ACCESS
from cinoche.api.app import describe_routes
from cinoche.events.types import EVENT_TYPES
from cinoche.kit.erd import mermaid_erd
from cinoche.settings import PREFIX, Settings

REFERENCE = Path(__file__).parents[1] / "docs" / "reference"
NOTE = "<!-- Written by `make docs-write` from the code; do not edit. -->\n"


def settings_page() -> Iterator[str]:
    """Describe every setting."""
    yield "# Settings\n"
    yield "Each is an environment variable; every default needs no server.\n"
    yield "| variable | default | what it does |\n|---|---|---|"
    for name, field in Settings.model_fields.items():
        default = "" if field.default == "" else f"`{field.default}`"
        yield f"| `{PREFIX}{name.upper()}` | {default} | {field.description} |"


def events_page() -> Iterator[str]:
    """Describe every type of event and its fields."""
    yield "# Events\n"
    yield "What `POST /api/v1/events` accepts. `source` and `id` alone decide what is a duplicate.\n"
    for event_type in EVENT_TYPES.values():
        yield f"## `{event_type.name}` (version {event_type.version})\n\n{event_type.sentence}\n"
        yield "| field of `data` | type | needed |\n|---|---|---|"
        if not event_type.of_nobody:
            yield "| `profile_id` | text | yes |"
        for field in msgspec.json.schema(event_type.fields)["$defs"][event_type.fields.__name__]["properties"].items():
            yield _field_row(*field, event_type.fields)
        yield ""


def _field_row(name: str, schema: Mapping[str, Any], fields: type[msgspec.Struct]) -> str:
    options = schema.get("anyOf", [schema])
    words = [_bounds(option) for option in options if option.get("type") != "null"]
    required = any(each.name == name and each.required for each in msgspec.structs.fields(fields))
    return f"| `{name}` | {' or '.join(words)} | {'yes' if required else 'no'} |"


def _bounds(schema: Mapping[str, Any]) -> str:
    if "enum" in schema:
        return " or ".join(f"`{each}`" for each in schema["enum"])
    words = {"string": "text", "number": "number", "integer": "whole number", "array": "list"}[schema["type"]]
    bounds = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤", "minLength": "length ≥", "maxLength": "length ≤"}
    limits = [f"{sign} {schema[key]:g}" for key, sign in bounds.items() if key in schema]
    return " ".join([words, *([f"({', '.join(limits)})"] if limits else [])])


def cli_page() -> Iterator[str]:
    """Describe every command, its options and the exit codes."""
    yield "# Command line\n"
    yield "Results go to stdout, everything else to stderr.\n"
    yield "| exit code | meaning |\n|---|---|\n| 0 | done |\n| 1 | a defect of ours: please report it |"
    for _, code, meaning in cli.EXIT_CODES:
        yield f"| {code} | {meaning} |"
    yield "| 130 | stopped by Ctrl-C |\n"
    yield from _command("cinoche", typer.main.get_command(cli.app))


def _command(name: str, command: Any) -> Iterator[str]:
    children = getattr(command, "commands", {})
    for child_name, child in children.items():
        yield from _command(f"{name} {child_name}", child)
    if children:
        return
    yield f"## `{name}`\n\n{(command.help or '').strip()}\n"
    yield "| option | default | what it does |\n|---|---|---|"
    for param in command.params:
        if "--help" in param.opts:
            continue
        label = (
            ", ".join(f"`{each}`" for each in param.opts) if param.param_type_name == "option" else f"`{param.name}`"
        )
        default = "" if param.default in {None, False} or callable(param.default) else f"`{param.default}`"
        yield f"| {label} | {default} | {getattr(param, 'help', '') or ''} |"
    yield ""


def api_page() -> Iterator[str]:
    """Describe every route and who may call it."""
    yield "# API\n"
    yield "All routes answer JSON; errors are `application/problem+json` (RFC 9457). The full description is at"
    yield "`/api/v1/openapi.json`. A route refuses everybody unless it stands in this table.\n"
    yield "| route | who | what it does |\n|---|---|---|"
    for method, path, summary in describe_routes():
        yield f"| `{method} {path}` | {ACCESS[method, path].value} | {summary} |"


def jobs_page() -> Iterator[str]:
    """Describe every batch job."""
    yield "# Jobs\n"
    yield "What runs in the background or from a timer, by name.\n"
    yield "| job | what it does |\n|---|---|"
    for name, sentence in jobs.JOBS.items():
        yield f"| `{name}` | {sentence} |"


def erd_page() -> Iterator[str]:
    """Draw the relational schema."""
    yield "# The relational schema\n"
    yield "The event log is a store of its own (`events.db`); everything relational is here.\n"
    yield f"```mermaid\n{mermaid_erd(bootstrap.metadatas()).rstrip()}\n```"


PAGES: Mapping[str, Callable[[], Iterator[str]]] = {
    "settings.md": settings_page,
    "events.md": events_page,
    "cli.md": cli_page,
    "api.md": api_page,
    "jobs.md": jobs_page,
    "erd.md": erd_page,
}


def render(page: Callable[[], Iterator[str]]) -> str:
    """Render a page as it stands in docs/reference."""
    return NOTE + "\n".join(page()).rstrip() + "\n"


def main() -> int:
    """Write the pages, or with --check tell which are stale."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, fail when a page is stale")
    check = parser.parse_args().check
    stale = [
        name
        for name, page in PAGES.items()
        if not (REFERENCE / name).exists() or (REFERENCE / name).read_text(encoding="utf-8") != render(page)
    ]
    if check:
        for name in stale:
            print(f"docs/reference/{name} is stale: run `make docs-write`")  # noqa: T201
        return len(stale)
    REFERENCE.mkdir(parents=True, exist_ok=True)
    for name in stale:
        (REFERENCE / name).write_text(render(PAGES[name]), encoding="utf-8")
        print(f"docs/reference/{name} written")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
