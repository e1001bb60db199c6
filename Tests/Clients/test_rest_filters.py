"""Every filter, order and page that the official client can ask for, but regular expressions."""

import pytest
from supabase import ClientOptions, PostgrestAPIError, create_client

UPLOADS = {
    "a": {"filename": "alpha.mov", "progress": 10, "video_title": "Été 100%", "status": "pending",
          "metadata": {"isRecorded": True, "tags": ["x", "y"]}},
    "b": {"filename": "bravo.mp4", "progress": 20, "video_title": "été", "status": "uploading",
          "metadata": {"isRecorded": False, "tags": ["y"]}},
    "c": {"filename": "charlie, (1).mov", "progress": 30, "video_title": None, "status": "failed", "metadata": {"tags": []}},
    "d": {"filename": "delta_1.MOV", "progress": 40, "video_title": 'say "hi"', "status": "completed", "metadata": {}},
}


@pytest.fixture(scope="module")
def filled(broker):
    """One user with four uploads, named after their first letters."""
    user = broker.user()
    client = create_client(broker.url, broker.anon, options=ClientOptions(headers={"Authorization": f"Bearer {user.token}"}))
    client.table("upload_queue").insert([{"user_id": user.id, **upload} for upload in UPLOADS.values()]).execute()
    return client


FILTERS = {
    "eq": (lambda q: q.eq("progress", 20), "b"),
    "eq of a text with everything in it": (lambda q: q.eq("filename", "charlie, (1).mov"), "c"),
    "eq null finds nothing": (lambda q: q.eq("video_title", None), ""),
    "neq does not see nulls": (lambda q: q.neq("video_title", "été"), "ad"),
    "gt": (lambda q: q.gt("progress", 20), "cd"),
    "gte": (lambda q: q.gte("progress", 20), "bcd"),
    "lt": (lambda q: q.lt("progress", 20), "a"),
    "lte": (lambda q: q.lte("progress", 20), "ab"),
    "two filters are both meant": (lambda q: q.gt("progress", 10).lt("progress", 40), "bc"),
    "is null": (lambda q: q.is_("video_title", None), "c"),
    "not is null": (lambda q: q.not_.is_("video_title", None), "abd"),
    "like minds case": (lambda q: q.like("filename", "%.mov"), "ac"),
    "like with stars": (lambda q: q.like("filename", "*.mov"), "ac"),
    "like with an underscore": (lambda q: q.like("filename", "delta_1.M_V"), "d"),
    "like with an escape": (lambda q: q.like("filename", "delta\\_1%"), "d"),
    "ilike folds every letter": (lambda q: q.ilike("video_title", "ÉTÉ%"), "ab"),
    "ilike": (lambda q: q.ilike("filename", "%.mov"), "acd"),
    "not like": (lambda q: q.not_.like("filename", "%.mov"), "bd"),
    "like all of": (lambda q: q.like_all_of("filename", "a%,%.mov"), "a"),
    "like any of": (lambda q: q.like_any_of("filename", "a%,b%"), "ab"),
    "ilike all of": (lambda q: q.ilike_all_of("filename", "D%,%.mov"), "d"),
    "ilike any of": (lambda q: q.ilike_any_of("filename", "A%,%.MP4"), "ab"),
    "in": (lambda q: q.in_("progress", [10, 30]), "ac"),
    "in with quoted values": (lambda q: q.in_("video_title", ['say "hi"', "x,y"]), "d"),
    "in of nothing": (lambda q: q.in_("progress", []), ""),
    "not in": (lambda q: q.not_.in_("progress", [10, 30]), "bd"),
    "or": (lambda q: q.or_("progress.eq.10,video_title.is.null"), "ac"),
    "or with an and inside": (lambda q: q.or_("and(progress.gte.20,progress.lte.30),filename.like.d*"), "bcd"),
    "or with not": (lambda q: q.or_("status.not.in.(pending,uploading,failed),progress.eq.10"), "ad"),
    "match": (lambda q: q.match({"progress": 20, "status": "uploading"}), "b"),
    "contains an object": (lambda q: q.contains("metadata", {"isRecorded": True}), "a"),
    "contains an element": (lambda q: q.contains("metadata", {"tags": ["y"]}), "ab"),
    "filter by word": (lambda q: q.filter("progress", "gte", "40"), "d"),
    "isdistinct sees nulls": (lambda q: q.filter("video_title", "isdistinct", "été"), "acd"),
    "not isdistinct": (lambda q: q.filter("video_title", "not.isdistinct", "été"), "b"),
}


