"""Uploads over HTTP: what goes wrong is said to the one who did it, and nothing is lost."""

import base64
import hashlib
import time

import pytest
import requests
from conftest import ROOT
from tusclient import client as tus

CLIP = ROOT / "sample-videos" / "squat_side_5.mp4"
TUS = {"Tus-Resumable": "1.0.0"}


def metadata(**fields):
    return ",".join(f"{key} {base64.b64encode(str(value).encode()).decode()}" for key, value in fields.items())


@pytest.fixture
def trainer(hub):
    return hub.session(hub.trainer)


@pytest.fixture
def athlete(hub, trainer):
    return trainer.get(f"{hub.url}/api/v1/clients").json()["items"][0]["id"]


def create(hub, session, client, length, **more):
    fields = {"filename": "clip.mp4", "client_id": client, "exercise": "squat", **more}
    return session.post(f"{hub.url}/api/v1/uploads",
                        headers={**TUS, "Upload-Length": str(length), "Upload-Metadata": metadata(**fields)})


def patch(hub, session, url, offset, data, **headers):
    return session.patch(hub.url + url, data=data, headers={
        **TUS, "Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream", **headers})


def clips(hub, session):
    return session.get(f"{hub.url}/api/v1/clips").json()["items"]


def test_a_real_tus_client_uploads_in_parts(hub, trainer, athlete):
    client = tus.TusClient(f"{hub.url}/api/v1/uploads", headers=dict(trainer.headers))
    uploader = client.uploader(str(CLIP), chunk_size=200_000, metadata={
        "filename": "by-tus.mp4", "client_id": str(athlete), "exercise": "squat"})
    uploader.upload()
    mine = [clip for clip in clips(hub, trainer) if clip["filename"] == "by-tus.mp4"]
    assert len(mine) == 1 and mine[0]["size"] == CLIP.stat().st_size
    video = trainer.get(f"{hub.url}/api/v1/clips/{mine[0]['id']}/video").content
    assert hashlib.sha256(video).digest() == hashlib.sha256(CLIP.read_bytes()).digest()


def test_the_last_request_may_be_repeated(hub, trainer, athlete):
    data = CLIP.read_bytes()
    url = create(hub, trainer, athlete, len(data), sha256=hashlib.sha256(data).hexdigest()).headers["Location"]
    first = patch(hub, trainer, url, 0, data)
    again = patch(hub, trainer, url, len(data), b"")
    assert first.status_code == again.status_code == 204
    assert first.headers["PT-Clip-Id"] == again.headers["PT-Clip-Id"]


def test_resume_at_the_durable_offset(hub, trainer, athlete):
    url = create(hub, trainer, athlete, 1000).headers["Location"]
    assert patch(hub, trainer, url, 0, b"x" * 400).headers["Upload-Offset"] == "400"
    assert trainer.head(hub.url + url, headers=TUS).headers["Upload-Offset"] == "400"
    assert patch(hub, trainer, url, 0, b"x" * 400).status_code == 409
    assert trainer.delete(hub.url + url, headers=TUS).status_code == 204
    assert trainer.head(hub.url + url, headers=TUS).status_code == 404


@pytest.mark.parametrize("case,fields,length,status,field", [
    ("empty", {}, 0, 422, "Upload-Length"),
    ("too large", {}, 11 << 30, 413, None),
    ("unknown exercise", {"exercise": "flying"}, 10, 422, "exercise"),
    ("somebody else's client", {"client_id": 999_999}, 10, 404, None),
    ("no client", {"client_id": "me"}, 10, 422, "client_id"),
    ("bad digest", {"sha256": "12"}, 10, 422, "sha256"),
])
def test_creation_is_refused(hub, trainer, athlete, case, fields, length, status, field):
    before = clips(hub, trainer)
    answer = create(hub, trainer, fields.pop("client_id", athlete), length, **fields)
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json().get("field") == field and answer.json()["detail"]
    assert clips(hub, trainer) == before


def test_more_bytes_than_declared(hub, trainer, athlete):
    url = create(hub, trainer, athlete, 100).headers["Location"]
    assert patch(hub, trainer, url, 0, b"x" * 101).status_code == 413
    assert trainer.head(hub.url + url, headers=TUS).headers["Upload-Offset"] == "0"


def test_wrong_checksum_of_a_part(hub, trainer, athlete):
    url = create(hub, trainer, athlete, 100).headers["Location"]
    wrong = "sha256 " + base64.b64encode(hashlib.sha256(b"other").digest()).decode()
    assert patch(hub, trainer, url, 0, b"x" * 100, **{"Upload-Checksum": wrong}).status_code == 460
    assert trainer.head(hub.url + url, headers=TUS).headers["Upload-Offset"] == "0"


