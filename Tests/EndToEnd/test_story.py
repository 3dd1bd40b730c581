"""The whole story over HTTP: from the first invitation to the day on which a client is forgotten."""

import base64
import datetime
import hashlib
import pathlib
import subprocess

import pytest
from conftest import ROOT
from service import MailServer, Service
from test_openid import Glewlwyd, begin, environment, free_port
from test_people import accept, invite, mail_to, wait_for

CLIP = ROOT / "sample-videos" / "squat_side_5.mp4"
SHEET = ROOT / "Tests" / "SheetsTests" / "Files" / "2-single-leg.csv"
CANARY = "Wilhelmina Canary-Zörgiebel"


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    mail, port = MailServer(), free_port()
    provider = Glewlwyd(tmp_path_factory.mktemp("story"), f"http://127.0.0.1:{port}/api/v1/oidc/callback")
    service = Service(**environment(provider.issuer, port), **mail.environment).start(port).work()
    service.mail, service.provider = mail, provider
    service.admin = service.user("admin@pthub.example", "admin")
    service.other = service.user("other@pthub.example", "trainer")
    yield service
    service.stop()
    provider.stop()
    mail.stop()


def ok(answer, status=200):
    assert answer.status_code == status, answer.text
    return answer.json() if answer.content else None


def upload(session, client):
    data = CLIP.read_bytes()
    fields = {"filename": "canary-clip.mp4", "client_id": client, "exercise": "squat",
              "sha256": hashlib.sha256(data).hexdigest()}
    metadata = ",".join(f"{key} {base64.b64encode(str(value).encode()).decode()}" for key, value in fields.items())
    tus = {"Tus-Resumable": "1.0.0"}
    begun = session.post("/api/v1/uploads", headers={
        **tus, "Upload-Length": str(len(data)), "Upload-Metadata": metadata})
    assert begun.status_code == 201, begun.text
    done = session.patch(begun.headers["Location"], data=data, headers={
        **tus, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"})
    assert done.status_code == 204, done.text
    return next(c["id"] for c in ok(session.get("/api/v1/clips"))["items"] if c["filename"] == "canary-clip.mp4")


def trainer_by_the_provider(hub):
    """The admin invites; the trainer signs in at the provider, without a password of ours."""
    invite(hub, hub.mail, hub.admin, "alice@example.org", "trainer")
    browser, url = begin(hub)
    answer = browser.get(hub.provider.authorize(url, "alice"), allow_redirects=False)
    assert answer.status_code == 303, answer.text
    browser.headers["Origin"] = hub.url
    assert ok(browser.get("/api/v1/me"))["role"] == "trainer"
    return browser


def stored(hub, text):
    """Where a text is still found: in the database's dump, in the archive, in the logs."""
    data = pathlib.Path(hub.environment["PTHUB_DATA"])
    socket = next(p for p in data.rglob(".s.PGSQL.5432"))
    dump = subprocess.run(["pg_dump", "-h", str(socket.parent), "-U", "pthub", "-d", "pthub"], capture_output=True,
                          check=True).stdout
    places = ["database"] if text.encode() in dump else []
    return places + [str(path) for path in [*(data / "archive").rglob("*"), *data.glob("*.log")]
                     if path.is_file() and text.encode() in path.read_bytes()]


def test_the_story(hub):
    trainer = trainer_by_the_provider(hub)

    # A program out of a sheet.
    imported = ok(trainer.post("/api/v1/imports", json={
        "file": SHEET.name, "base64": base64.b64encode(SHEET.read_bytes()).decode(), "name": "Single leg"}), 201)

    # A client, by invitation.
    first, last = CANARY.split()
    _, token = invite(hub, hub.mail, trainer, "canary@client.example", "client", first_name=first, last_name=last)
    client = hub.signed_in(ok(accept(hub, token), 201)["token"])
    number = client.me

    # The program from today on, and an hour with the trainer.
    today = ok(client.get(f"/api/v1/clients/{number}/today"))["from"]
    ok(trainer.post("/api/v1/assignments", json={
        "program": imported["program"], "client": number, "starts_on": today}), 201)
    assert "program" in mail_to(hub.mail, "canary@client.example", 2)["Subject"]
    start = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0) + datetime.timedelta(hours=2)
    booking = ok(trainer.post("/api/v1/bookings", json={
        "client": number, "starts_at": start.isoformat(), "duration_min": 60, "notes": CANARY}), 201)
    mail_to(hub.mail, "canary@client.example", 3)

    # What is due, done: a set by the client, a set by the trainer.
    due = ok(client.get(f"/api/v1/clients/{number}/today"))["items"]
    assert [d["workout"]["name"] for d in due] == ["Single leg"]
    session = ok(trainer.post("/api/v1/training-sessions", json={
        "due": due[0]["id"], "participants": [number], "booking": booking["id"]}), 201)["items"][0]["id"]
    path = f"/api/v1/training-sessions/{session}"
    exercise = ok(client.get(path))["exercises"][0]["id"]
    ok(client.put(f"{path}/exercises/{exercise}/sets/1", json={"reps": 8, "load_kg": 10, "notes": CANARY}))
    ok(trainer.put(f"{path}/exercises/{exercise}/sets/2", json={"reps": 7, "load_kg": 10, "rpe": 8}))

    # The clip of the first set, analysed and published.
    clip = upload(trainer, number)
    ok(trainer.put(f"{path}/exercises/{exercise}/sets/1/clip", json={"clip": clip}))
    def settled():
        state = ok(trainer.get(f"/api/v1/clips/{clip}"))
        return state["state"] in ("ready", "failed") and state

    done = wait_for(settled, 240)
    assert done["state"] == "ready", done
    assert client.get(f"/api/v1/clips/{clip}/report").status_code == 404, "not published yet"
    ok(trainer.put(f"/api/v1/clips/{clip}/publication"), 204)
    finished = ok(trainer.post(path + "/finish"))
    assert finished["exercises"][0]["sets"][0]["clips"] == [clip]

    sees_what_is_theirs(client, number, clip, session, booking["id"])
    sees_nothing(hub.other, number, clip, session, booking["id"], imported["program"])
    is_forgotten(hub, trainer, client, number)


def sees_what_is_theirs(client, number, clip, session, booking):
    assert ok(client.get(f"/api/v1/clips/{clip}/report"))["exercise"] == "squat"
    assert [c["id"] for c in ok(client.get("/api/v1/clips"))["items"]] == [clip]
    assert [s["id"] for s in ok(client.get(f"/api/v1/clients/{number}/training-sessions"))["items"]] == [session]
    assert [b["id"] for b in ok(client.get("/api/v1/bookings"))["items"]] == [booking]
    assert ok(client.get(f"/api/v1/clients/{number}/today"))["items"][0]["done"]
    records = ok(client.get(f"/api/v1/clients/{number}/records"))["items"]
    assert [r["records"]["volume_kg"]["value"] for r in records] == [80]
    for path in ("programs", "workouts", "clients", "people", "audit"):
        assert client.get(f"/api/v1/{path}").status_code == 403


def sees_nothing(other, number, clip, session, booking, program):
    for path in (f"clients/{number}", f"clients/{number}/today", f"clients/{number}/training-sessions",
                 f"clients/{number}/records", f"training-sessions/{session}", f"bookings/{booking}", f"clips/{clip}",
                 f"clips/{clip}/report", f"clips/{clip}/video", f"programs/{program}"):
        assert other.get(f"/api/v1/{path}").status_code == 404, path
    for path in ("clips", "clients", "programs", "bookings"):
        assert ok(other.get(f"/api/v1/{path}"))["items"] == [], path


def is_forgotten(hub, trainer, client, number):
    assert stored(hub, CANARY), "the search must find what is there"
    ok(hub.admin.delete(f"/api/v1/people/{number}"), 204)
    assert client.get("/api/v1/me").status_code == 401
    wait_for(lambda: hub.sql(f"SELECT count(*) FROM person WHERE id = {number}") == "0", 60)
    for text in (CANARY, CANARY.split()[1], "canary@client.example", "canary-clip.mp4"):
        assert stored(hub, text) == [], text
    for table, column in (("training_session", "client_id"), ("session_exercise", "client_id"), ("clip", "client_id"),
                          ("booking", "client_id"), ("due_workout", "client_id"),
                          ("program_assignment", "client_id"), ("upload", "client_id")):
        assert hub.sql(f"SELECT count(*) FROM {table} WHERE {column} = {number}") == "0", table
    assert ok(trainer.get("/api/v1/clients"))["items"] == []
    events = ok(hub.admin.get("/api/v1/audit", params={"limit": 200}))["items"]
    assert [e["action"] for e in events if e["subject"] == f"person {number}"][:1] == ["erased"]
