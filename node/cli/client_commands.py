"""Adds the commands that speak to a node, or prove without one, to the command line."""

import typer

from node.cli import (
    audit,
    audit_follow,
    audit_others,
    claim,
    closed_days,
    export,
    export_ledger,
    proofs,
    receipts,
    reports,
    sealed,
    sealed_claim,
    sealed_import,
    simulate,
)
from node.cli.bench import bench
from node.cli.claim_import import import_claims
from node.cli.declarations import coverage, event
from node.cli.demo import demo
from node.cli.evaluate import evaluate, evaluate_sealed
from node.cli.family import dispute, family
from node.cli.ledgers import blocks, offices
from node.cli.lookup import lookup
from node.cli.notices import notices
from node.cli.number import number
from node.cli.office_keys import keys
from node.cli.proof_certificate import make_certificate
from node.cli.proof_verify import verify_proof
from node.cli.receipt_join import join
from node.cli.register import register
from node.cli.restore import restore
from node.cli.verify import verify_filing, verify_priority
from node.cli.verify_list import verify_list


def add_client_commands(app: typer.Typer) -> None:
    """Add them in the order of the help."""
    app.command("demo")(demo)
    app.command("register")(register)
    export.app.command("ledger")(export_ledger.ledger)
    app.add_typer(export.app, name="export")
    app.command("verify-priority")(verify_priority)
    app.command("verify-filing")(verify_filing)
    app.command("verify-list")(verify_list)
    app.command("number")(number)
    app.command("lookup")(lookup)
    app.command("family")(family)
    app.command("notices")(notices)
    receipts.app.command("join")(join)
    app.add_typer(receipts.app, name="receipt")
    proofs.app.command("verify")(verify_proof)
    proofs.app.command("keys")(keys)
    proofs.app.command("certificate")(make_certificate)
    app.add_typer(proofs.app, name="proof")
    app.command("event")(event)
    claim.app.command("import")(import_claims)
    app.add_typer(claim.app, name="claim")
    app.command("dispute")(dispute)
    app.add_typer(reports.app, name="report")
    sealed.app.command("claim")(sealed_claim.claim)
    sealed.app.command("correct")(sealed_claim.correct)
    sealed.app.command("import")(sealed_import.import_filings)
    app.add_typer(sealed.app, name="sealed")
    app.command("coverage")(coverage)
    app.add_typer(closed_days.app, name="closed-days")
    app.command("blocks")(blocks)
    app.command("offices")(offices)
    audit.app.command("follow")(audit_follow.follow)
    audit.app.command("blame")(audit_others.blame)
    app.add_typer(audit.app, name="audit")
    app.command("restore")(restore)
    app.command("evaluate")(evaluate)
    app.command("evaluate-sealed")(evaluate_sealed)
    app.command("bench")(bench)
    app.add_typer(simulate.app, name="simulate")
