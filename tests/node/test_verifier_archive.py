"""The verifier as one file: it verifies on a machine that has Python, two packages, and nothing of the register."""

import ast
import importlib.util
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import NamedTuple

import pytest
from builders.cose_statements import FILE
from builders.ledgers import GENESIS
from builders.vectors import DIRECTORY, vectors

from crypto.digest import sha256
from ledger.genesis import encode_genesis
from ledger.proof.compact import compacted
from ledger.proof.scanned_text import to_lines
from node.verifier.archive import write_archive
from node.verifier.sources import OURS

ROOT = Path(__file__).parents[2]
PROOF = DIRECTORY / "proof_confirmed.json"
CONFIRMED = "VALID confirmed: AU 2013000001 of 2013-05-06 gives priority until 2014-05-07."


class Machine(NamedTuple):
    """A folder with the archive, a genesis and the packages that are installed there: nothing else is found."""

    folder: Path

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        alone = {"PYTHONPATH": str(self.folder / "packages"), "PYTHONDONTWRITEBYTECODE": "1"}
        program = [sys.executable, "-S", "-P", str(self.folder / "verifier.pyz"), *arguments]
        return subprocess.run(
            program, cwd=self.folder, env=alone, capture_output=True, text=True, check=False
        )

    def verify(self, file: Path | str, *more: str) -> subprocess.CompletedProcess[str]:
        return self.run(str(file), "--trust", "genesis.json", *more)


def install(folder: Path, *packages: str) -> None:
    (folder / "packages").mkdir(exist_ok=True)
    for name in packages:
        found = importlib.util.find_spec(name)
        assert found is not None
        assert found.origin is not None
        origin = Path(found.origin)
        place = origin.parent if origin.name == "__init__.py" else origin
        (folder / "packages" / place.name).symlink_to(place)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    write_archive(ROOT, tmp_path / "verifier.pyz")
    install(tmp_path, "msgspec", "cryptography", "_cffi_backend")
    (tmp_path / "genesis.json").write_bytes(encode_genesis(GENESIS))
    return Machine(tmp_path)


def test_a_proof_of_a_network_is_verified_where_nothing_but_the_verifier_is(
    machine: Machine,
) -> None:
    told = machine.verify(PROOF)
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.splitlines()[0] == CONFIRMED
    in_json = json.loads(machine.verify(PROOF, "--json").stdout)
    assert (in_json["ok"], in_json["exitCode"], in_json["outcome"]) == (True, 0, "confirmed")


def test_the_codes_of_a_certificate_and_a_consistency_file_are_verified_as_well(
    machine: Machine,
) -> None:
    lines = to_lines(compacted(PROOF.read_bytes()), 1000)
    (machine.folder / "scanned.txt").write_text("\n".join(reversed(lines)))
    assert machine.verify("scanned.txt").stdout.splitlines()[0] == CONFIRMED
    grown = machine.verify(DIRECTORY / "proof_consistency.json")
    assert grown.stdout.startswith("VALID the ledger only grew from block ")


def test_a_proof_that_does_not_hold_ends_with_1_and_names_the_check(machine: Machine) -> None:
    forged = PROOF.read_bytes().replace(b'"confirmed"', b'"undetermined"', 1)
    (machine.folder / "forged.json").write_bytes(forged)
    told = machine.verify("forged.json", "--json")
    document = json.loads(told.stdout)
    assert (told.returncode, document["ok"], document["check"]) == (1, False, "answer")


