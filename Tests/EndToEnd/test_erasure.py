"""A client is erased: a search of database and archive for what was theirs finds nothing but the audit event."""

import base64
import pathlib
import subprocess
import time

import pytest
from conftest import ROOT
from service import MailServer, Service

CANARY = "canary7f3a"
CLIP = ROOT / "sample-videos" / "squat_side_5.mp4"


@pytest.fixture(scope="module")
def service():
    mail = MailServer()
    service = Service(**mail.environment).start().work()
    service.admin = service.user("admin@pthub.example", "admin")
    service.trainer = service.user("trainer@pthub.example", "trainer", "Toni", "Trainer")
    service.mail = mail
    yield service
    service.stop()
    mail.stop()


def upload(session, client, data, filename):
    pair = lambda key, value: f"{key} {base64.b64encode(str(value).encode()).decode()}"
    metadata = ",".join([pair("filename", filename), pair("client_id", client), pair("exercise", "squat")])
    tus = {"Tus-Resumable": "1.0.0"}
    url = session.post("/api/v1/uploads", headers={**tus, "Upload-Length": str(len(data)), "Upload-Metadata": metadata}
                       ).headers["Location"]
    if filename.startswith("part"):
        data = data[:-1]
    answer = session.patch(url, data=data, headers={**tus, "Upload-Offset": "0",
                                                    "Content-Type": "application/offset+octet-stream"})
    assert answer.status_code == 204, answer.text
    return answer.headers.get("PT-Clip-Id")


def wait_for(condition, seconds=120):
    end = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.2)
    return value


def dump(service):
    socket = service.socket()
    return subprocess.run(["pg_dump", "-h", socket, "-U", "pthub", "pthub"], capture_output=True, check=True).stdout


def files(service):
    return [p for p in pathlib.Path(service.environment["PTHUB_DATA"], "archive").rglob("*") if p.is_file()]


def test_nothing_is_left_of_an_erased_client(service):
    client = service.user(f"{CANARY}@client.example", "client", CANARY, CANARY)
    service.run("user", "relate", "--trainer", "trainer@pthub.example", "--client", f"{CANARY}@client.example")
    person = client.me
    client.patch("/api/v1/me", json={"instagram": CANARY}, headers={"If-Match": "*"})
    client.post("/api/v1/tokens", json={"name": CANARY, "scopes": ["clips:read"]})
    client.post("/api/v1/session", json={"email": f"{CANARY}@client.example", "password": "wrong"})
    service.trainer.post("/api/v1/invitations", json={"email": f"{CANARY}@client.example", "role": "client"},
                         headers={"Idempotency-Key": CANARY})
    kept = service.user("stays@client.example", "client")
    service.run("user", "relate", "--trainer", "trainer@pthub.example", "--client", "stays@client.example")
    other = upload(service.trainer, kept.me, CLIP.read_bytes(), "kept.mp4")
    clip = upload(service.trainer, person, CLIP.read_bytes(), f"{CANARY}.mp4")
    upload(service.trainer, person, f"part of {CANARY}".encode() * 10, "part.mp4")
    for each in (clip, other):
        wait_for(lambda: service.trainer.get(f"/api/v1/clips/{each}").json()["state"] == "ready")
    assert service.trainer.put(f"/api/v1/clips/{clip}/publication").status_code == 204
    assert client.get(f"/api/v1/clips/{clip}/report").status_code == 200
    assert CANARY.encode() in dump(service)
    assert any(clip in str(path) for path in files(service))

    assert service.trainer.delete(f"/api/v1/people/{person}").status_code == 403
    assert service.admin.delete(f"/api/v1/people/{person}").status_code == 204
    assert client.get("/api/v1/me").status_code == 401, "the session has ended at once"
    assert service.trainer.get(f"/api/v1/clips/{clip}").status_code == 404, "the clip is gone at once"
    wait_for(lambda: service.sql(f"SELECT count(*) FROM person WHERE id = {person}") == "0")

    left = [line for line in dump(service).splitlines() if CANARY.encode() in line or clip.encode() in line]
    assert all(b"clip " in line or b"\t" + clip.encode() in line or b'{"clip"' in line for line in left), left
    assert not any(CANARY.encode() in line for line in left)
    assert not [path for path in files(service) if clip in str(path) or CANARY.encode() in path.read_bytes()]
    assert service.trainer.get(f"/api/v1/clips/{other}/report").status_code == 200, "others keep what is theirs"
    events = service.admin.get("/api/v1/audit?limit=200").json()["items"]
    assert [e["action"] for e in events if e["subject"] == f"person {person}"][:2] == ["erased", "erasure_began"]


def test_a_deleted_clip_is_gone_with_all_that_was_made_of_it(service):
    client = service.user("deleted@client.example", "client")
    service.run("user", "relate", "--trainer", "trainer@pthub.example", "--client", "deleted@client.example")
    clip = upload(service.trainer, client.me, CLIP.read_bytes(), "deleted.mp4")
    wait_for(lambda: service.trainer.get(f"/api/v1/clips/{clip}").json()["state"] == "ready")
    assert client.delete(f"/api/v1/clips/{clip}").status_code == 403
    assert service.trainer.delete(f"/api/v1/clips/{clip}").status_code == 204
    assert service.trainer.get(f"/api/v1/clips/{clip}").status_code == 404
    wait_for(lambda: service.sql(f"SELECT count(*) FROM clip WHERE id = '{clip}'") == "0")
    assert not [path for path in files(service) if clip in str(path)]


def test_the_client_sees_the_report_when_it_is_published(service):
    client = service.user("waits@client.example", "client")
    service.run("user", "relate", "--trainer", "trainer@pthub.example", "--client", "waits@client.example")
    clip = upload(service.trainer, client.me, CLIP.read_bytes(), "waits.mp4")
    path = f"/api/v1/clips/{clip}"
    assert service.trainer.put(f"{path}/publication").json()["code"] == "no_report"
    wait_for(lambda: service.trainer.get(path).json()["state"] == "ready")
    derived = ("report", "track", "key-frames/0")
    assert [client.get(f"{path}/{what}").status_code for what in derived] == [404] * 3
    assert client.get(f"{path}/video").status_code == 200 and client.get(path).json()["published"] is False
    assert service.trainer.get(f"{path}/report").status_code == 200
    assert service.trainer.put(f"{path}/publication").status_code == 204
    assert [client.get(f"{path}/{what}").status_code for what in derived] == [200] * 3
    wait_for(lambda: [m for to, m in service.mail.messages if to == ["waits@client.example"]])
    message = next(m for to, m in service.mail.messages if to == ["waits@client.example"])
    assert message["Subject"] == "Feedback on your set" and f"/clips/{clip}" in message.get_content()
    assert service.trainer.delete(f"{path}/publication").status_code == 204
    assert client.get(f"{path}/report").status_code == 404


def test_the_trainer_is_told_of_a_clip_that_cannot_be_analysed(service):
    client = service.user("bad@client.example", "client")
    service.run("user", "relate", "--trainer", "trainer@pthub.example", "--client", "bad@client.example")
    clip = upload(service.trainer, client.me, b"no video " * 100, "bad.mp4")
    told = wait_for(lambda: [m for to, m in service.mail.messages
                             if to == ["trainer@pthub.example"] and clip in m.get_content()])
    assert told[0]["Subject"] == "A clip could not be analysed"