@pytest.mark.parametrize("name", FILTERS)
def test_a_filter_finds_its_rows(filled, name):
    apply, expected = FILTERS[name]
    found = apply(filled.table("upload_queue").select("filename")).order("filename").execute().data
    assert "".join(row["filename"][0] for row in found) == expected


@pytest.mark.parametrize("ask, code", [
    (lambda q: q.eq("id", "x"), "22P02"),
    (lambda q: q.eq("progress", "1.5"), "22P02"),
    (lambda q: q.eq("progress", 3000000000), "22003"),
    (lambda q: q.gte("started_at", "yesterday-ish"), "22007"),
    (lambda q: q.gte("started_at", "2026-02-30"), "22008"),
    (lambda q: q.eq("nope", 1), "42703"),
    (lambda q: q.order("nope"), "42703"),
    (lambda q: q.like("progress", "1%"), "42883"),
    (lambda q: q.is_("progress", "true"), "42804"),
    (lambda q: q.filter("progress", "about", "1"), "PGRST100"),
    (lambda q: q.or_("progress.eq"), "PGRST100"),
])
def test_a_filter_that_makes_no_sense_is_told_apart_by_its_code(filled, ask, code):
    with pytest.raises(PostgrestAPIError) as caught:
        ask(filled.table("upload_queue").select("id")).execute()
    assert caught.value.code == code


@pytest.mark.parametrize("ask", [
    lambda q: q.fts("video_title", "été"), lambda q: q.ov("video_title", ["a"]), lambda q: q.sl("progress", (1, 2)),
    lambda q: q.adj("progress", (1, 2)), lambda q: q.contained_by("metadata", {"tags": []}),
])
def test_an_operator_without_a_meaning_here_is_refused_and_not_ignored(filled, ask):
    with pytest.raises(PostgrestAPIError) as caught:
        ask(filled.table("upload_queue").select("id")).execute()
    assert caught.value.code in ("PGRST127", "42883", "42704")


@pytest.mark.parametrize("sort, expected", [
    (lambda q: q.order("progress"), "abcd"),
    (lambda q: q.order("progress", desc=True), "dcba"),
    (lambda q: q.order("video_title", nullsfirst=True).limit(1), "c"),
    (lambda q: q.order("video_title", desc=True, nullsfirst=False).order("filename").offset(3), "c"),
    (lambda q: q.order("video_title", desc=True).limit(1), "c"),
    (lambda q: q.order("status").order("progress", desc=True), "dcab"),
    (lambda q: q.order("progress").limit(2), "ab"),
    (lambda q: q.order("progress").range(1, 2), "bc"),
    (lambda q: q.order("progress").offset(9), ""),
    (lambda q: q.order("progress").limit(0), ""),
])
def test_rows_come_in_the_order_and_page_asked_for(filled, sort, expected):
    found = sort(filled.table("upload_queue").select("filename")).execute().data
    assert "".join(row["filename"][0] for row in found) == expected


def test_a_page_behind_the_end_is_refused_when_a_count_is_asked_for(filled):
    with pytest.raises(PostgrestAPIError) as caught:
        filled.table("upload_queue").select("id", count="exact").range(10, 20).execute()
    assert caught.value.code == "PGRST103"
