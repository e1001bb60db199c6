"""Every function of the configuration: who may call it, what it answers, what it leaves behind."""

import uuid

import pytest
from supabase import ClientOptions, PostgrestAPIError, create_client

from uploads import Rows


@pytest.fixture
def rows(module_broker):
    return Rows(module_broker)


@pytest.fixture
def owner(module_broker, rows):
    """An uploader whose profile exists."""
    user = module_broker.user()
    rows.write("POST", "/profiles", json={"id": user.id, "email": user.email})
    return user


def client_of(broker, user=None):
    options = ClientOptions(headers={"Authorization": f"Bearer {user.token}"}) if user else ClientOptions()
    return create_client(broker.url, broker.anon, options=options)


@pytest.fixture
def call(module_broker):
    """`call("operator", "stop_upload", upload_id=…)`: the function's answer, called as that role or user."""
    def call(who, function: str, **arguments):
        user = None if who == "anon" else module_broker.user(who) if isinstance(who, str) else who
        return client_of(module_broker, user).rpc(function, arguments).execute().data

    return call


def code_of(call, *arguments, **named) -> str:
    with pytest.raises(PostgrestAPIError) as caught:
        call(*arguments, **named)
    return caught.value.code


def test_an_operator_stops_an_upload_once(module_broker, rows, owner, call):
    id = rows.upload(owner.id)
    operator = module_broker.user("operator")
    assert call(operator, "stop_upload", upload_id=id, reason="wrong file") is True
    row = rows.get(id)
    assert (row["status"], row["stop_requested_by"], row["stop_reason"]) == ("stopped", operator.id, "wrong file")
    assert row["stopped_at"] and row["finished_at"] and row["stop_acknowledged_at"] is None
    assert call(operator, "stop_upload", upload_id=id) is False
    assert rows.get(id)["stop_reason"] == "wrong file"


def test_an_owner_stops_an_own_upload_and_no_other(module_broker, rows, owner, call):
    id = rows.upload(owner.id)
    assert code_of(call, module_broker.user(), "stop_upload", upload_id=id) == "42501"
    assert call(owner, "stop_upload", upload_id=id) is True


@pytest.mark.parametrize("role", ["viewer", "anon"])
def test_nobody_else_stops_an_upload(rows, owner, call, role):
    id = rows.upload(owner.id)
    assert code_of(call, role, "stop_upload", upload_id=id) == "42501"
    assert rows.get(id)["status"] == "uploading"


def test_stopping_the_unknown_and_the_finished_is_false(rows, owner, call):
    assert call("operator", "stop_upload", upload_id=str(uuid.uuid4())) is False
    for status in ("completed", "failed"):
        assert call("operator", "stop_upload", upload_id=rows.upload(owner.id, status=status)) is False


def test_a_bad_argument_is_refused_by_its_type(call):
    assert code_of(call, "operator", "stop_upload", upload_id="x") == "22P02"


def test_a_writing_function_cannot_be_called_by_get(module_broker, rows, owner):
    id = rows.upload(owner.id)
    reply = rows.http.get(f"/rpc/stop_upload?upload_id={id}")
    assert (reply.status_code, reply.json()["code"]) == (405, "25006")
    assert rows.get(id)["status"] == "uploading"


def test_all_uploads_of_one_user_stop_together(rows, owner, call):
    active = [rows.upload(owner.id, status=status) for status in ("pending", "uploading", "retrying")]
    done = rows.upload(owner.id, status="completed")
    other = rows.upload(rows.owner())
    assert call("operator", "stop_user_uploads", user_id=owner.id, reason="quota") == 3
    assert {rows.get(id)["status"] for id in active} == {"stopped"}
    assert (rows.get(done)["status"], rows.get(other)["status"]) == ("completed", "uploading")
    assert call("operator", "stop_user_uploads", user_id=owner.id) == 0


def test_stopping_everything_wants_the_count_unless_the_service_asks(module_broker, rows, owner, call):
    rows.rpc("stop_all_uploads")
    ids = [rows.upload(owner.id) for _ in range(3)]
    admin = client_of(module_broker, module_broker.user("admin"))
    for arguments in ({}, {"confirm": 2}):
        with pytest.raises(PostgrestAPIError) as caught:
            admin.rpc("stop_all_uploads", arguments).execute()
        assert (caught.value.code, caught.value.message) == ("P0001", "confirm required")
        assert "3" in str(caught.value.details)
    assert {rows.get(id)["status"] for id in ids} == {"uploading"}
    assert admin.rpc("stop_all_uploads", {"confirm": 3}).execute().data == 3
    assert {rows.get(id)["status"] for id in ids} == {"stopped"}
    rows.upload(owner.id)
    assert rows.rpc("stop_all_uploads") == 1


