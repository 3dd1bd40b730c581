"""What breaks under the hub: a killed worker, a stopped database, a full volume. Nothing that was acknowledged is lost."""

import json
import os
import pathlib
import signal
import subprocess
import time

import pytest
import requests
from conftest import PTHUB, ROOT, data_folder
from test_uploads import create, patch

CLIP = ROOT / "sample-videos" / "curl_front_8.mp4"
TRAINER, ATHLETE = ("trainer@pthub.example", "a long password"), ("client@pthub.example", "another password")


def until(condition, seconds, what):
    end = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < end, f"not within {seconds} s: {what}"
        time.sleep(0.05)
    return value


class Installation:
    """API and workers as processes of their own, on one private database and one archive."""

    def __init__(self, archive=None):
        self.data = data_folder()
        self.environment = {**os.environ, "PTHUB_DATA": self.data, "PTHUB_DATABASE_URL": ""}
        if archive:
            self.environment["PTHUB_ARCHIVE"] = archive
        self.processes = []
        self.api = self.start("serve", "--port", "0")
        line = until(self.listening, 60, "the API listens")
        self.url = line.split("url=")[1].split()[0].rstrip("/")
        for email, password, role in ((*TRAINER, "trainer"), (*ATHLETE, "client")):
            self.run("user", "add", email, "--role", role, input=password + "\n")
        self.run("user", "relate", "--trainer", TRAINER[0], "--client", ATHLETE[0])

    def start(self, *arguments):
        log = open(f"{self.data}/{arguments[0]}-{len(self.processes)}.log", "w")
        process = subprocess.Popen([PTHUB, *arguments], cwd=ROOT, env=self.environment, stdout=log, stderr=log)
        self.processes.append(process)
        return process

    def listening(self):
        assert self.api.poll() is None, pathlib.Path(f"{self.data}/serve-0.log").read_text()
        lines = pathlib.Path(f"{self.data}/serve-0.log").read_text().splitlines()
        return next((line for line in lines if "url=" in line), None)

    def run(self, *arguments, **options):
        result = subprocess.run([PTHUB, *arguments], cwd=ROOT, env=self.environment, text=True, capture_output=True,
                                timeout=60, **options)
        assert result.returncode == 0, result.stderr
        return result.stdout

    def session(self):
        session = requests.Session()
        answer = session.post(f"{self.url}/api/v1/session", json=dict(zip(("email", "password"), TRAINER)))
        assert answer.status_code == 201, answer.text
        session.headers["Authorization"] = f"Bearer {answer.json()['token']}"
        return session

    def upload(self, session):
        client = session.get(f"{self.url}/api/v1/clients").json()["items"][0]["id"]
        url = create(self, session, client, CLIP.stat().st_size, exercise="biceps-curl").headers["Location"]
        return patch(self, session, url, 0, CLIP.read_bytes()).headers["PT-Clip-Id"]

    def clip(self, session, clip):
        return session.get(f"{self.url}/api/v1/clips/{clip}").json()

    def database(self, *arguments):
        """pg_ctl as the server's user."""
        folder = sorted(pathlib.Path("/usr/lib/postgresql").iterdir(), key=lambda path: int(path.name))[-1]
        user = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        subprocess.run([*user, f"{folder}/bin/pg_ctl", "-D", f"{self.data}/postgres/data", "-w", *arguments],
                       check=True, stdout=subprocess.DEVNULL, cwd="/")

    def stop(self):
        for process in reversed(self.processes):
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in self.processes:
            process.wait(timeout=60)


@pytest.fixture
def installation():
    installations = []

    def make(**options):
        installations.append(Installation(**options))
        return installations[-1]

    yield make
    for made in installations:
        made.stop()


def test_a_clip_whose_worker_is_killed_in_the_middle_ends_ready_once(installation):
    hub = installation()
    first = hub.start("work", "--lease", "3", "--threads", "1")
    session = hub.session()
    clip = hub.upload(session)
    until(lambda: (hub.clip(session, clip).get("progress") or 0) > 0.1, 60, "the clip is being analysed")
    first.kill()
    assert hub.clip(session, clip)["state"] == "analysing"
    second = hub.start("work", "--lease", "3", "--threads", "2")
    until(lambda: hub.clip(session, clip)["state"] == "ready", 60, "another worker finished the clip")
    jobs = json.loads(hub.run("queue", "list", "--json"))
    assert [(job["state"], job["attempt"]) for job in jobs] == [("succeeded", "2")]
    report = session.get(f"{hub.url}/api/v1/clips/{clip}/report").json()
    assert len(report["reps"]) == 8
    second.send_signal(signal.SIGTERM)
    assert second.wait(timeout=30) == 0


