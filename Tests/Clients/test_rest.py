"""The official synchronous client over HTTP: rows, counts, ownership, exact types."""

import uuid

import pytest
from supabase import PostgrestAPIError

OBJECT = "application/vnd.pgrst.object+json"


@pytest.fixture
def user(broker):
    return broker.user()


@pytest.fixture
def mine(connect, user):
    """The client of one uploader."""
    return connect(user)


@pytest.fixture
def service(connect, broker):
    return connect(key=broker.service)


def begin(client, user, **values) -> dict:
    """A new upload of `user`, as the service answers it."""
    upload = {"user_id": user.id, "filename": "a.mov", **values}
    return client.table("upload_queue").insert(upload).execute().data[0]


def refused(query) -> PostgrestAPIError:
    """The error that a query ends with."""
    with pytest.raises(PostgrestAPIError) as caught:
        query.execute()
    return caught.value


def test_an_insert_answers_the_whole_row_with_its_defaults(mine, user):
    row = begin(mine, user)
    assert uuid.UUID(row["id"]) and row["user_id"] == user.id
    assert (row["status"], row["progress"], row["retry_count"], row["late_writes"]) == ("pending", 0, 0, 0)
    assert row["started_at"] and row["updated_at"] and row["completed_at"] is None and row["stopped_at"] is None
    assert set(row) >= {
        "video_title", "file_size", "upload_speed", "error_message", "metadata", "last_error_at", "file_path", "stop_requested_by",
        "stop_reason", "stop_acknowledged_at", "retry_requested_at", "finished_at", "bytes_sent", "device", "app_version",
    }


def test_the_first_write_of_a_user_makes_the_profile_from_the_claims(mine, user):
    begin(mine, user)
    profile = mine.table("profiles").select("id,email").single().execute().data
    assert profile == {"id": user.id, "email": user.email}


def test_a_selection_answers_exactly_the_columns_asked_for(mine, user):
    row = begin(mine, user, status="uploading", progress=45)
    found = mine.table("upload_queue").select("status, progress").eq("id", row["id"]).single().execute().data
    assert found == {"status": "uploading", "progress": 45}


def test_an_insert_with_selected_columns_answers_only_those(mine, user):
    answer = mine.table("upload_queue").insert({"user_id": user.id, "filename": "b.mov"}).select("id").execute().data
    assert [list(row) for row in answer] == [["id"]]


def test_an_update_answers_the_rows_as_they_are_now(mine, user):
    row = begin(mine, user, status="uploading")
    answer = mine.table("upload_queue").update({"progress": 45, "upload_speed": 2.5}).eq("id", row["id"]).execute().data
    assert [(found["progress"], found["upload_speed"]) for found in answer] == [(45, 2.5)]
    assert answer[0]["updated_at"] >= row["updated_at"]


def test_an_update_that_finds_nothing_answers_an_empty_list(mine):
    assert mine.table("upload_queue").update({"progress": 1}).eq("id", str(uuid.uuid4())).execute().data == []


def test_an_upsert_inserts_and_then_merges(mine, user):
    row = begin(mine, user, video_title="first")
    again = {"id": row["id"], "user_id": user.id, "filename": "a.mov", "video_title": "second"}
    assert mine.table("upload_queue").upsert(again).execute().data[0]["video_title"] == "second"
    new = again | {"id": str(uuid.uuid4()), "video_title": "third"}
    assert mine.table("upload_queue").upsert(new, on_conflict="id").execute().data[0]["video_title"] == "third"
    assert mine.table("upload_queue").select("id", count="exact").execute().count == 2


def test_an_upsert_that_ignores_duplicates_leaves_the_row(mine, user):
    row = begin(mine, user, video_title="first")
    again = {"id": row["id"], "user_id": user.id, "filename": "a.mov", "video_title": "second"}
    assert mine.table("upload_queue").upsert(again, ignore_duplicates=True).execute().data == []
    assert mine.table("upload_queue").select("video_title").eq("id", row["id"]).single().execute().data == {"video_title": "first"}


def test_many_rows_are_inserted_in_payload_order_or_not_at_all(mine, user):
    uploads = [{"user_id": user.id, "filename": f"{n}.mov"} for n in range(20)]
    answer = mine.table("upload_queue").insert(uploads).execute().data
    assert [row["filename"] for row in answer] == [f"{n}.mov" for n in range(20)]
    bad = [{"user_id": user.id, "filename": "x.mov", "progress": 5}, {"user_id": user.id, "filename": "y.mov", "progress": 500}]
    assert refused(mine.table("upload_queue").insert(bad)).code == "23514"
    assert mine.table("upload_queue").select("id", count="exact").in_("filename", ["x.mov", "y.mov"]).execute().count == 0


def test_a_key_absent_from_one_object_becomes_null_unless_defaults_are_asked_for(mine, user):
    pair = [{"user_id": user.id, "filename": "a.mov", "video_title": "t"}, {"user_id": user.id, "filename": "b.mov", "retry_count": 2}]
    first, second = mine.table("upload_queue").insert(pair).execute().data
    assert (first["retry_count"], second["video_title"]) == (None, None)
    first, second = mine.table("upload_queue").insert(pair, default_to_null=False).execute().data
    assert (first["retry_count"], second["retry_count"]) == (0, 2)


