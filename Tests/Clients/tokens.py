"""JSON Web Tokens made by hand, so that tests can also make the bad ones."""

import base64
import hashlib
import hmac
import json
import time
import uuid
from dataclasses import dataclass


def sign(secret: str, claims: dict, algorithm: str = "HS256") -> str:
    """A token over `claims`; `algorithm` is HS256, HS384, HS512 or `none`."""
    signed = f"{encode({'alg': algorithm, 'typ': 'JWT'})}.{encode(claims)}"
    if algorithm == "none":
        return f"{signed}."
    digest = getattr(hashlib, algorithm.replace("HS", "sha"))
    signature = hmac.new(secret.encode(), signed.encode(), digest).digest()
    return f"{signed}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


def encode(value: dict) -> str:
    text = json.dumps(value, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def claims_of(token: str) -> dict:
    """What a token says, unverified."""
    body = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))


@dataclass(frozen=True)
class User:
    """Somebody with a token: `id` is its `sub`."""

    id: str
    role: str
    email: str
    token: str


def make_user(secret: str, role: str = "authenticated", seconds: float = 3600, id: str | None = None) -> User:
    """A user whose token ends in `seconds` (negative: has ended)."""
    id = id or str(uuid.uuid4())
    email = f"{role}-{id[:8]}@example.org"
    claims = {"role": role, "sub": id, "email": email, "exp": int(time.time() + seconds)}
    return User(id, role, email, sign(secret, claims))