def test_sigterm_lets_the_running_clip_finish(installation):
    hub = installation()
    worker = hub.start("work", "--threads", "2")
    session = hub.session()
    clip = hub.upload(session)
    until(lambda: hub.clip(session, clip)["state"] == "analysing", 60, "the clip is being analysed")
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=60) == 0
    assert hub.clip(session, clip)["state"] == "ready"


def test_sigterm_without_grace_gives_the_clip_back(installation):
    hub = installation()
    worker = hub.start("work", "--threads", "1", "--grace", "0")
    session = hub.session()
    clip = hub.upload(session)
    until(lambda: (hub.clip(session, clip).get("progress") or 0) > 0.05, 60, "the clip is being analysed")
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=30) == 0
    assert hub.clip(session, clip)["state"] == "queued"
    assert json.loads(hub.run("queue", "list", "--json"))[0]["attempt"] == "0"


def test_the_child_has_no_environment_and_only_its_descriptors(installation):
    hub = installation()
    worker = hub.start("work", "--threads", "1")
    session = hub.session()
    clip = hub.upload(session)
    until(lambda: (hub.clip(session, clip).get("progress") or 0) > 0.05, 60, "the clip is being analysed")
    children = subprocess.run(["pgrep", "-P", str(worker.pid)], text=True, capture_output=True).stdout.split()
    assert len(children) == 1
    process = pathlib.Path("/proc") / children[0]
    assert process.joinpath("environ").read_bytes() == b""
    targets = {int(entry.name): os.readlink(entry) for entry in process.joinpath("fd").iterdir()}
    # What the child's own runtime opened leads nowhere outside of it.
    own = {number: target for number, target in targets.items() if number > 4}
    assert all(target.startswith("anon_inode:") for target in own.values()), own
    assert targets[0].endswith("/original") and targets[1] == targets[2] == "/dev/null"
    status = dict(line.split(":", 1) for line in process.joinpath("status").read_text().splitlines())
    assert status["NoNewPrivs"].strip() == "1"
    limits = process.joinpath("limits").read_text()
    assert [line for line in limits.splitlines() if line.startswith("Max file size")][0].split()[3] == "0"


def test_a_stopped_database_is_a_503_and_everything_goes_on_afterwards(installation):
    hub = installation()
    hub.start("work", "--threads", "2")
    session = hub.session()
    clip = hub.upload(session)
    hub.database("-m", "immediate", "stop")
    answer = session.get(f"{hub.url}/api/v1/clips/{clip}")
    assert answer.status_code == 503 and answer.json()["code"] == "unavailable" and answer.headers["Retry-After"]
    assert requests.get(f"{hub.url}/healthz").status_code == 200
    ready = requests.get(f"{hub.url}/readyz")
    assert ready.status_code == 503 and ready.json()["archive"] == "ok" != ready.json()["database"]
    socket = f"{hub.data}/postgres/socket"
    hub.database("-l", f"{hub.data}/postgres/server.log", "-o", f"-k '{socket}' -c listen_addresses=''", "start")
    until(lambda: requests.get(f"{hub.url}/readyz").status_code == 200, 30, "the API has its database again")
    until(lambda: hub.clip(session, clip)["state"] == "ready", 90, "the clip was analysed all the same")


@pytest.mark.skipif(os.getuid() != 0, reason="a small volume can only be mounted by root")
def test_a_full_volume_is_a_507_and_the_upload_goes_on_once_there_is_room(installation):
    volume = data_folder()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", volume]).returncode != 0:
        pytest.skip("this machine does not let root mount")
    try:
        hub = installation(archive=volume)
        session = hub.session()
        client = session.get(f"{hub.url}/api/v1/clients").json()["items"][0]["id"]
        data = CLIP.read_bytes()
        url = create(hub, session, client, len(data), exercise="biceps-curl").headers["Location"]
        answer = patch(hub, session, url, 0, data)
        assert answer.status_code == 507 and answer.json()["code"] == "storage_full"
        assert requests.get(f"{hub.url}/healthz").status_code == 200
        subprocess.run(["mount", "-o", "remount,size=8m", volume], check=True)
        head = session.head(hub.url + url, headers={"Tus-Resumable": "1.0.0"})
        offset = int(head.headers["Upload-Offset"])
        clip = patch(hub, session, url, offset, data[offset:]).headers["PT-Clip-Id"]
        assert session.get(f"{hub.url}/api/v1/clips/{clip}/video").content == data
    finally:
        for made in [hub]:
            made.stop()
        subprocess.run(["umount", "-l", volume])