def test_what_cannot_be_judged_ends_with_3_and_what_cannot_be_used_says_what_to_do(
    machine: Machine,
) -> None:
    part = to_lines(compacted(PROOF.read_bytes()), 1000)[0]
    (machine.folder / "part.txt").write_text(part)
    assert machine.verify("part.txt").returncode == 3
    (machine.folder / "page.pdf").write_bytes(b"%PDF-1.7\n")
    pdf = machine.verify("page.pdf")
    assert (pdf.returncode, "take the attached proof.json out" in pdf.stderr) == (3, True)
    assert json.loads(machine.verify("page.pdf", "--json").stdout)["check"] == "form"
    missing = machine.verify("nothing.json")
    assert missing.stderr == (
        "Error: nothing.json: No such file or directory\nFix: name a file that can be read\n"
    )
    assert missing.returncode == 2
    for genesis in (str(PROOF), "nothing.json", "."):
        unread = machine.run(str(PROOF), "--trust", genesis)
        assert (unread.returncode, unread.stderr.splitlines()[1]) == (
            4,
            "Fix: name the genesis.json of the network",
        )


def test_a_file_with_several_access_codes_is_no_access_code(machine: Machine) -> None:
    (machine.folder / "codes.txt").write_text("1J6G-KZPN\n\n2K7H-M0QP\n")
    told = machine.verify(PROOF, "--codes", "codes.txt")
    assert (told.returncode, "expected one access code, found 2" in told.stderr) == (2, True)
    assert machine.verify(PROOF, "--codes", "nothing.txt").returncode == 4


def test_a_package_that_is_missing_is_named_with_the_command_that_installs_it(
    tmp_path: Path,
) -> None:
    write_archive(ROOT, tmp_path / "verifier.pyz")
    install(tmp_path, "cryptography", "_cffi_backend")
    told = Machine(tmp_path).verify(PROOF)
    assert (told.returncode, told.stderr) == (
        2,
        "Error: expected the package msgspec\nFix: python3 -m pip install msgspec cryptography\n",
    )


def test_the_archive_holds_what_the_verifier_imports_and_no_node(tmp_path: Path) -> None:
    write_archive(ROOT, tmp_path / "verifier.pyz")
    with zipfile.ZipFile(tmp_path / "verifier.pyz") as archive:
        names = archive.namelist()
    assert {name.split("/")[0] for name in names} == {"__main__.py", "crypto", "ledger", "node"}
    assert [name for name in names if name.startswith("node/")] == [
        "node/__init__.py",
        "node/verifier/__init__.py",
        "node/verifier/moments.py",
        "node/verifier/program.py",
        "node/verifier/standard_forms.py",
        "node/verifier/telling.py",
    ]
    assert "ledger/register/st3.json" in names
    assert {"ledger/ledger.py", "ledger/proof/making.py"}.isdisjoint(names)


def test_the_same_sources_give_the_same_bytes(tmp_path: Path) -> None:
    digests = set()
    for name in ("first.pyz", "second.pyz"):
        write_archive(ROOT, tmp_path / name)
        digests.add(sha256((tmp_path / name).read_bytes()))
    assert len(digests) == 1


def test_ours_are_the_packages_of_the_repository() -> None:
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}
    assert packages == set(OURS)


def test_the_program_imports_nothing_that_it_does_not_name_before_its_packages_are_looked_for() -> (
    None
):
    tree = ast.parse((ROOT / "node" / "verifier" / "program.py").read_bytes())
    first = {
        node.module if isinstance(node, ast.ImportFrom) else node.names[0].name
        for node in tree.body
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert first == {"json", "sys", "argparse", "pathlib", "typing"}


def test_standard_forms_are_verified_there_too(machine: Machine) -> None:
    (machine.folder / "filing.cose").write_bytes(FILE)
    (machine.folder / "answer.jws").write_text(vectors("signed_answer")["jws"])
    missing = machine.verify("filing.cose")
    assert (missing.returncode, "pip install cbor2" in missing.stderr) == (2, True)
    install(machine.folder, "cbor2")
    told = machine.verify("filing.cose")
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.startswith("VALID AU.patent.2013000002, accepted, declared by AU\n")
    (machine.folder / "bad.cose").write_bytes(FILE[:-1])
    assert machine.verify("bad.cose").returncode == 1
    for more, code in (((), 3), (("--word-of", "AU"), 0), (("--word-of", "JP"), 1)):
        assert machine.verify("answer.jws", *more).returncode == code
