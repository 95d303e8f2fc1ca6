"""The two ways in which bytes from outside can be wrong here.

`MalformedBytesError`: the bytes make no sense. `InvalidSignatureError` and `InvalidProofError`: they make
sense, and are not true. A rejection by the law is neither: it is data in a block.
"""


class CryptoError(Exception):
    """Base of the errors of this package; never raised itself."""


class MalformedBytesError(CryptoError):
    """Bytes do not have the form that was expected."""


class InvalidSignatureError(CryptoError):
    """A signature does not answer to the key and the message, or the signer is not known."""


class InvalidProofError(CryptoError):
    """A proof or certificate does not lead to the root, block or quorum that it names."""
