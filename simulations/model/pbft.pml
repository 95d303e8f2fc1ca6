/*
 * The core of docs/protocol.md for SPIN: four offices, one of them a liar, and the safety that rests on quorums.
 *
 * Run it through `python -m simulations.model`; the numbers in the comments are those of docs/protocol.md.
 *
 * What is modelled: pre-prepares, prepares, prepared certificates, commits, decisions by a quorum of commits
 * (also of an office that is not prepared itself), view changes with certificates, new views computed from a
 * quorum of view changes, null proposals for holes, checkpoints with floors and catching up (-DCHECKPOINTS),
 * and crashes: memory is lost, what was synced stays, messages leave only after the sync.
 *
 * Messages are sets that only grow. Nobody is obliged to act on one, so loss, delay, repetition and reordering
 * are all in it. No timer is modelled: an office may leave for any higher view at any time, and an office
 * decides, enters and votes whenever the rules allow it. So every run of the real protocol with these bounds is
 * a run of the model, and more.
 *
 * The liar needs no process: whatever its own key can sign counts as sent from the beginning. It votes for
 * everything, as a primary proposes everything to everyone, and claims in its view changes any certificate that
 * the votes of others allow. It cannot sign for others (1.3).
 *
 * Parameters: -DVIEWS (2 or 3), -DSEQUENCES (1 or 2), -DLIAR (0 to 3; office v leads view v), -DCHECKPOINTS.
 * Mutations, each of which must be caught: see simulations/model/checking.py.
 */

#ifndef VIEWS
#define VIEWS 2
#endif
#ifndef SEQUENCES
#define SEQUENCES 1
#endif
#ifndef LIAR
#define LIAR 0
#endif

#define OFFICES 4
#ifdef QUORUM_ONE_LESS
#define QUORUM 2
#else
#define QUORUM 3
#endif

/* Digests: what a sequence may hold. A certificate is view * 4 + digest; 0 is none of either. */
#define NONE 0
#define A 1
#define B 2
#define EMPTY 3 /* the null proposal (5.4) */
#define CERTIFICATE(view, digest) ((view) * 4 + (digest))
#define VIEW_OF(certificate) ((certificate) >> 2)
#define DIGEST_OF(certificate) ((certificate) & 3)
#define CLOSED 4 /* in `demanded`: at or below the floor, nothing is voted on (5.4) */

/* Sets of offices and of digests are bit masks. */
#define BIT(i) (1 << (i))
#define SIZE(set) (((set) & 1) + (((set) >> 1) & 1) + (((set) >> 2) & 1) + (((set) >> 3) & 1))
#define IS_QUORUM(set) (SIZE(set) >= QUORUM)

/* What one office knows; a copy of it is on its disk. */
typedef Knowledge {
  byte view;
  bool votes;                   /* false: on its way into the view */
  byte demanded[SEQUENCES];     /* what the view's new view proposes again; NONE: nothing */
  byte accepted[SEQUENCES];     /* the digest accepted in this view */
  byte prepared[SEQUENCES];     /* the certificate of the highest view */
#ifdef CHECKPOINTS
  byte executed[SEQUENCES];
  byte stable;                  /* so many sequences are stable */
#endif
};

Knowledge memory[OFFICES], disk[OFFICES];

/* What was sent, by anyone but the liar. */
typedef Sequence {
  byte pre_prepared;            /* set of digests */
  byte prepares[4];             /* by digest: set of offices */
  byte commits[4];
};
typedef View {
  Sequence at[SEQUENCES];
  byte left;                    /* set of offices that sent a view change for this view */
  bool opened;                  /* its primary sent a new view */
  byte demanded[SEQUENCES];     /* ... and this is what it demands */
};
typedef ViewChange {
  byte prepared[SEQUENCES];
#ifdef CHECKPOINTS
  byte stable;
#endif
};
typedef ViewChanges {
  ViewChange by[OFFICES];
};
View sent[VIEWS];
ViewChanges changes[VIEWS];
#ifdef CHECKPOINTS
typedef Checkpoint {
  byte by[4];                   /* by digest: set of offices */
};
Checkpoint checkpoint[SEQUENCES];
#endif

byte decided[SEQUENCES];        /* what the first honest office decided: all others must agree */

/* Scratch of the atomic steps; no part of the state. */
hidden byte members, i, s, best, claimed, floor;

#define PRIMARY(v) (v)
#define IS_PROPOSED(v, n, digest) (PRIMARY(v) == LIAR || (sent[v].at[n].pre_prepared & BIT(digest)))

