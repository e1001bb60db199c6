"""The broker as its users meet it: a program, a configuration folder, a data folder, signals."""

import os
import re
import signal
import subprocess
import threading
import time
from pathlib import Path

from tokens import User, make_user

ROOT = Path(__file__).resolve().parents[2]
CONFIG = ROOT / "config"
READY = re.compile(r"ready (http://\S+)\Z")


def binary() -> str:
    """The program under test: `SLUICE_BINARY`, or the release build."""
    return str(Path(os.environ.get("SLUICE_BINARY", ROOT / ".build/release/sluice")).resolve())


def sluice(*arguments: str, within: float = 30, **environment: str) -> subprocess.CompletedProcess:
    """Runs one subcommand to its end."""
    return subprocess.run(
        [binary(), *arguments], capture_output=True, text=True, timeout=within,
        env={**os.environ, "NO_COLOR": "1", **environment},
    )


class Broker:
    """One `sluice serve` at a time over one data folder."""

    def __init__(self, data: Path, settings: dict[str, object] | None = None, config: Path = CONFIG):
        self.data = data
        self.settings = settings or {}
        self.config = config
        self.listen = "127.0.0.1:0"
        self.url = ""
        self.process: subprocess.Popen | None = None
        self.lines: list[str] = []
        self.told = threading.Condition()

    # Life

    def start(self, within: float = 30) -> "Broker":
        """Starts the program and waits for its ready line; a restart keeps the port."""
        arguments = [binary(), "serve", "--config", str(self.config), "--data", str(self.data), "--listen", self.listen]
        for key, value in self.settings.items():
            arguments += ["--set", f"{key}={value}"]
        self.lines = []
        self.process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        threading.Thread(target=self._read, args=(self.process,), daemon=True).start()
        self.url = self.line(READY, within).group(1)
        self.listen = self.url.removeprefix("http://")
        return self

    def kill(self) -> None:
        """kill -9, and waits until the process is gone."""
        self.process.kill()
        self.process.wait()

    def terminate(self) -> None:
        self.process.send_signal(signal.SIGTERM)

    def wait(self, within: float = 35) -> int:
        """The exit code, once there is one."""
        return self.process.wait(timeout=within)

    def stop(self) -> None:
        """Ends whatever still runs, politely first."""
        if self.process is None or self.process.poll() is not None:
            return
        self.terminate()
        try:
            self.wait(10)
        except subprocess.TimeoutExpired:
            self.kill()

    def line(self, pattern: re.Pattern, within: float = 10) -> re.Match:
        """The first line of stderr that matches, now or within the limit."""
        deadline = time.monotonic() + within
        with self.told:
            while True:
                for line in self.lines:
                    if found := pattern.search(line):
                        return found
                ended = self.process.poll() is not None
                if ended or not self.told.wait(max(0, deadline - time.monotonic())):
                    raise AssertionError(f"no line like {pattern.pattern!r} from the broker:\n" + "\n".join(self.lines[-40:]))

    def _read(self, process: subprocess.Popen) -> None:
        for line in process.stderr:
            with self.told:
                self.lines.append(line.rstrip("\n"))
                self.told.notify_all()
        process.wait()
        with self.told:
            self.told.notify_all()

    # What its folder and the system say

    @property
    def secret(self) -> str:
        return (self.data / "jwt.secret").read_text().strip()

    @property
    def anon(self) -> str:
        return (self.data / "anon.key").read_text().strip()

    @property
    def service(self) -> str:
        return (self.data / "service.key").read_text().strip()

    def resident_bytes(self) -> int:
        """Resident memory of the process."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")

    # Using it

    def user(self, role: str = "authenticated", seconds: float = 3600, id: str | None = None) -> User:
        return make_user(self.secret, role, seconds, id)

    def socket_url(self, key: str | None = None, vsn: str | None = "2.0.0") -> str:
        query = [f"apikey={key}"] if key else []
        query += [f"vsn={vsn}"] if vsn else []
        return f"ws://{self.listen}/realtime/v1/websocket?{'&'.join(query)}"

    def command(self, *arguments: str, within: float = 30, token: str | None = None) -> subprocess.CompletedProcess:
        """A client subcommand against this broker."""
        return sluice(*arguments, "--url", self.url, "--token", token or self.service, within=within)
