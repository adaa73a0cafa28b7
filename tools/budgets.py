"""Keep the shape of the code: files, functions and their sizes stay within the house's budgets."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
FILE_P95_LINES = 400
FUNCTION_P95_LINES = 40
FUNCTION_MAX_LINES = 80


def percentile95(values: list[int]) -> int:
    """Tell the value that 95 % of the values do not exceed."""
    return sorted(values)[max(0, -(-len(values) * 95 // 100) - 1)]


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Yield each function of a file with its length in lines, docstring and decorators included."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield (
                f"{path.relative_to(ROOT)}:{node.lineno} {node.name}",
                (node.end_lineno or node.lineno) - node.lineno + 1,
            )


def main() -> int:
    """Print what is over budget; tell how many budgets are broken."""
    paths = sorted(path for path in (ROOT / "src").rglob("*.py") if path.parent.name != "versions")
    files = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in paths}
    lengths = [each for path in paths for each in functions(path)]
    broken = [
        f"{name}: {lines} lines, over {FUNCTION_MAX_LINES}" for name, lines in lengths if lines > FUNCTION_MAX_LINES
    ]
    file_p95 = percentile95(list(files.values()))
    if file_p95 > FILE_P95_LINES:
        broken.append(f"files: 95 % should have at most {FILE_P95_LINES} lines, but the limit is at {file_p95}")
    function_p95 = percentile95([lines for _, lines in lengths])
    if function_p95 > FUNCTION_P95_LINES:
        broken.append(
            f"functions: 95 % should have at most {FUNCTION_P95_LINES} lines, but the limit is at {function_p95}"
        )
    for line in broken:
        print(line)  # noqa: T201
    print(  # noqa: T201
        f"budgets: {len(files)} files (p95 {file_p95} lines), {len(lengths)} functions (p95 {function_p95} lines, "
        f"longest {max(lines for _, lines in lengths)})"
    )
    return len(broken)


if __name__ == "__main__":
    sys.exit(main())