/* TM-590 `prepared`: the pre-prepare and matching prepares of other backups make a quorum (2.4). */
#define IS_PREPARED(v, n, digest, own) \
  (IS_PROPOSED(v, n, digest) && \
   IS_QUORUM(sent[v].at[n].prepares[digest] | BIT(PRIMARY(v)) | BIT(LIAR) | (own)))

#define IS_COMMITTED(v, n, digest) (IS_QUORUM(sent[v].at[n].commits[digest] | BIT(LIAR)))

#ifdef CHECKPOINTS
#define IS_CHECKPOINTED(n, digest) (IS_QUORUM(checkpoint[n].by[digest] | BIT(LIAR)))
#define IS_OPEN(r, n) (memory[r].stable <= (n) && memory[r].demanded[n] != CLOSED)
#else
#define IS_OPEN(r, n) true
#endif

/* ---- 2. The normal case ---------------------------------------------------------------------- */

#ifdef TWO_DIGESTS
#define IS_FREE(r, n, digest) (memory[r].accepted[n] != (digest))
#else
#define IS_FREE(r, n, digest) (memory[r].accepted[n] == NONE)
#endif

/* Without this, every run would be searched twice: with A and B exchanged. The digest that an honest office
   accepts first is called A. */
#define IS_NAMED(n, digest) ((digest) != B || is_a_known[n])
bool is_a_known[SEQUENCES];

#define MAY_PROPOSE(r, n, digest) \
  (PRIMARY(memory[r].view) == r && memory[r].votes && IS_OPEN(r, n) && \
   memory[r].accepted[n] == NONE && memory[r].demanded[n] == NONE && IS_NAMED(n, digest))

#define MAY_ACCEPT(r, n, digest) \
  (PRIMARY(memory[r].view) != r && memory[r].votes && IS_OPEN(r, n) && IS_FREE(r, n, digest) && \
   IS_PROPOSED(memory[r].view, n, digest) && IS_NAMED(n, digest) && \
   (memory[r].demanded[n] == (digest) || (memory[r].demanded[n] == NONE && (digest) != EMPTY)))

inline accept(r, n, digest) {
  memory[r].accepted[n] = digest;
  is_a_known[n] = is_a_known[n] || digest == A
}

#define OWN_PREPARE(r) (PRIMARY(memory[r].view) == r -> 0 : BIT(r))

#ifdef COMMITS_UNPREPARED
#define IS_PREPARED_AT(r, n) true
#else
#define IS_PREPARED_AT(r, n) IS_PREPARED(memory[r].view, n, memory[r].accepted[n], OWN_PREPARE(r))
#endif

#define MAY_COMMIT(r, n) \
  (memory[r].votes && IS_OPEN(r, n) && memory[r].accepted[n] != NONE && \
   memory[r].prepared[n] != CERTIFICATE(memory[r].view, memory[r].accepted[n]) && IS_PREPARED_AT(r, n))

inline prepare(r, n) {
  memory[r].prepared[n] = CERTIFICATE(memory[r].view, memory[r].accepted[n])
}

/* A quorum of commits for a proposal that it knows decides, whether or not it was prepared itself (2.4). */
#define MAY_DECIDE(r, n, digest) \
  (memory[r].votes && IS_OPEN(r, n) && IS_PROPOSED(memory[r].view, n, digest) && \
   IS_COMMITTED(memory[r].view, n, digest) && IS_NEXT(r, n, digest))

#ifdef CHECKPOINTS
#define IS_NEXT(r, n, digest) (memory[r].executed[n] == NONE)
#else
#define IS_NEXT(r, n, digest) (decided[n] != (digest))
#endif

inline decide(r, n, digest) {
  assert(decided[n] == NONE || decided[n] == digest);
  decided[n] = digest;
#ifdef CHECKPOINTS
  memory[r].executed[n] = digest
#endif
}

/* ---- 4 and 7. Checkpoints, catching up --------------------------------------------------------- */

#ifdef CHECKPOINTS
/* A quorum of checkpoints makes the sequence stable where it is executed; consensus forgets it (4.2). */
#define MAY_STABILISE(r, n) \
  (memory[r].stable == (n) && memory[r].executed[n] != NONE && IS_CHECKPOINTED(n, memory[r].executed[n]))

/* Who lacks the block takes it from a peer, with the certificate (7.2). */
#define MAY_CATCH_UP(r, n, digest) \
  (memory[r].stable == (n) && memory[r].executed[n] == NONE && IS_CHECKPOINTED(n, digest))

