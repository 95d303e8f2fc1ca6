"""An office's node: the engine that joins consensus and ledger, in a shell of sockets and files."""
