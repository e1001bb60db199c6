"""A person at a terminal: the real wscat of Debian, typed into through a pseudo-terminal."""

import fcntl
import json
import os
import pty
import re
import select
import shutil
import struct
import subprocess
import termios
import time

import pytest

pytestmark = pytest.mark.skipif(shutil.which("wscat") is None, reason="needs Debian's node-ws")

ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Terminal:
    """wscat in a terminal so wide that nothing wraps; `screen` is all it ever printed, without escapes."""

    def __init__(self, *arguments: str):
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 30000, 0, 0))
        environment = {"NODE_PATH": "/usr/share/nodejs", **os.environ, "TERM": "xterm"}
        streams = {"stdin": slave, "stdout": slave, "stderr": slave}
        self.process = subprocess.Popen(["wscat", "--no-color", *arguments], **streams, env=environment, start_new_session=True)
        os.close(slave)
        self.raw = b""

    @property
    def screen(self) -> str:
        return ESCAPES.sub("", self.raw.decode(errors="replace"))

    def type(self, line: str) -> None:
        """Types a line and presses return."""
        text = (line + "\r").encode()
        while text:
            text = text[os.write(self.master, text):]

    def see(self, pattern: str, within: float = 15) -> re.Match:
        """The first match on the screen, now or within the limit."""
        deadline = time.monotonic() + within
        while not (found := re.search(pattern, self.screen)):
            left = deadline - time.monotonic()
            assert left > 0 and select.select([self.master], [], [], left)[0], f"no {pattern!r} on the screen:\n{self.screen[-2000:]}"
            try:
                self.raw += os.read(self.master, 65536)
            except OSError:
                raise AssertionError(f"wscat ended before {pattern!r}:\n{self.screen[-2000:]}") from None
        return found

    def message(self, event: str) -> list:
        """The first received frame of version 2 with that event."""
        ref, topic = r'(?:null|"[^"]*")', r'"[^"]*"'
        return json.loads(self.see(rf'< (\[{ref},\s*{ref},\s*{topic},\s*"{event}",[^\r\n]*\])').group(1))

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self.master)


@pytest.fixture
def terminal():
    made: list[Terminal] = []

    def make(*arguments: str) -> Terminal:
        made.append(Terminal(*arguments))
        return made[-1]

    yield make
    for one in made:
        one.close()


def test_a_typed_join_is_answered_and_rows_arrive_as_they_change(broker, rows, terminal):
    wscat = terminal("-c", broker.socket_url(broker.service))
    wscat.see("Connected")
    wscat.type('[null,"7","phoenix","heartbeat",{}]')
    assert wscat.message("phx_reply") == [None, "7", "phoenix", "phx_reply", {"status": "ok", "response": {}}]

    owner = rows.owner()
    binding = {"event": "*", "schema": "public", "table": "upload_queue", "filter": f"user_id=eq.{owner}"}
    wscat.type(json.dumps(["1", "1", "realtime:ops", "phx_join", {"config": {"postgres_changes": [binding]}}]))
    assert wscat.message("system")[4]["message"] == "Subscribed to PostgreSQL"

    id = rows.upload(owner, video_title="Chapitre 1")
    change = wscat.message("postgres_changes")[4]["data"]
    assert (change["type"], change["record"]["id"], change["record"]["video_title"]) == ("INSERT", id, "Chapitre 1")

    stop = ["1", "2", "realtime:ops", "rpc", {"event": "stop_upload", "payload": {"upload_id": id}}]
    wscat.type(json.dumps(stop))
    wscat.see(r'"result":\s*true')
    wscat.see(r'< \[[^\r\n]*"type":\s*"UPDATE"[^\r\n]*"status":\s*"stopped"')
    assert rows.get(id)["status"] == "stopped"


def test_a_wrong_key_is_told_at_the_prompt(broker, terminal):
    terminal("-c", broker.socket_url("nonsense")).see("error: Unexpected server response: 401")


def test_a_drain_is_told_with_its_code(own_broker, terminal):
    broker = own_broker()
    wscat = terminal("-c", broker.socket_url(broker.service))
    wscat.see("Connected")
    broker.terminate()
    wscat.see(r"Disconnected \(code: 1012")
    assert broker.wait() == 0
