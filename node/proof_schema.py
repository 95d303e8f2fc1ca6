"""`python -m node.proof_schema FILE` writes the JSON schema of proof files, from the structures that read them."""

import msgspec

from ledger.proof.consistency import ConsistencyDocument
from ledger.proof.document import ProofDocument
from node.generated_file import named_file


def schema_bytes() -> bytes:
    """The JSON schema (2020-12) of a proof file or a consistency proof, indented."""
    forms, named = msgspec.json.schema_components(
        (ProofDocument, ConsistencyDocument), ref_template="#/$defs/{name}"
    )
    named["ProofDocument"]["required"].append("attestation")  # missing only while a file is made
    del named["FirstFiling"]["properties"]["accessCode"]  # a form error: it never stands in a file
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Proof file of the IP register, version 1",
        "anyOf": list(forms),
        "$defs": named,
    }
    return msgspec.json.format(msgspec.json.encode(schema), indent=1) + b"\n"


def main() -> None:
    """Write the schema to the file that the command line names."""
    named_file("Writes the JSON schema of proof files.").write_bytes(schema_bytes())


if __name__ == "__main__":
    main()
