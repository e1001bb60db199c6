"""The program as scripts use it: words, exit codes, files, signals."""

import contextlib
import json
import os
import queue
import re
import shutil
import signal
import sqlite3
import stat
import subprocess
import threading
import uuid
from contextlib import closing
from datetime import datetime

import httpx
import pytest

from broker import CONFIG, Broker, binary, sluice
from sockets import UPLOADS, row
from tokens import claims_of
from uploads import Rows

COMMANDS = ["serve", "token", "stop", "sub", "demo", "checkconfig", "migrate", "backup", "version", "help"]


# Words


@pytest.mark.parametrize("arguments", [("help",), ("--help",), ("-h",)])
def test_help_goes_to_standard_output_and_names_every_command(arguments):
    done = sluice(*arguments)
    assert (done.returncode, done.stderr) == (0, "")
    assert [command for command in COMMANDS if not re.search(rf"^\s*(sluice )?{command}\b", done.stdout, re.M)] == []


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_its_own_help(command):
    one, other = sluice("help", command), sluice(command, "--help")
    assert one.returncode == other.returncode == 0 and one.stdout == other.stdout and command in one.stdout


@pytest.mark.parametrize("arguments", [
    (), ("nope",), ("serve", "--nope"), ("token",), ("serve", "--listen"), ("serve", "--set", "nope"), ("stop",),
])
def test_misuse_ends_with_two_and_help_on_standard_error(arguments):
    done = sluice(*arguments)
    assert (done.returncode, done.stdout) == (2, "") and done.stderr


def test_a_mistyped_command_hints_at_the_one_meant():
    assert "serve" in sluice("serv").stderr


def test_the_version_is_told_to_people_and_to_programs():
    assert sluice("version").stdout == sluice("--version").stdout and sluice("version").stdout.startswith("sluice ")
    version = json.loads(sluice("version", "--json").stdout)
    assert version["version"] in sluice("version").stdout


# Configuration


def test_the_configuration_that_ships_is_correct(tmp_path):
    assert sluice("checkconfig", "--config", str(CONFIG)).returncode == 0


@pytest.mark.parametrize("file, broken", [
    ("tables/upload_queue.json5", lambda text: text.replace("{", "{\n  nope: 1,", 1)),
    ("tables/upload_queue.json5", lambda text: text.rstrip().removesuffix("}")),
    ("sluice.json5", lambda text: text.replace("{", '{\n  "listen" "x",', 1)),
    ("functions/stop_upload.sql", lambda text: text + "\nDELETE FROM nowhere;\n"),
])
def test_a_broken_configuration_is_told_with_its_place(tmp_path, file, broken):
    config = shutil.copytree(CONFIG, tmp_path / "config")
    (config / file).write_text(broken((config / file).read_text()))
    for command in (("checkconfig",), ("serve", "--data", str(tmp_path / "data"), "--listen", "127.0.0.1:0")):
        done = sluice(*command, "--config", str(config))
        assert done.returncode == 78
        assert re.search(rf"{re.escape(file)}:\d+:\d+", done.stderr + done.stdout)


# Tokens and files


def test_a_token_says_what_was_asked_for(broker):
    sub = str(uuid.uuid4())
    done = sluice("token", "--role", "operator", "--sub", sub, "--ttl", "12h", "--claim", "email=o@example.org", "--data", str(broker.data))
    assert done.returncode == 0
    claims = claims_of(done.stdout.strip())
    assert (claims["role"], claims["sub"], claims["email"]) == ("operator", sub, "o@example.org")
    assert 0 <= claims["exp"] - 12 * 3600 - clock(broker) + 60 <= 120
    assert Rows(broker, done.stdout.strip()).find("limit=1") is not None


def clock(broker) -> float:
    """The broker's clock, from its own insert."""
    rows = Rows(broker)
    return datetime.fromisoformat(rows.get(rows.upload(rows.owner()))["started_at"]).timestamp()


def test_secrets_and_the_database_are_the_owners_alone(broker):
    for name in ("sluice.db", "jwt.secret", "anon.key", "service.key"):
        assert stat.S_IMODE((broker.data / name).stat().st_mode) == 0o600, name
    assert (broker.data / "lock").exists()
    assert [claims_of(key)["role"] for key in (broker.anon, broker.service)] == ["anon", "service_role"]
    assert all(claims_of(key)["exp"] - clock(broker) > 9 * 365 * 86400 for key in (broker.anon, broker.service))


def test_a_secret_from_the_environment_rewrites_the_keys(own_broker, monkeypatch):
    broker = own_broker()
    old = broker.service
    broker.stop()
    monkeypatch.setenv("SLUICE_JWT_SECRET", "a secret from the environment, long enough")
    broker.start()
    assert broker.service != old
    assert Rows(broker).find("limit=1") == []
    assert httpx.get(f"{broker.url}/rest/v1/upload_queue", headers={"Authorization": f"Bearer {old}"}, trust_env=False).status_code == 401


# Serving


