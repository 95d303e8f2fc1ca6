"""A second valid Ed25519 signature of one text: RFC 8032 fixes the nonce, but nobody can see that it was kept."""

import hashlib
from typing import Final, NamedTuple

PRIME: Final = 2**255 - 19
ORDER: Final = 2**252 + 27742317777372353535851937790883648493
CURVE_D: Final = -121665 * pow(121666, PRIME - 2, PRIME) % PRIME


class Point(NamedTuple):
    """Extended homogeneous coordinates (RFC 8032, section 5.1.4)."""

    x: int
    y: int
    z: int
    t: int


NEUTRAL: Final = Point(0, 1, 1, 0)


def added(one: Point, other: Point) -> Point:
    a = (one.y - one.x) * (other.y - other.x) % PRIME
    b = (one.y + one.x) * (other.y + other.x) % PRIME
    c = 2 * one.t * other.t * CURVE_D % PRIME
    d = 2 * one.z * other.z % PRIME
    e, f, g, h = b - a, d - c, d + c, b + a
    return Point(e * f % PRIME, g * h % PRIME, f * g % PRIME, e * h % PRIME)


def multiplied(scalar: int, point: Point) -> Point:
    product = NEUTRAL
    while scalar:
        if scalar & 1:
            product = added(product, point)
        point = added(point, point)
        scalar >>= 1
    return product


def base_point() -> Point:
    """RFC 8032, section 5.1: y is 4/5 and x is the even root."""
    y = 4 * pow(5, PRIME - 2, PRIME) % PRIME
    square = (y * y - 1) * pow(CURVE_D * y * y + 1, PRIME - 2, PRIME) % PRIME
    x = pow(square, (PRIME + 3) // 8, PRIME)
    if (x * x - square) % PRIME:
        x = x * pow(2, (PRIME - 1) // 4, PRIME) % PRIME
    if x & 1:
        x = PRIME - x
    return Point(x, y, 1, x * y % PRIME)


def compressed(point: Point) -> bytes:
    inverse = pow(point.z, PRIME - 2, PRIME)
    x, y = point.x * inverse % PRIME, point.y * inverse % PRIME
    return (y | (x & 1) << 255).to_bytes(32, "little")


def signature_with_nonce(seed: bytes, text: bytes, nonce: int) -> bytes:
    """RFC 8032, section 5.1.6, with a nonce of our choice."""
    secret = int.from_bytes(hashlib.sha512(seed).digest()[:32], "little")
    secret = secret & (1 << 254) - 8 | 1 << 254
    base = base_point()
    commitment, public = (compressed(multiplied(number, base)) for number in (nonce, secret))
    challenge = hashlib.sha512(commitment + public + text).digest()
    response = (nonce + int.from_bytes(challenge, "little") * secret) % ORDER
    return commitment + response.to_bytes(32, "little")
