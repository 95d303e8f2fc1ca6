"""Who may import whom (docs/architecture.md): read from the imports themselves."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
OURS = ("api", "consensus", "crypto", "ledger", "node", "simulations")

MAY_IMPORT = {
    "crypto": set(),
    "consensus": {"crypto"},
    "ledger": {"crypto"},
    "node": {"consensus", "ledger", "crypto"},
    "api": {"node", "ledger", "crypto"},
    "simulations": {"node", "consensus", "ledger", "crypto"},
}
COMMANDS_WITH_THE_API = {
    "node/cli/start.py": {"api.app", "api.settings"},  # starts the server
    # The others read and write files with the API's formats, and say what the API would say to them.
    "node/cli/claim_import.py": {"api.formats.claims", "api.formats.row"},
    "node/cli/export.py": {
        "api.filing_documents", "api.formats", "api.formats.claims", "api.formats.registered", "api.formats.row",
    },
    "node/cli/export_authority_file.py": {"api.authority.definition"},
    "node/cli/export_selection.py": {"api.filing_documents"},
    "node/cli/export_table.py": {"api.tables", "api.tables.csv_tables", "api.tables.parquet_tables"},
    "node/cli/imports.py": {"api.formats", "api.formats.row", "api.rejections"},
    "node/cli/proof_certificate.py": {
        "api.printing.certificate", "api.printing.electronic_seal", "api.printing.typesetting",
    },
    "node/cli/proof_verify.py": {"api.printing.certificate", "api.printing.typesetting"},
    "node/cli/register.py": {"api.formats", "api.formats.row", "api.preview"},
    "node/cli/row_report.py": {"api.explain", "api.formats.row"},
    "node/cli/verify_list.py": {
        "api.explain", "api.formats.columns", "api.formats.questions", "api.formats.row",
    },
}  # fmt: skip
"""What of the API each file of the command line imports."""
COMMANDS_THAT_SIMULATE = ("node/cli/simulate.py", "node/cli/simulation_folder.py")
"""The files of the command line that run and report simulations."""
IMPURE = {
    "asyncio", "datetime.now", "glob", "http", "httpx2", "logging", "os", "pathlib", "random", "secrets",
    "selectors", "shutil", "signal", "socket", "sqlite3", "ssl", "subprocess", "tempfile", "threading",
    "time", "urllib", "uuid", "websockets", "plyvel",
}  # fmt: skip
STORE_ADAPTERS = {
    "ledger/files.py": {"pathlib"},
    "ledger/leveldb.py": {"pathlib", "plyvel"},
    "ledger/sqlite.py": {"pathlib", "sqlite3"},
    "ledger/record_frames.py": {"pathlib"},
    "ledger/segments.py": {"os", "pathlib"},
}
SHELL_LIBRARIES = {"asyncio", "websockets", "httpx2", "typer", "rich", "fastapi", "uvicorn"}
PURE_NODE_FILES = tuple(
    f"node/{name}.py"
    for name in (
        "engine",
        "effects",
        "catchup",
        "block_transfer",
        "journal_records",
        "journal_upkeep",
        "outgoing",
        "handshake",
    )
)


def sources(package: str) -> Iterator[Path]:
    yield from sorted((ROOT / package).rglob("*.py"))


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found.add(node.module)
    return found


def top(names: set[str]) -> set[str]:
    return {name.split(".")[0] for name in names}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("package", OURS)
def test_a_package_imports_only_what_the_table_allows(package: str) -> None:
    allowed = MAY_IMPORT[package] | {package}
    wrong = {
        name_of(path): sorted((top(imports(path)) & set(OURS)) - allowed)
        for path in sources(package)
        if (top(imports(path)) & set(OURS)) - allowed
    }
    exempt = {name: ["api"] for name in COMMANDS_WITH_THE_API}
    exempt |= {name: ["simulations"] for name in COMMANDS_THAT_SIMULATE}
    assert wrong == (exempt if package == "node" else {})


def test_each_file_of_the_command_line_imports_of_the_api_what_is_listed() -> None:
    imported = {
        name_of(path): {name for name in imports(path) if name.split(".")[0] == "api"}
        for path in sources("node")
    }
    assert {name: names for name, names in imported.items() if names} == COMMANDS_WITH_THE_API


@pytest.mark.parametrize("package", ["crypto", "consensus", "ledger"])
def test_the_core_touches_no_clock_random_source_file_or_socket(package: str) -> None:
    wrong = {
        name_of(path): sorted(found)
        for path in sources(package)
        if (found := (top(imports(path)) & IMPURE) - STORE_ADAPTERS.get(name_of(path), set()))
    }
    assert wrong == {}


@pytest.mark.parametrize("name", PURE_NODE_FILES)
def test_the_engine_knows_no_shell(name: str) -> None:
    assert top(imports(ROOT / name)) & (SHELL_LIBRARIES | IMPURE) == set()


def test_api_touches_no_database_and_no_consensus() -> None:
    wrong = {
        name_of(path)
        for path in sources("api")
        if top(imports(path)) & {"plyvel", "sqlite3", "consensus"}
    }
    assert wrong == set()


def test_simulations_use_no_real_clock_or_socket_in_the_simulated_world() -> None:
    shells = {"__main__", "campaign", "checking", "hunt"}
    wrong = {
        path.name
        for path in sources("simulations")
        if path.stem not in shells
        and top(imports(path)) & {"asyncio", "socket", "time", "threading", "subprocess"}
    }
    assert wrong == set()


def test_no_modules_import_one_another_in_a_circle() -> None:
    paths = {module_of(path): path for package in OURS for path in sources(package)}
    waiting = {name: modules_imported(path, set(paths)) - {name} for name, path in paths.items()}
    while free := {name for name, needed in waiting.items() if not needed & waiting.keys()}:
        for name in free:
            del waiting[name]
    assert waiting == {}


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def modules_imported(path: Path, known: set[str]) -> set[str]:
    """Of the known ones; where a package is only the way to one of its modules, that module."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                found.add(inner if inner in known else node.module)
    return found & known
