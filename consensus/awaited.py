"""New views of which this replica lacks view changes, and the view changes that only they ask for.

Bounded: one new view per primary, its highest, so that no primary keeps another's out; and of each office one view
change for each of them.
"""

from collections.abc import Mapping
from typing import NamedTuple

from consensus.messages import NewView, ViewChange
from consensus.signatures import primary_of, view_change_digest
from crypto.keyring import Keyring


class KeptChange(NamedTuple):
    """A view change with the digest by which new views name it, so that it is computed once."""

    message: ViewChange
    digest: bytes


def kept_change(message: ViewChange) -> KeptChange:
    """The view change with its digest."""
    return KeptChange(message, view_change_digest(message))


class AwaitedViews:
    """New views, checked by themselves, until every view change that they name is here."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring
        self._new_views: dict[str, NewView] = {}
        self._named: dict[tuple[int, str], KeptChange] = {}

    def of_primary(self, primary: str) -> NewView | None:
        """The highest new view of a primary that is awaited."""
        return self._new_views.get(primary)

    def add(self, message: NewView) -> None:
        """Await a new view, and no more the one that its primary sent before."""
        primary = primary_of(message.view, self._keyring)
        former = self._new_views.get(primary)
        if former is not None:
            self._forget_named(former.view)
        self._new_views[primary] = message

    def lacks(self, change: KeptChange) -> bool:
        """Whether the awaited new view of its view names this very view change, and it is not kept here."""
        view, office = change.message.view, change.message.office
        message = self._of_view(view)
        return (
            message is not None
            and (office, change.digest) in message.view_changes
            and self._named.get((view, office)) != change
        )

    def keep(self, change: KeptChange) -> None:
        """Keep a view change, checked, that an awaited new view names."""
        self._named[change.message.view, change.message.office] = change

    @property
    def held(self) -> int:
        """How many view changes are kept here."""
        return len(self._named)

    def lacking(self, view: int, highest: Mapping[str, KeptChange]) -> tuple[bytes, ...]:
        """Digests that the awaited new view of this view names, and that are neither kept here nor in `highest`."""
        message = self._of_view(view)
        named = () if message is None else message.view_changes
        return tuple(
            digest for office, digest in named if self._find(view, office, digest, highest) is None
        )

    def take_complete(
        self, lowest: int, highest: Mapping[str, KeptChange]
    ) -> tuple[NewView, tuple[ViewChange, ...]] | None:
        """The highest new view from this view on of which all view changes are here; it is awaited no more."""
        for message in sorted(self._new_views.values(), key=_view_of, reverse=True):
            if message.view < lowest:
                return None
            changes = self._changes_of(message, highest)
            if changes is not None:
                del self._new_views[primary_of(message.view, self._keyring)]
                self._forget_named(message.view)
                return message, changes
        return None

    def forget(self, view: int) -> None:
        """Await nothing up to this view any more."""
        self._new_views = {
            primary: message for primary, message in self._new_views.items() if message.view > view
        }
        self._named = {key: item for key, item in self._named.items() if key[0] > view}

    def _changes_of(
        self, message: NewView, highest: Mapping[str, KeptChange]
    ) -> tuple[ViewChange, ...] | None:
        """All view changes that a new view names; none as soon as one lacks."""
        changes: list[ViewChange] = []
        for office, digest in message.view_changes:
            change = self._find(message.view, office, digest, highest)
            if change is None:
                return None
            changes.append(change)
        return tuple(changes)

    def _find(
        self, view: int, office: str, digest: bytes, highest: Mapping[str, KeptChange]
    ) -> ViewChange | None:
        for kept in (highest.get(office), self._named.get((view, office))):
            if kept is not None and kept.digest == digest:
                return kept.message
        return None

    def _forget_named(self, view: int) -> None:
        self._named = {key: item for key, item in self._named.items() if key[0] != view}

    def _of_view(self, view: int) -> NewView | None:
        message = self._new_views.get(primary_of(view, self._keyring))
        return message if message is not None and message.view == view else None


def _view_of(message: NewView) -> int:
    return message.view