inline stabilise(r, n) {
  memory[r].stable = n + 1;
  memory[r].accepted[n] = NONE;
  memory[r].prepared[n] = NONE
}
#endif

/* ---- 5. View changes --------------------------------------------------------------------------- */

inline leave_for(r, v) {
  memory[r].view = v;
  memory[r].votes = false;
  s = 0;
  do
  :: s < SEQUENCES ->
     memory[r].accepted[s] = NONE;
     memory[r].demanded[s] = NONE;
     s++
  :: else -> break
  od;
  s = 0
}

#define MAY_OPEN(v) (IS_QUORUM(sent[v].left | BIT(LIAR)))

/* For `members`: any set of offices that is a quorum and of which everyone left for the view. */
#define IS_CHOICE(v, set) (SIZE(set) == QUORUM && (((sent[v].left | BIT(LIAR)) & (set)) == (set)))

inline take_better(certificate) {
#ifdef LOWEST_VIEW
  if
  :: certificate != NONE && (best == NONE || VIEW_OF(certificate) <= VIEW_OF(best)) -> best = certificate
  :: else
  fi
#else
  if
  :: certificate != NONE && (best == NONE || VIEW_OF(certificate) >= VIEW_OF(best)) -> best = certificate
  :: else
  fi
#endif
}

#define MAY_CLAIM(v, u, digest) (u < v && IS_PREPARED(u, s, digest, 0))

/* What a quorum of view changes demands (5.4), into memory[r].demanded. The liar's view change claims any
   certificate that exists for an earlier view, or none, and any checkpoint that exists. */
inline demand(r, v) {
  if
  :: IS_CHOICE(v, 3) -> members = 3
  :: IS_CHOICE(v, 5) -> members = 5
  :: IS_CHOICE(v, 6) -> members = 6
  :: IS_CHOICE(v, 9) -> members = 9
  :: IS_CHOICE(v, 10) -> members = 10
  :: IS_CHOICE(v, 12) -> members = 12
  :: IS_CHOICE(v, 7) -> members = 7
  :: IS_CHOICE(v, 11) -> members = 11
  :: IS_CHOICE(v, 13) -> members = 13
  :: IS_CHOICE(v, 14) -> members = 14
  fi;
  floor = 0;
#ifdef CHECKPOINTS
  i = 0;
  do
  :: i < OFFICES ->
     if
     :: (members & BIT(i)) && i != LIAR && changes[v].by[i].stable > floor -> floor = changes[v].by[i].stable
     :: else
     fi;
     i++
  :: else -> break
  od;
  s = 0;
  do
  :: s < SEQUENCES ->
     if
     :: (members & BIT(LIAR)) && s == floor &&
        (IS_CHECKPOINTED(s, A) || IS_CHECKPOINTED(s, B) || IS_CHECKPOINTED(s, EMPTY)) -> floor = s + 1
     :: true
     fi;
     s++
  :: else -> break
  od;
#endif
  s = 0;
  do
  :: s < SEQUENCES ->
     best = NONE;
     i = 0;
     do
     :: i < OFFICES ->
        if
        :: (members & BIT(i)) && i != LIAR -> take_better(changes[v].by[i].prepared[s])
        :: else
        fi;
        i++
     :: else -> break
     od;
     claimed = NONE;
     if
     :: !(members & BIT(LIAR))
     :: (members & BIT(LIAR)) ->
        if
        :: true
        :: MAY_CLAIM(v, 0, A) -> claimed = CERTIFICATE(0, A)
#if SEQUENCES == 1
        :: MAY_CLAIM(v, 0, B) -> claimed = CERTIFICATE(0, B)
#endif
#if VIEWS > 2
        :: MAY_CLAIM(v, 1, A) -> claimed = CERTIFICATE(1, A)
        :: MAY_CLAIM(v, 1, B) -> claimed = CERTIFICATE(1, B)
        :: MAY_CLAIM(v, 1, EMPTY) -> claimed = CERTIFICATE(1, EMPTY)
#endif
        fi
     fi;
     take_better(claimed);
#ifdef FLOOR_OPEN
     memory[r].demanded[s] = (s < floor -> NONE : DIGEST_OF(best));
#else
     memory[r].demanded[s] = (s < floor -> CLOSED : DIGEST_OF(best));
#endif
     s++
  :: else -> break
  od;
#if SEQUENCES > 1
  /* A hole below the highest certificate gets the null proposal (5.4). */
  if
#ifdef EMPTY_OVER_CERTIFICATE
  :: memory[r].demanded[1] != NONE -> memory[r].demanded[0] = EMPTY
#else
  :: memory[r].demanded[1] != NONE && memory[r].demanded[0] == NONE -> memory[r].demanded[0] = EMPTY
#endif
  :: else
  fi;
#endif
  members = 0; i = 0; s = 0; best = 0; claimed = 0; floor = 0
}

