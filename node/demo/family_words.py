"""The words in which the story of a family is told, and compared."""

import re
from typing import Final

from node.client import Document
from node.demo.clerks import Refusal

_LONG: Final = re.compile(r"(\b[A-Z]{2}\.sealed\.[\w-]{6}|\.[A-Z]{2}\.[0-9a-f]{6})[\w-]+")


def short(text: str) -> str:
    """A text with the keys and digests in its ids cut, for people to read."""
    return _LONG.sub(r"\1…", text)


def secrets_of(receipt: Document) -> list[str]:
    """What of a receipt nobody else may see, as text that a block could hold."""
    code = receipt["accessCode"]
    return [receipt["applicationNumberText"], receipt["filingDate"], code, code.replace("-", "")]


def mistyped(code: str) -> str:
    """The code with one character taken for another."""
    wrong = "3" if code[0] != "3" else "7"
    return wrong + code[1:]


def without_id(asked: str, answer: Refusal) -> Refusal:
    """An answer without the id that was asked for, so that two can be compared."""
    return answer._replace(detail=answer.detail.replace(asked, "..."))


def registered_members(family: Document) -> set[str]:
    """The ids of the members that are registered."""
    return {member["filingId"] for member in family["members"] if member["isRegistered"]}


def member_rows(family: Document) -> list[tuple[str, str, str]]:
    """The members for a table: office, number or id, and what joins it."""
    return [
        (
            member["ipOfficeCode"],
            member.get("applicationNumberText") or short(member["filingId"]),
            short(_joint(member)),
        )
        for member in family["members"]
    ]


def _joint(member: Document) -> str:
    joints = [
        f"{joint['relation']} of {joint['earlierFilingId']}"
        for joint in member.get("jointBag", ())
        if joint["laterFilingId"] == member["filingId"]
    ]
    return ", ".join(joints) or "claimed by the others"