def test_the_ready_line_stands_alone_and_a_sign_in_link_follows(broker):
    assert f"ready {broker.url}" in broker.lines
    link = broker.line(re.compile(rf"{re.escape(broker.url)}/monitoring#code=\S+"))
    assert broker.lines.index(f"ready {broker.url}") < broker.lines.index(link.string)


def test_a_second_broker_on_the_same_data_is_refused(broker):
    done = sluice("serve", "--config", str(CONFIG), "--data", str(broker.data), "--listen", "127.0.0.1:0")
    assert done.returncode not in (0, 2) and "ready" not in done.stderr
    assert str(broker.data) in done.stderr or "lock" in done.stderr
    assert httpx.get(f"{broker.url}/healthz", trust_env=False).status_code == 200


def test_an_unreachable_server_ends_with_sixty_nine(broker):
    done = sluice("stop", str(uuid.uuid4()), "--url", "http://127.0.0.1:9", "--token", broker.service)
    assert done.returncode == 69


def test_a_backup_is_whole_while_the_broker_writes(own_broker, tmp_path):
    broker = own_broker()
    rows = Rows(broker)
    ids = rows.uploads(rows.owner(), 500)
    target = tmp_path / "backup.db"
    done = sluice("backup", str(target), "--data", str(broker.data), "--url", broker.url)
    assert done.returncode == 0, done.stderr
    rows.uploads(rows.owner(), 10)
    with closing(sqlite3.connect(target)) as file:
        assert {id for (id,) in file.execute("SELECT id FROM upload_queue")} == set(ids)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


# Clients


def test_stopping_from_a_script_tells_how_it_went(broker, rows):
    id = rows.upload(rows.owner())
    done = broker.command("stop", id)
    assert done.returncode == 0, done.stderr
    assert rows.get(id)["status"] == "stopped"
    assert broker.command("stop", id).returncode == 5
    assert broker.command("stop", str(uuid.uuid4())).returncode == 3
    assert broker.command("stop", rows.upload(rows.owner()), token=broker.user("viewer").token).returncode == 4


def test_stopping_a_user_stops_all_of_theirs(broker, rows):
    owner = rows.owner()
    ids = rows.uploads(owner, 3)
    done = broker.command("stop", "--user", owner, "--json")
    assert done.returncode == 0 and isinstance(json.loads(done.stdout), dict)
    assert {rows.get(id)["status"] for id in ids} == {"stopped"}


def test_stopping_everything_from_a_script_wants_the_count(own_broker):
    broker = own_broker()
    rows = Rows(broker)
    ids = rows.uploads(rows.owner(), 3)
    admin = broker.user("admin").token
    assert broker.command("stop", "--all", token=admin).returncode != 0
    assert {rows.get(id)["status"] for id in ids} == {"uploading"}
    done = broker.command("stop", "--all", "--yes", "--confirm", "3", token=admin)
    assert done.returncode == 0, done.stderr
    assert {rows.get(id)["status"] for id in ids} == {"stopped"}


def run(broker: Broker, *arguments: str) -> subprocess.Popen:
    """A client that runs until it is told to end."""
    command = [binary(), *arguments, "--url", broker.url, "--token", broker.service]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env={**os.environ, "NO_COLOR": "1"})


def interrupted(client: subprocess.Popen) -> int:
    client.send_signal(signal.SIGINT)
    try:
        return client.wait(timeout=10)
    finally:
        client.kill()


def test_sub_prints_one_line_of_json_for_each_change(broker, rows):
    client = run(broker, "sub", "upload_queue", "--json")
    lines: queue.Queue[str] = queue.Queue()
    threading.Thread(target=lambda: [lines.put(line) for line in client.stdout], daemon=True).start()
    try:
        id = rows.upload(rows.owner())
        heard = None
        for turn in range(150):
            rows.update(id, video_title=f"turn {turn}")
            with contextlib.suppress(queue.Empty):
                while id not in (heard := lines.get(timeout=0.1)):
                    pass
                break
        assert heard and isinstance(json.loads(heard), dict)
    finally:
        assert interrupted(client) in (0, 130)


def is_moving(change: dict) -> bool:
    return change["type"] == "UPDATE" and change["record"]["status"] == "uploading" and change["record"]["progress"] > 0


async def test_demo_uploaders_really_publish_and_obey_a_stop(own_broker, sockets):
    broker = own_broker()
    watching = await (await sockets(broker)).join("watch", UPLOADS)
    demo = run(broker, "demo", "--uploads", "5", "--rate", "5")
    try:
        await watching.changes.until(lambda changes: len({row(change)["id"] for change in changes}) >= 5, within=30)
        id = row(await watching.changes.first(is_moving, within=30))["id"]
        if Rows(broker).rpc("stop_upload", upload_id=id, reason="test"):
            obeyed = await watching.changes.first(lambda change: row(change)["id"] == id and row(change)["stop_acknowledged_at"], within=30)
            assert row(obeyed)["status"] == "stopped"
    finally:
        assert interrupted(demo) in (0, 130)
