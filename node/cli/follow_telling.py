"""How `ipregister audit --follow` tells what the monitor finds, and how it ends."""

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import typer

from node.auditing.monitor.alarms import ADVICE, UNDECIDED, Alarm, alarm_document, alarm_text
from node.cli.output import ExitCode, data, print_json, talk

if TYPE_CHECKING:
    from node.auditing.monitor.monitor import Monitor
    from node.auditing.monitor.webhook import Webhook


class Teller:
    """Prints what the monitor finds, and knows how the command ends."""

    def __init__(self, *, as_json: bool, keep_going: bool) -> None:
        self._as_json = as_json
        self._keep_going = keep_going
        self._exit_code = ExitCode.YES
        self._alarm_count = 0
        self.stop = asyncio.Event()
        self.webhook: Webhook | None = None
        self.height = 0

    def alarm(self, alarm: Alarm) -> bool:
        """Tell an alarm, and end unless the monitor is to go on; False: it has ended, and nothing is told any more."""
        if self.stop.is_set():
            return False
        document = alarm_document(alarm)
        routine = ", routine" if alarm.is_routine else ""
        self._tell("alarm", document, f"ALARM{routine}  {alarm_text(alarm)}")
        if not self._as_json:
            talk().print(f"{' ' * 22}what to do: {ADVICE[alarm.fault.kind]}", markup=False)
        if self.webhook is not None:
            self.webhook.post("ipregister.alarm", document, alarm.url)
        self._alarm_count += 1
        is_decided = alarm.fault.kind not in UNDECIDED
        if is_decided or self._exit_code == ExitCode.YES:
            self._exit_code = ExitCode.NO if is_decided else ExitCode.UNDECIDABLE
        if not self._keep_going:
            self.stop.set()
        return True

    def note(self, url: str, text: str) -> None:
        """Tell what is no alarm."""
        document = {"url": url or None, "summaryText": text}
        self._tell("note", document, f"note  {url} {text}" if url else f"note  {text}")

    def checked(self, monitor: "Monitor") -> None:
        """Tell how far all is right, once there is something that was checked."""
        ledger = monitor.copy.ledger
        self.height = ledger.height
        if not self.height:
            return
        document: dict[str, Any] = {
            "height": ledger.height,
            "headHash": ledger.head_hash.hex(),
            "comparedHeight": monitor.compared_height(),
        }
        answering = [each.follower for each in monitor.offices if each.is_answering]
        count = sum(each.compared_height == ledger.height for each in answering)
        document["answeringCount"], document["sameCount"] = len(answering), count
        text = f"checked up to block {ledger.height:,} {ledger.head_hash.hex()[:16]}"
        self._tell(
            "checked", document, f"{text}; {count} of {len(monitor.offices)} nodes have the same"
        )

    def end(self) -> None:
        """End the command with the exit code that the alarms make.

        Raises:
            typer.Exit: always.
        """
        count = f"{self._alarm_count} alarm{'' if self._alarm_count == 1 else 's'}"
        document = {"exitCode": int(self._exit_code), "alarmCount": self._alarm_count}
        document |= {"height": self.height}
        text = f"ended at block {self.height:,}, {count}"
        self._tell("end", document, text, is_right=self._exit_code == ExitCode.YES)
        raise typer.Exit(int(self._exit_code))

    def _tell(
        self, event: str, document: dict[str, Any], text: str, *, is_right: bool | None = None
    ) -> None:
        moment = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        if self._as_json:
            is_right = event != "alarm" if is_right is None else is_right
            print_json({"ok": is_right, "event": event, "time": moment, **document})
            return
        console = data() if event in {"alarm", "checked"} else talk()
        console.print(f"{moment}  {text}", markup=False)
