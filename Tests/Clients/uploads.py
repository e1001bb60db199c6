"""Rows for tests, written by the service role over plain HTTP."""

import uuid

import httpx

from broker import Broker


class Rows:
    """One HTTP connection of one token."""

    def __init__(self, broker: Broker, token: str | None = None):
        token = token or broker.service
        headers = {"apikey": token, "Authorization": f"Bearer {token}"}
        self.http = httpx.Client(base_url=f"{broker.url}/rest/v1", headers=headers, timeout=30, trust_env=False)

    def owner(self, id: str | None = None) -> str:
        """A new profile; its id."""
        id = id or str(uuid.uuid4())
        self.write("POST", "/profiles", json={"id": id, "email": f"{id[:8]}@example.org"})
        return id

    def upload(self, owner: str, **values) -> str:
        """A new upload; its id."""
        return self.uploads(owner, 1, **values)[0]

    def uploads(self, owner: str, count: int, **values) -> list[str]:
        """`count` new uploads in one request; their ids, which are in order."""
        ids = sorted(str(uuid.uuid4()) for _ in range(count))
        common = {"user_id": owner, "filename": "a.mov", "status": "uploading", "progress": 0, **values}
        self.write("POST", "/upload_queue", json=[{"id": id, **common} for id in ids])
        return ids

    def update(self, id: str, **values) -> None:
        self.write("PATCH", f"/upload_queue?id=eq.{id}", json=values)

    def delete(self, id: str) -> None:
        self.write("DELETE", f"/upload_queue?id=eq.{id}")

    def get(self, id: str) -> dict | None:
        found = self.find(f"id=eq.{id}")
        return found[0] if found else None

    def find(self, query: str = "", table: str = "upload_queue") -> list[dict]:
        reply = self.http.get(f"/{table}?{query}")
        assert reply.status_code in (200, 206), reply.text
        return reply.json()

    def rpc(self, function: str, **arguments):
        reply = self.write("POST", f"/rpc/{function}", json=arguments)
        return reply.json() if reply.content else None

    def write(self, method: str, path: str, **options) -> httpx.Response:
        reply = self.http.request(method, path, **options)
        assert reply.is_success, f"{method} {path}: {reply.status_code} {reply.text}"
        return reply
