"""An office's node: the engine that joins consensus and ledger, and the shell of sockets, files and clock around it."""