inline enter(r, v) {
  memory[r].view = v;
  memory[r].votes = true;
  s = 0;
  do
  :: s < SEQUENCES ->
     memory[r].accepted[s] =
       (PRIMARY(v) == r && memory[r].demanded[s] != CLOSED -> memory[r].demanded[s] : NONE);
     s++
  :: else -> break
  od;
  s = 0
}

#define MAY_ENTER(r, v) (memory[r].view < v || (memory[r].view == v && !memory[r].votes))

/* The primary of the view chooses a quorum of view changes and opens it. */
#define MAY_LEAD(r, v) (PRIMARY(v) == r && memory[r].view == v && !memory[r].votes && MAY_OPEN(v))

/* A backup enters by the new view of an honest primary, or by any that a lying one can make: it computes itself
   what the named view changes demand, and refuses anything else. */
#ifdef NEW_VIEW_UNCHECKED
inline demand_of_liar(r, v) {
  s = 0;
  do
  :: s < SEQUENCES -> if :: memory[r].demanded[s] = A :: memory[r].demanded[s] = B fi; s++
  :: else -> break
  od
}
#else
#define demand_of_liar(r, v) demand(r, v)
#endif

inline follow(r, v) {
  if
  :: PRIMARY(v) == LIAR -> demand_of_liar(r, v)
  :: else ->
     s = 0;
     do
     :: s < SEQUENCES -> memory[r].demanded[s] = sent[v].demanded[s]; s++
     :: else -> break
     od
  fi;
  enter(r, v)
}

#define MAY_FOLLOW(r, v) \
  (PRIMARY(v) != r && MAY_ENTER(r, v) && (PRIMARY(v) == LIAR -> MAY_OPEN(v) : sent[v].opened))

/* ---- 3. Durability ----------------------------------------------------------------------------- */

inline copy(from, to) {
  to.view = from.view;
  to.votes = from.votes;
  s = 0;
  do
  :: s < SEQUENCES ->
     to.demanded[s] = from.demanded[s];
     to.accepted[s] = from.accepted[s];
     to.prepared[s] = from.prepared[s];
#ifdef CHECKPOINTS
     to.executed[s] = from.executed[s];
#endif
     s++
  :: else -> break
  od;
#ifdef CHECKPOINTS
  to.stable = from.stable;
#endif
  s = 0
}

#define HAS_LEFT(r, v) (sent[v].left & BIT(r))

/* Everything that the office stands for leaves: its votes, its view change or its new view. A view change says for
   ever what it said first. */
inline send(r, what) {
  s = 0;
  do
  :: s < SEQUENCES ->
     if
     :: what.accepted[s] != NONE && PRIMARY(what.view) == r ->
        sent[what.view].at[s].pre_prepared = sent[what.view].at[s].pre_prepared | BIT(what.accepted[s])
     :: what.accepted[s] != NONE && PRIMARY(what.view) != r ->
        sent[what.view].at[s].prepares[what.accepted[s]] =
          sent[what.view].at[s].prepares[what.accepted[s]] | BIT(r)
     :: else
     fi;
     if
     :: what.accepted[s] != NONE && what.prepared[s] == CERTIFICATE(what.view, what.accepted[s]) ->
        sent[what.view].at[s].commits[what.accepted[s]] =
          sent[what.view].at[s].commits[what.accepted[s]] | BIT(r)
     :: else
     fi;
#ifdef CHECKPOINTS
     if
     :: what.executed[s] != NONE ->
        checkpoint[s].by[what.executed[s]] = checkpoint[s].by[what.executed[s]] | BIT(r)
     :: else
     fi;
#endif
     if
     :: what.votes && PRIMARY(what.view) == r -> sent[what.view].demanded[s] = what.demanded[s]
     :: else
     fi;
     if
     :: !what.votes && !HAS_LEFT(r, what.view) ->
#ifdef OMITS_CERTIFICATES
        skip
#else
        changes[what.view].by[r].prepared[s] = what.prepared[s]
#endif
     :: else
     fi;
     s++
  :: else -> break
  od;
  if
  :: what.votes && PRIMARY(what.view) == r && what.view > 0 -> sent[what.view].opened = true
  :: !what.votes && !HAS_LEFT(r, what.view) ->
#ifdef CHECKPOINTS
     changes[what.view].by[r].stable = what.stable;
#endif
     sent[what.view].left = sent[what.view].left | BIT(r)
  :: else
  fi;
  s = 0
}

