"""What cannot be done is told by status and code, with the four keys the clients read."""

import time
import uuid

import pytest

from tokens import sign

NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def user(broker):
    return broker.user()


@pytest.fixture
def http(httpx_client, user):
    return httpx_client(user)


def check(reply, status: int, code: str) -> dict:
    error = reply.json()
    assert (reply.status_code, error["code"]) == (status, code), error
    assert set(error) == {"code", "details", "hint", "message"}
    assert reply.headers["content-type"] == "application/json; charset=utf-8"
    assert code in reply.headers["proxy-status"]
    return error


def upload(user, **values) -> dict:
    return {"user_id": user.id, "filename": "a.mov", **values}


@pytest.mark.parametrize("values, status, code", [
    ({"progress": 101}, 400, "23514"),
    ({"progress": -1}, 400, "23514"),
    ({"status": "flying"}, 400, "23514"),
    ({"filename": None}, 400, "23502"),
    ({"progress": "many"}, 400, "22P02"),
    ({"progress": 12.5}, 400, "22P02"),
    ({"progress": 3000000000}, 400, "22003"),
    ({"id": "x"}, 400, "22P02"),
    ({"completed_at": "soon"}, 400, "22007"),
    ({"error_message": "a\u0000b"}, 400, "22P05"),
    ({"nope": 1}, 400, "PGRST204"),
])
def test_a_bad_value_names_its_fault(http, user, values, status, code):
    check(http.post("/upload_queue", json=upload(user, **values)), status, code)


def test_a_row_that_exists_already_is_a_conflict(http, user):
    id = str(uuid.uuid4())
    assert http.post("/upload_queue", json=upload(user, id=id)).status_code == 201
    error = check(http.post("/upload_queue", json=upload(user, id=id)), 409, "23505")
    assert error["message"] == 'duplicate key value violates unique constraint "upload_queue_pkey"'
    assert error["details"] is None


def test_the_service_is_told_which_key_exists_already(rows):
    owner = rows.owner()
    id = rows.upload(owner)
    error = check(rows.http.post("/upload_queue", json={"id": id, "user_id": owner, "filename": "a.mov"}), 409, "23505")
    assert error["details"] == f"Key (id)=({id}) already exists."


def test_an_upload_needs_its_profile(rows):
    error = check(rows.http.post("/upload_queue", json={"user_id": NOBODY, "filename": "a.mov"}), 409, "23503")
    assert error["message"] == 'insert or update on table "upload_queue" violates foreign key constraint "upload_queue_user_id_fkey"'


def test_a_missing_file_name_is_named(http, user):
    error = check(http.post("/upload_queue", json={"user_id": user.id}), 400, "23502")
    assert error["message"] == 'null value in column "filename" of relation "upload_queue" violates not-null constraint'


def test_a_bad_uuid_is_quoted(http):
    error = check(http.get("/upload_queue?id=eq.x"), 400, "22P02")
    assert error["message"] == 'invalid input syntax for type uuid: "x"'


def test_rows_of_others_cannot_be_inserted(httpx_client, http, user):
    foreign = {"user_id": NOBODY, "filename": "a.mov"}
    error = check(http.post("/upload_queue", json=foreign), 403, "42501")
    assert error["message"] == 'new row violates row-level security policy for table "upload_queue"'
    reply = httpx_client().post("/upload_queue", json=foreign)
    check(reply, 401, "42501")
    assert reply.headers["www-authenticate"] == "Bearer"


def test_a_row_cannot_be_given_away(http, user):
    id = str(uuid.uuid4())
    http.post("/upload_queue", json=upload(user, id=id)).raise_for_status()
    check(http.patch(f"/upload_queue?id=eq.{id}", json={"user_id": NOBODY}), 403, "42501")


def test_a_viewer_changes_nothing(broker, httpx_client):
    viewer = broker.user("viewer")
    check(httpx_client(viewer).post("/upload_queue", json=upload(viewer)), 403, "42501")


@pytest.mark.parametrize("path, status, code", [
    ("/nope", 404, "PGRST205"),
    ("/upload_queue?select=nope", 400, "42703"),
    ("/upload_queue?nope=eq.1", 400, "42703"),
    ("/upload_queue?progress=nope.1", 400, "PGRST100"),
    ("/upload_queue?select=", 200, ""),
    ("/upload_queue?offset=99&select=id", 200, ""),
])
def test_a_bad_question_names_its_fault(http, path, status, code):
    reply = http.get(path)
    assert reply.status_code == status if not code else check(reply, status, code)


def test_an_unknown_table_hints_at_the_one_meant(http):
    error = check(http.get("/upload_queues"), 404, "PGRST205")
    assert error["message"] == "Could not find the table 'public.upload_queues' in the schema cache"
    assert error["hint"] == "Perhaps you meant the table 'public.upload_queue'"


def test_an_unknown_function_is_told_with_its_arguments(http):
    error = check(http.post("/rpc/stop_upload", json={"b": 1, "a": 2}), 404, "PGRST202")
    assert error["message"] == "Could not find the function public.stop_upload(a, b) in the schema cache"
    check(http.post("/rpc/nope", json={}), 404, "PGRST202")