def test_the_service_deletes_and_gets_the_rows_as_they_were(mine, service, user):
    row = begin(mine, user, video_title="gone")
    assert [gone["video_title"] for gone in service.table("upload_queue").delete().eq("id", row["id"]).execute().data] == ["gone"]
    assert service.table("upload_queue").select("id").eq("id", row["id"]).execute().data == []


def test_minimal_writes_answer_nothing(mine, user):
    row = begin(mine, user)
    answer = mine.table("upload_queue").update({"progress": 3}, returning="minimal").eq("id", row["id"]).execute()
    assert answer.data == []


def test_single_wants_exactly_one_row(mine, user):
    begin(mine, user), begin(mine, user)
    error = refused(mine.table("upload_queue").select("*").single())
    assert (error.code, error.details) == ("PGRST116", "The result contains 2 rows")
    error = refused(mine.table("upload_queue").select("*").eq("id", str(uuid.uuid4())).single())
    assert (error.code, error.details) == ("PGRST116", "The result contains 0 rows")


def test_maybe_single_gives_one_row_or_none(mine, user):
    row = begin(mine, user)
    assert mine.table("upload_queue").select("id").eq("id", row["id"]).maybe_single().execute().data == {"id": row["id"]}
    assert mine.table("upload_queue").select("id").eq("id", str(uuid.uuid4())).maybe_single().execute() is None


def test_a_write_for_one_object_that_meets_two_rows_changes_neither(broker, mine, user, httpx_client):
    begin(mine, user, progress=1), begin(mine, user, progress=1)
    reply = httpx_client(user).patch("/upload_queue?progress=eq.1", json={"progress": 2}, headers={"Accept": OBJECT})
    assert (reply.status_code, reply.json()["code"]) == (406, "PGRST116")
    assert mine.table("upload_queue").select("id", count="exact").eq("progress", 1).execute().count == 2


def test_counts_see_every_row_and_not_only_the_page(mine, user):
    mine.table("upload_queue").insert([{"user_id": user.id, "filename": f"{n}.mov"} for n in range(7)]).execute()
    page = mine.table("upload_queue").select("filename", count="exact").order("filename").range(2, 4).execute()
    assert ([row["filename"] for row in page.data], page.count) == (["2.mov", "3.mov", "4.mov"], 7)
    assert mine.table("upload_queue").select("*", count="exact", head=True).execute().count == 7
    assert mine.table("upload_queue").update({"progress": 9}, count="exact").gte("filename", "5").execute().count == 2


def test_users_see_and_change_only_their_own_rows(broker, connect, mine, user):
    row = begin(mine, user)
    stranger = connect(broker.user())
    assert stranger.table("upload_queue").select("*").eq("id", row["id"]).execute().data == []
    assert stranger.table("upload_queue").update({"progress": 99}).eq("id", row["id"]).execute().data == []
    assert stranger.table("upload_queue").delete().eq("id", row["id"]).execute().data == []
    assert stranger.table("profiles").select("*").eq("id", user.id).execute().data == []
    assert mine.table("upload_queue").select("progress").eq("id", row["id"]).single().execute().data == {"progress": 0}


def test_users_cannot_delete_even_their_own_rows(mine, user):
    row = begin(mine, user)
    assert mine.table("upload_queue").delete().eq("id", row["id"]).execute().data == []
    assert mine.table("upload_queue").select("id").eq("id", row["id"]).execute().data == [{"id": row["id"]}]


def test_the_anonymous_role_sees_nothing(connect, mine, user):
    begin(mine, user)
    assert connect().table("upload_queue").select("*").execute().data == []


@pytest.mark.parametrize("role, changed", [("viewer", 0), ("operator", 1), ("admin", 1)])
def test_staff_see_every_row_and_viewers_change_none(broker, connect, mine, user, role, changed):
    row = begin(mine, user)
    staff = connect(broker.user(role))
    assert staff.table("upload_queue").select("id").eq("id", row["id"]).execute().data == [{"id": row["id"]}]
    assert len(staff.table("upload_queue").update({"video_title": role}).eq("id", row["id"]).execute().data) == changed


@pytest.mark.parametrize("written, read", [
    ({"file_size": 9007199254740993}, 9007199254740993), ({"file_size": "42"}, 42), ({"file_size": None}, None),
    ({"upload_speed": 2.5}, 2.5), ({"upload_speed": 0.1}, 0.1), ({"progress": 100}, 100),
    ({"completed_at": "2026-01-15T10:00:00.400Z"}, "2026-01-15T10:00:00.4+00:00"),
    ({"completed_at": "2026-01-15 12:00:00+02"}, "2026-01-15T10:00:00+00:00"),
    ({"metadata": {"isRecorded": True, "n": [1, None, "é"]}}, {"isRecorded": True, "n": [1, None, "é"]}),
    ({"error_message": "réseau \"coupé\"\n\t\\ 🎬 \u2028"}, "réseau \"coupé\"\n\t\\ 🎬 \u2028"), ({"error_message": 1.5}, "1.5"),
])
def test_values_come_back_exactly(mine, user, written, read):
    (column,) = written
    row = begin(mine, user, **written)
    assert row[column] == read and type(row[column]) is type(read)
    assert mine.table("upload_queue").select(column).eq("id", row["id"]).single().execute().data == {column: read}


def test_a_uuid_in_capitals_is_stored_and_found_in_small_letters(mine, user):
    id = str(uuid.uuid4())
    assert begin(mine, user, id=id.upper())["id"] == id
    assert mine.table("upload_queue").select("id").eq("id", id.upper()).execute().data == [{"id": id}]