@pytest.mark.parametrize("role", ["authenticated", "viewer", "anon"])
def test_only_staff_stops_everything(call, role):
    assert code_of(call, role, "stop_all_uploads", confirm=0) == "42501"


def test_active_uploads_come_newest_first_with_the_email(rows, owner, call):
    times = ["2026-01-15T10:00:00Z", "2026-01-15T12:00:00Z", "2026-01-15T11:00:00Z"]
    old, new, middle = [rows.upload(owner.id, status="uploading", started_at=time) for time in times]
    rows.update(middle, status="retrying")
    done = rows.upload(owner.id, status="completed")
    found = [row for row in call("operator", "get_active_uploads") if row["user_id"] == owner.id]
    assert [row["id"] for row in found] == [new, middle, old] and done not in found
    assert {row["email"] for row in found} == {owner.email}
    assert {"video_title", "progress", "status", "upload_speed"} <= set(found[0])


def test_an_active_list_can_be_filtered_ordered_and_paged(module_broker, rows, owner):
    ids = rows.uploads(owner.id, 4)
    operator = client_of(module_broker, module_broker.user("operator"))
    listed = operator.rpc("get_active_uploads").select("id").eq("user_id", owner.id).order("id", desc=True).limit(2).execute().data
    assert listed == [{"id": ids[3]}, {"id": ids[2]}]


def test_a_retry_starts_a_stopped_upload_again(rows, owner, call):
    id = rows.upload(owner.id, progress=40)
    call("operator", "stop_upload", upload_id=id, reason="wrong file")
    rows.update(id, status="retrying", error_message="cancelled")
    assert call("operator", "retry_upload", upload_id=id) is True
    row = rows.get(id)
    assert row["status"] == "pending" and row["retry_requested_at"]
    cleared = ("stopped_at", "stop_requested_by", "stop_reason", "stop_acknowledged_at", "finished_at", "error_message")
    assert [name for name in cleared if row[name] is not None] == []
    rows.update(id, status="uploading", progress=50)
    assert (rows.get(id)["status"], rows.get(id)["progress"]) == ("uploading", 50)


def test_a_retry_is_for_what_failed_or_was_stopped(rows, owner, call):
    failed = rows.upload(owner.id, status="failed", error_message="network")
    assert call("operator", "retry_upload", upload_id=failed) is True
    assert (rows.get(failed)["status"], rows.get(failed)["error_message"]) == ("pending", None)
    for status in ("uploading", "completed"):
        id = rows.upload(owner.id, status=status)
        assert call("operator", "retry_upload", upload_id=id) is False
        assert rows.get(id)["status"] == status


def test_a_stop_is_acknowledged_once(rows, owner, call):
    id = rows.upload(owner.id)
    call(owner, "acknowledge_stop", upload_id=id)
    assert rows.get(id)["stop_acknowledged_at"] is None
    call("operator", "stop_upload", upload_id=id)
    assert call(owner, "acknowledge_stop", upload_id=id) is True
    first = rows.get(id)
    assert first["stop_acknowledged_at"] >= first["stopped_at"] and first["late_writes"] == 0
    assert isinstance(call(owner, "acknowledge_stop", upload_id=id), bool)
    assert rows.get(id)["stop_acknowledged_at"] == first["stop_acknowledged_at"]


def test_cleaning_up_spares_what_is_recent_or_active(rows, owner, call):
    ids = [rows.upload(owner.id, status=status) for status in ("uploading", "completed", "failed")]
    assert type(call("admin", "cleanup_old_uploads")) is int
    assert call("admin", "cleanup_old_upload_queue") == []
    assert rows.http.post("/rpc/cleanup_old_upload_queue", json={}).status_code == 204
    assert all(rows.get(id) for id in ids)
    assert code_of(call, "authenticated", "cleanup_old_uploads") == "42501"


def test_failing_the_stale_spares_what_spoke_lately(rows, owner, call):
    id = rows.upload(owner.id)
    assert type(rows.rpc("fail_stale_uploads")) is int
    assert rows.get(id)["status"] == "uploading"
    assert code_of(call, "authenticated", "fail_stale_uploads") == "42501"


def test_a_function_that_raises_leaves_nothing_behind(module_broker, rows, owner):
    before = rows.http.get("/upload_queue?limit=0").headers["sluice-sequence"]
    admin = Rows(module_broker, module_broker.user("admin").token)
    assert admin.http.post("/rpc/stop_all_uploads", json={"confirm": -1}).status_code == 400
    assert rows.http.get("/upload_queue?limit=0").headers["sluice-sequence"] == before