def test_wrong_checksum_of_the_file(hub, trainer, athlete):
    before = clips(hub, trainer)
    url = create(hub, trainer, athlete, 100, sha256="0" * 64).headers["Location"]
    answer = patch(hub, trainer, url, 0, b"x" * 100)
    assert answer.status_code == 422 and answer.json()["code"] == "checksum_mismatch"
    assert clips(hub, trainer) == before


def test_a_client_may_not_upload(hub, athlete):
    assert create(hub, hub.session(hub.client), athlete, 10).status_code == 403


def test_an_ended_session_is_401(hub, trainer, athlete):
    url = create(hub, trainer, athlete, 100).headers["Location"]
    other = hub.session(hub.trainer)
    assert other.delete(f"{hub.url}/api/v1/session").status_code == 204
    assert patch(hub, other, url, 0, b"x").status_code == 401
    assert trainer.head(hub.url + url, headers=TUS).headers["Upload-Offset"] == "0"


def test_another_persons_upload_is_not_there(hub, trainer, athlete):
    url = create(hub, trainer, athlete, 100).headers["Location"]
    answer = hub.session(hub.client).head(hub.url + url, headers=TUS)
    assert answer.status_code == 404


def test_a_file_that_is_no_video_fails_with_its_reason(hub, trainer, athlete):
    data = b"not a video " * 1000
    url = create(hub, trainer, athlete, len(data)).headers["Location"]
    clip = patch(hub, trainer, url, 0, data).headers["PT-Clip-Id"]
    end = time.monotonic() + 60
    while (state := trainer.get(f"{hub.url}/api/v1/clips/{clip}").json())["state"] not in ("failed", "ready"):
        assert time.monotonic() < end
        time.sleep(0.2)
    assert state["state"] == "failed" and state["failure"]["code"] == "not_a_video"
    assert trainer.get(f"{hub.url}/api/v1/clips/{clip}/report").status_code == 404


def test_events_end_with_the_state(hub, trainer):
    text = trainer.get(f"{hub.url}/api/v1/clips/{hub.clip}/events", timeout=10).text
    assert text.startswith("event: state\ndata: {") and '"state":"ready"' in text


@pytest.mark.parametrize("header,status,start,length", [
    ("bytes=0-99", 206, 0, 100), ("bytes=-10", 206, -10, 10), ("bytes=100-", 206, 100, None),
    ("bytes=99999999-", 416, None, None), ("lines=1-2", 200, 0, None),
])
def test_ranges_of_the_video(hub, trainer, header, status, start, length):
    answer = trainer.get(f"{hub.url}/api/v1/clips/{hub.clip}/video", headers={"Range": header})
    assert answer.status_code == status
    if status < 400:
        expected = CLIP.read_bytes()[start:][: length or None]
        assert answer.content == expected


def test_foreign_and_missing_ids_answer_alike(hub, trainer):
    missing = trainer.get(f"{hub.url}/api/v1/clips/00000000-0000-0000-0000-000000000000")
    malformed = trainer.get(f"{hub.url}/api/v1/clips/x")
    assert missing.status_code == malformed.status_code == 404
    assert missing.json() == malformed.json()


def test_a_cookie_from_another_site_is_refused(hub):
    answer = requests.post(f"{hub.url}/api/v1/session", json=dict(zip(("email", "password"), hub.trainer)))
    session = requests.Session()
    session.cookies.update(answer.cookies)
    foreign = session.delete(f"{hub.url}/api/v1/session", headers={"Origin": "https://evil.example"})
    assert foreign.status_code == 403
    assert session.get(f"{hub.url}/api/v1/me").status_code == 200


@pytest.mark.parametrize("body,status,code", [
    ("{", 400, "malformed_json"), ("[]", 400, "malformed_json"), ('{"email":"a"}', 422, "invalid_field"),
    ('{"email":1,"password":"b"}', 422, "invalid_field"), ('{"email":"a","password":"b","x":1}', 422, "unknown_field"),
    ('{"email":"a","password":"b"}', 401, "wrong_credentials"), ('{"email":"' + "a" * 70_000 + '"}', 413, "too_large"),
])
def test_sign_in_refuses_what_is_malformed(hub, body, status, code):
    answer = requests.post(f"{hub.url}/api/v1/session", data=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_every_described_path_answers(hub, trainer):
    document = requests.get(f"{hub.url}/api/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    for path, operations in document["paths"].items():
        for method in operations:
            url = hub.url + path.replace("{id}", "x").replace("{index}", "0")
            if method == "delete" and path.endswith("session"):
                continue
            answer = trainer.request(method.upper(), url, headers=TUS, timeout=10)
            assert answer.status_code != 405 and answer.status_code < 500, (method, path, answer.status_code)
            described = {int(code) for code in operations[method]["responses"]}
            assert answer.status_code in described, (method, path, answer.status_code)


def test_health(hub):
    assert requests.get(f"{hub.url}/healthz").json() == {"status": "ok"}
    assert requests.get(f"{hub.url}/readyz").json() == {"archive": "ok", "database": "ok", "status": "ok"}
