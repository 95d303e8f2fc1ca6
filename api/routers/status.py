"""`/status`: where this node stands, and what it holds against others."""

from fastapi import APIRouter
from starlette.responses import Response

from api.answers import json_response
from api.dependencies import GRANTS, MayAudit, MayRead, Permission, Service
from api.description import answer
from api.moments import moment_text
from api.query_check import CheckedRoute
from api.schemas import (
    ContradictionDocument,
    EvidenceDocument,
    PeerDocument,
    StatusDetails,
    StatusDocument,
)
from node.status import NodeStatus, signed_contradiction

router = APIRouter(prefix="/status", tags=["node"], route_class=CheckedRoute)


@router.get(
    "",
    operation_id="getStatus",
    summary="Where this node stands",
    responses={200: answer("The state; `details` for administrators only.", StatusDocument)},
)
async def get_status(service: Service, role: MayRead) -> Response:
    """Height, offices, what is being waited for; auditors see what waits, administrators view, peers, counters."""
    status = service.status()
    document = StatusDocument(
        ip_office_code=status.office,
        network_name=status.network_name,
        network_id=status.network_id.hex(),
        office_bag=status.offices,
        quorum=status.quorum,
        faults=status.faults,
        height=status.height,
        stable_height=status.stable_height,
        head_hash=status.head_hash.hex(),
        block_time=moment_text(status.time_ms),
        started_at=moment_text(status.started_at_ms),
        is_ready=not status.waiting_for,
        waiting_for_bag=status.waiting_for,
        pending_submissions=(
            status.pending_submissions if Permission.AUDIT in GRANTS[role] else None
        ),
        details=_details(status) if Permission.OPERATE in GRANTS[role] else None,
    )
    headers = {"Register-Height": str(status.height), "Cache-Control": "no-store"}
    return json_response(document, headers=headers)


@router.get(
    "/evidence",
    operation_id="getEvidence",
    summary="What offices signed that contradicts itself",
    responses={200: answer("The pairs, for auditors and administrators.", EvidenceDocument)},
)
async def get_evidence(service: Service, _role: MayAudit) -> Response:
    """Each pair proves itself to whoever has the offices' public keys; it is kept while this node runs."""
    document = EvidenceDocument(
        contradictions=tuple(
            ContradictionDocument(
                ip_office_code=found.office,
                kind=found.kind,
                first=found.first,
                second=found.second,
            )
            for found in map(signed_contradiction, service.status().evidence)
        )
    )
    return json_response(document, headers={"Cache-Control": "no-store"})


def _details(status: NodeStatus) -> StatusDetails:
    return StatusDetails(
        view=status.view,
        is_view_active=status.is_view_active,
        primary=status.primary,
        catch_up_target=status.catch_up_target,
        pending_submissions=status.pending_submissions,
        waiting_entries=status.waiting_entries,
        equivocating=tuple(found.office for found in status.evidence),
        peers=tuple(
            PeerDocument(
                ip_office_code=peer.office,
                is_linked=peer.is_linked,
                height=peer.height,
                lag=max(status.height - peer.height, 0),
                stable_height=peer.stable_height,
                view=peer.view,
                url=peer.url,
                trouble=peer.trouble,
            )
            for peer in status.peers
        ),
        counters=status.counters,
        link_counters=status.link_counters,
    )
