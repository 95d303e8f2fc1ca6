"""What can be wrong with a document."""


class DamagedDocumentError(Exception):
    """A file does not hold what was written there, or was not written under this key."""


class AlteredDocumentError(Exception):
    """What came is not the document that was announced."""

    def __init__(self, expected: str, received: str, size: int, received_size: int) -> None:
        more = "at least " if received_size > size else ""
        super().__init__(
            f"expected {size} bytes with SHA-256 {expected}, got {more}{received_size} bytes with SHA-256 {received}"
        )
        self.expected = expected
        """The SHA-256 that was announced, in hexadecimal."""
        self.received = received
        """That of what came; of a document that was too long, of what came until it was."""
