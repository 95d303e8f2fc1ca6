"""New views of which this replica lacks view changes, and the view changes that only they ask for.

Bounded: one new view per primary, its highest, so that no primary keeps another's out; and of each office one view
change for each of them.
"""

from collections.abc import Collection, Mapping

from consensus.messages import NewView, ViewChange
from consensus.signatures import primary_of, view_change_digest
from crypto.keyring import Keyring


class AwaitedViews:
    """New views, checked by themselves, until every view change that they name is here."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring
        self._new_views: dict[str, NewView] = {}
        self._named: dict[tuple[int, str], ViewChange] = {}

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

    def names(self, change: ViewChange) -> bool:
        """Whether the awaited new view of its view names this very view change."""
        message = self._of_view(change.view)
        return (
            message is not None
            and (change.office, view_change_digest(change)) in message.view_changes
        )

    def keep(self, change: ViewChange) -> None:
        """Keep a view change, checked, that an awaited new view names."""
        self._named[change.view, change.office] = change

    def kept(self) -> Collection[ViewChange]:
        """The view changes that are kept here."""
        return self._named.values()

    def lacking(self, view: int, found: Mapping[bytes, ViewChange]) -> tuple[bytes, ...]:
        """Digests that the awaited new view of this view names, and that are not among those found."""
        message = self._of_view(view)
        named = () if message is None else message.view_changes
        return tuple(digest for _, digest in named if digest not in found)

    def take_complete(
        self, lowest: int, found: Mapping[bytes, ViewChange]
    ) -> tuple[NewView, tuple[ViewChange, ...]] | None:
        """The highest new view from this view on of which all view changes are found; it is awaited no more."""
        for message in sorted(self._new_views.values(), key=_view_of, reverse=True):
            changes = [found[digest] for _, digest in message.view_changes if digest in found]
            if message.view >= lowest and len(changes) == len(message.view_changes):
                del self._new_views[primary_of(message.view, self._keyring)]
                self._forget_named(message.view)
                return message, tuple(changes)
        return None

    def forget(self, view: int) -> None:
        """Await nothing up to this view any more."""
        self._new_views = {
            primary: message for primary, message in self._new_views.items() if message.view > view
        }
        self._named = {key: item for key, item in self._named.items() if key[0] > view}

    def __bool__(self) -> bool:
        """Whether anything is awaited."""
        return bool(self._new_views)

    def _forget_named(self, view: int) -> None:
        self._named = {key: item for key, item in self._named.items() if key[0] != view}

    def _of_view(self, view: int) -> NewView | None:
        message = self._new_views.get(primary_of(view, self._keyring))
        return message if message is not None and message.view == view else None


def _view_of(message: NewView) -> int:
    return message.view
