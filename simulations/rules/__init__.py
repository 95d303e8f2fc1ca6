"""A naive reference of what an honest office may store, send and execute, by the numbered rules of docs/protocol.md.

It reads the events of one office at a time and computes everything anew from what that office was shown and what it
stored, without the replica's code: only the forms of messages, digests and signatures are shared. It says what is
necessary, not what is sufficient: an office that says nothing breaks no rule here.

- 2.2: a backup accepts what the primary signed and it was shown, in its view, inside the watermarks, of 1 to 64
  distinct submissions, no more than a block may hold, with a time near its clock.
- 2.3: it accepts only when it holds every body; the primary sends no prepare.
- 2.4: it is prepared by a quorum that it was shown; it executes in order what a quorum of commits decided, or what a
  certificate proves (7.2).
- 2.6: it votes in its own name only.
- 3.1: what it sends and tells rests on records and blocks that are durable.
- 3.2: one digest for a view and sequence, one block a height, one view change a view.
- 3.3: after a restart it stands where its durable records say.
- 4.1: it votes for the checkpoints of blocks that it executed.
- 4.2: what it calls stable has a quorum of checkpoints.
- 5.1: it leaves for the next view only by a time-out (or by 5.3, 5.5).
- 5.2: its view change carries the stable certificate and every prepared one; no vote below the view left.
- 5.3: it skips views only to join f + 1 others, or one nearby that waited long (5.5).
- 5.4: a new view is of a quorum of valid view changes and proposes what they demand; nothing else is accepted where it
  proposes, and nothing at its floor.
- 6.1: a status does not overstate.
"""

from simulations.rules.breach import BrokenRuleError
from simulations.rules.checker import RuleChecker, rules_of

__all__ = ["BrokenRuleError", "RuleChecker", "rules_of"]