bool is_synced[OFFICES];

/* What a step changed is lost in a crash until it is synced. -DSYNCED_STEPS syncs and sends within the step: a
   coarser model for larger bounds. It loses no violation while nothing leaves before its sync: a step lost in a
   crash is a step that nobody saw, and several steps before one sync are several steps with one each. */
#ifdef SYNCED_STEPS
#define CHANGED sync_and_send(r)
#else
#define CHANGED is_synced[r] = false
#endif

inline sync_and_send(r) {
  copy(memory[r], disk[r]);
  send(r, memory[r]);
  is_synced[r] = true
}

#ifdef CERTIFICATES_LOST
#define FORGET for (s : 0 .. SEQUENCES - 1) { memory[r].prepared[s] = NONE }; s = 0
#define MAY_CRASH true
#endif
#ifdef VOTES_LOST
#define FORGET for (s : 0 .. SEQUENCES - 1) { memory[r].accepted[s] = NONE }; s = 0
#define MAY_CRASH true
#endif
#ifdef LEAVING_LOST
#define FORGET if :: !memory[r].votes -> memory[r].view = memory[r].view - 1; memory[r].votes = true :: else fi
#define MAY_CRASH true
#endif
#ifndef FORGET
#define FORGET skip
#define MAY_CRASH !is_synced[r]
#endif

/* ---- The offices ------------------------------------------------------------------------------- */

#define ON_PROPOSAL(n, digest) \
  :: atomic { MAY_PROPOSE(r, n, digest) -> accept(r, n, digest); CHANGED } \
  :: atomic { MAY_ACCEPT(r, n, digest) -> accept(r, n, digest); CHANGED } \
  :: atomic { MAY_DECIDE(r, n, digest) -> decide(r, n, digest); CHANGED }

#define ON_VIEW(v) \
  :: atomic { memory[r].view < v -> leave_for(r, v); CHANGED } \
  :: atomic { MAY_LEAD(r, v) -> demand(r, v); enter(r, v); CHANGED } \
  :: atomic { MAY_FOLLOW(r, v) -> follow(r, v); CHANGED }

proctype Office(byte r) {
end:
  do
  ON_PROPOSAL(0, A)
  :: atomic { MAY_COMMIT(r, 0) -> prepare(r, 0); CHANGED }
#if SEQUENCES == 1
  ON_PROPOSAL(0, B)
#else
  /* With two sequences each holds A or the null proposal: they are there for the holes between certificates. */
  ON_PROPOSAL(0, EMPTY)
  ON_PROPOSAL(1, A)
  :: atomic { MAY_COMMIT(r, 1) -> prepare(r, 1); CHANGED }
#endif
#ifdef CHECKPOINTS
  :: atomic { MAY_STABILISE(r, 0) -> stabilise(r, 0); CHANGED }
  :: atomic { MAY_CATCH_UP(r, 0, A) -> decide(r, 0, A); stabilise(r, 0); CHANGED }
  :: atomic { MAY_CATCH_UP(r, 0, B) -> decide(r, 0, B); stabilise(r, 0); CHANGED }
#endif
  ON_VIEW(1)
#if VIEWS > 2
  ON_VIEW(2)
#endif
  /* First everything is durable, then it leaves (3.1). */
  :: d_step { !is_synced[r] -> sync_and_send(r) }
#ifdef SENT_BEFORE_SYNC
  :: d_step { !is_synced[r] -> send(r, memory[r]) }
#endif
  :: d_step { MAY_CRASH -> copy(disk[r], memory[r]); FORGET; is_synced[r] = true }
#ifdef VOTES_AFTER_LEAVING
  :: d_step { memory[r].view + 1 < VIEWS && !HAS_LEFT(r, memory[r].view + 1) ->
       for (s : 0 .. SEQUENCES - 1) {
         changes[memory[r].view + 1].by[r].prepared[s] = memory[r].prepared[s]
       };
       sent[memory[r].view + 1].left = sent[memory[r].view + 1].left | BIT(r);
       s = 0 }
#endif
  od
}

init {
  atomic {
    i = 0;
    do
    :: i < OFFICES ->
       memory[i].votes = true;
       disk[i].votes = true;
       is_synced[i] = true;
       if
       :: i != LIAR -> run Office(i)
       :: else
       fi;
       i++
    :: else -> break
    od;
    i = 0
  }
}