@pytest.mark.parametrize("body", [b"", b"{", b"nonsense", b'{"a":1} {"b":2}', b"\xff\xfe"])
def test_a_body_that_is_no_json_is_refused(http, body):
    check(http.post("/upload_queue", content=body, headers={"Content-Type": "application/json"}), 400, "PGRST102")


def test_objects_of_one_list_must_have_the_same_keys_when_columns_are_not_named(http, user):
    reply = http.post("/upload_queue", json=[upload(user), upload(user, progress=1)])
    assert check(reply, 400, "PGRST102")["message"] == "All object keys must match"


@pytest.mark.parametrize("make, code", [
    (lambda secret: "nonsense", "PGRST301"),
    (lambda secret: sign("another secret of at least 32 bytes", {"role": "admin", "exp": time.time() + 60}), "PGRST301"),
    (lambda secret: sign(secret, {"role": "admin", "exp": int(time.time()) + 60}, "none"), "PGRST301"),
    (lambda secret: sign(secret, {"role": "admin", "exp": int(time.time()) - 3600}), "PGRST303"),
    (lambda secret: sign(secret, {"role": "admin", "exp": "soon"}), "PGRST303"),
])
def test_a_bad_token_is_refused_before_anything_else(broker, http, make, code):
    token = make(broker.secret)
    reply = http.get("/nope", headers={"Authorization": f"Bearer {token}"})
    assert check(reply, 401, code)
    assert reply.headers["www-authenticate"].startswith('Bearer error="invalid_token"')


def test_a_body_over_the_limit_is_refused_and_the_broker_lives(http):
    reply = http.post("/upload_queue", content=b'"' + b"x" * 11_000_000 + b'"', headers={"Content-Type": "application/json"})
    assert reply.status_code == 413
    assert http.get("/upload_queue?limit=1").status_code == 200


def test_json_nested_too_deeply_is_refused_and_the_broker_lives(http, user):
    body = '{"user_id":"%s","filename":"a","metadata":%s}' % (user.id, "[" * 5000 + "]" * 5000)
    assert http.post("/upload_queue", content=body, headers={"Content-Type": "application/json"}).status_code == 400
    assert http.get("/upload_queue?limit=1").status_code == 200


# Headers


def test_every_read_tells_the_sequence_and_epoch_it_saw(http, rows):
    first = http.get("/upload_queue?limit=1").headers
    rows.upload(rows.owner())
    second = http.get("/upload_queue?limit=1").headers
    assert int(second["sluice-sequence"]) > int(first["sluice-sequence"])
    assert second["sluice-epoch"] == first["sluice-epoch"] != ""


def test_a_listed_page_may_ask_and_read_what_it_needs(http):
    asked = "apikey,authorization,content-profile,content-type,prefer,x-client-info"
    preflight = http.options("/upload_queue", headers={
        "Origin": "http://localhost:5173", "Access-Control-Request-Method": "PATCH", "Access-Control-Request-Headers": asked,
    })
    assert preflight.status_code == 200 and preflight.content == b""
    assert preflight.headers["access-control-allow-origin"] == "http://localhost:5173"
    assert "PATCH" in preflight.headers["access-control-allow-methods"]
    allowed = {name.strip().lower() for name in preflight.headers["access-control-allow-headers"].split(",")}
    assert allowed >= set(asked.split(","))
    assert preflight.headers["access-control-max-age"] == "86400"
    for path in ("/upload_queue?limit=1", "/nope"):
        reply = http.get(path, headers={"Origin": "http://localhost:5173"})
        assert reply.headers["access-control-allow-origin"] == "http://localhost:5173"
        exposed = {name.strip().lower() for name in reply.headers["access-control-expose-headers"].split(",")}
        assert exposed >= {"content-range", "sluice-sequence", "sluice-epoch"}


@pytest.mark.parametrize("origin", ["https://app.example", "http://localhost:5173.evil.example", "http://localhost", "null"])
def test_a_page_that_is_not_listed_is_turned_away(http, origin):
    assert http.get("/upload_queue", headers={"Origin": origin}).status_code == 403


def test_content_range_and_status_tell_the_page(http, user):
    http.post("/upload_queue", json=[upload(user) for _ in range(3)]).raise_for_status()
    page = http.get("/upload_queue?limit=2", headers={"Prefer": "count=exact"})
    assert (page.status_code, page.headers["content-range"]) == (206, "0-1/3")
    everything = http.get("/upload_queue")
    assert (everything.status_code, everything.headers["content-range"]) == (200, "0-2/*")
    nothing = http.get("/upload_queue?progress=eq.77", headers={"Prefer": "count=exact"})
    assert (nothing.status_code, nothing.headers["content-range"]) == (200, "*/0")


def test_minimal_writes_have_no_body(http, user):
    created = http.post("/upload_queue", json=upload(user))
    assert (created.status_code, created.content, created.headers["content-length"]) == (201, b"", "0")
    changed = http.patch("/upload_queue?progress=eq.0", json={"progress": 1})
    assert (changed.status_code, changed.content) == (204, b"") and "content-length" not in changed.headers
