"""Training over HTTP: library, plans, what is due, logging, appointments, calendars, sheets, and what is refused."""

import base64
import concurrent.futures
import datetime
import hashlib
import pathlib
import uuid

import icalendar
import pytest
from conftest import ROOT
from service import Service

SHEETS = ROOT / "Tests" / "SheetsTests" / "Files"
HEADER = "Exercise,Classification,Page,Week 1,Week 2,Week 3,Make it easier,Make it harder\n"


@pytest.fixture(scope="module")
def hub():
    """A server; two trainers with a client each."""
    service = Service(PTHUB_RATE_FACTOR="1000").start()
    for role in ("admin", "trainer", "client"):
        setattr(service, role, service.user(f"{role}@pthub.example", role, role.title(), "One"))
    service.other_trainer = service.user("other-trainer@pthub.example", "trainer", "Other", "Two")
    service.other_client = service.user("other-client@pthub.example", "client", "Other", "Three")
    for trainer, client in (("trainer", "client"), ("other-trainer", "other-client")):
        service.run("user", "relate", "--trainer", f"{trainer}@pthub.example", "--client", f"{client}@pthub.example")
    yield service
    service.stop()


def created(answer):
    assert answer.status_code == 201, answer.text
    return answer.json()


def ok(answer):
    assert answer.status_code == 200, answer.text
    return answer.json()


def exercise(session, **fields):
    return created(session.post("/api/v1/exercises", json={
        "name": f"Exercise {uuid.uuid4()}", "type": "resistance", "level": "strength", **fields}))


def item(number, **prescription):
    return {"exercise": number, "prescription": {"sets": 3, "reps": {"from": 8, "to": 12}, **prescription}}


def workout(number, name="Day", **fields):
    return {"name": name, "work": [{"exercises": [item(number)]}], **fields}


def program(session, number, days=((1, 1),), name="Program"):
    return created(session.post("/api/v1/programs", json={
        "name": name, "workouts": [{"week": week, "day": day, "workout": workout(number)} for week, day in days]}))


def today(hub, client):
    return datetime.date.fromisoformat(ok(client.get(f"/api/v1/clients/{client.me}/today"))["from"])


def database_digest(hub):
    """A digest of all rows that training has."""
    tables = ("exercise", "workout", "program", "program_assignment", "due_workout", "training_session",
              "session_exercise", "session_set", "availability", "booking")
    text = "".join(hub.sql(f"SELECT coalesce(string_agg(t::text, '|' ORDER BY id), '') FROM {name} t")
                   for name in tables)
    return hashlib.sha256(text.encode()).hexdigest()


# The library


def test_an_exercise_keeps_all_its_fields(hub):
    fields = {
        "name": "Kniebeuge 💪 القرفصاء", "type": "plyometric", "level": "power", "demo_url": "https://video.example/1",
        "posture": "squat", "notes": "line\nbreak",
        "prescription": {"sets": 4, "reps": {"from": 3, "to": 5}, "time_s": {"from": 20, "to": 30}, "amgrap": False,
                         "side": "each", "load_kg": 12.5, "tempo": "30X1", "rest_s": {"from": 90, "to": 90},
                         "notes": "slow"}}
    made = created(hub.trainer.post("/api/v1/exercises", json=fields))
    read = ok(hub.trainer.get(f"/api/v1/exercises/{made['id']}"))
    ours = {"id": made["id"], "shared": False, "archived": False}
    assert read == {**fields, **ours}


def test_search_and_filters(hub):
    mark = uuid.uuid4().hex
    for name, kind in (("Reverse", "core"), ("Side", "core"), ("Jump", "plyometric")):
        exercise(hub.trainer, name=f"{name} {mark}", type=kind)

    def names(session, **query):
        return [e["name"].split()[0] for e in ok(session.get("/api/v1/exercises", params=query))["items"]]

    assert names(hub.trainer, q=mark.upper()) == ["Jump", "Reverse", "Side"]
    assert names(hub.trainer, q=mark, type="core") == ["Reverse", "Side"]
    assert names(hub.client, q=mark, type="core") == ["Reverse", "Side"]
    assert names(hub.other_trainer, q=mark) == []
    first = ok(hub.trainer.get("/api/v1/exercises", params={"q": mark, "limit": 2}))
    rest = ok(hub.trainer.get("/api/v1/exercises", params={"q": mark, "limit": 2, "cursor": first["next"]}))
    assert [e["name"].split()[0] for e in first["items"] + rest["items"]] == ["Jump", "Reverse", "Side"]
    assert "next" not in rest


def test_an_admins_exercise_is_shared_and_only_admins_change_it(hub):
    shared = exercise(hub.admin)
    assert shared["shared"]
    path = f"/api/v1/exercises/{shared['id']}"
    assert ok(hub.other_client.get(path))["name"] == shared["name"]
    body = {"name": "New", "type": "core", "level": "power"}
    assert hub.trainer.put(path, json=body, headers={"If-Match": "*"}).status_code == 403
    assert ok(hub.admin.put(path, json=body, headers={"If-Match": '"v1"'}))["name"] == "New"
    assert hub.admin.put(path, json=body, headers={"If-Match": '"v1"'}).status_code == 412
    assert hub.admin.put(path, json=body, headers={"If-Match": '"v99999999999"'}).status_code == 412  # beyond the column
    assert hub.admin.put(path, json=body).status_code == 428


def test_archived_exercises_leave_the_list_and_come_back(hub):
    made = exercise(hub.trainer)
    path = f"/api/v1/exercises/{made['id']}"

    def listed(**query):
        return [e["id"] for e in ok(hub.trainer.get("/api/v1/exercises", params={"q": made["name"], **query}))["items"]]

    assert ok(hub.trainer.post(path + "/archive"))["archived"]
    assert (listed(), listed(archived="true")) == ([], [made["id"]])
    assert not ok(hub.trainer.post(path + "/restore"))["archived"]
    assert listed() == [made["id"]]


def test_an_archived_exercise_stays_in_old_plans_and_is_chosen_in_no_new_one(hub):
    number, other = exercise(hub.trainer)["id"], exercise(hub.trainer)["id"]
    plan = created(hub.trainer.post("/api/v1/workouts", json=workout(number)))["id"]
    made = program(hub.trainer, number)
    ok(hub.trainer.post(f"/api/v1/exercises/{number}/archive"))
    before = database_digest(hub)
    days = [{"week": 1, "day": 1, "workout": workout(number)}]
    for method, path, body in (("POST", "/workouts", workout(number)), ("POST", "/programs", {"name": "A", "workouts": days})):
        refused = hub.trainer.request(method, "/api/v1" + path, json=body)
        assert (refused.status_code, refused.json()["field"]) == (422, "exercise"), refused.text
    assert database_digest(hub) == before
    any_version = {"If-Match": "*"}
    ok(hub.trainer.put(f"/api/v1/workouts/{plan}", json=workout(number, "Renamed"), headers=any_version))
    ok(hub.trainer.put(f"/api/v1/programs/{made['id']}", json={"name": "Renamed", "workouts": days}, headers=any_version))
    # Once it has left a plan it does not come back.
    ok(hub.trainer.put(f"/api/v1/workouts/{plan}", json=workout(other), headers=any_version))
    assert hub.trainer.put(f"/api/v1/workouts/{plan}", json=workout(number), headers=any_version).status_code == 422
    created(hub.trainer.post("/api/v1/assignments", json={
        "program": made["id"], "client": hub.client.me, "starts_on": str(today(hub, hub.client))}))


# Workouts and programs


def test_weeks_and_days_of_a_program_are_reordered_and_the_program_is_copied(hub):
    one, two = exercise(hub.trainer)["id"], exercise(hub.trainer)["id"]
    entries = [{"week": 1, "day": 1, "workout": workout(one, "A")}, {"week": 2, "day": 3, "workout": workout(two, "B")}]
    made = created(hub.trainer.post("/api/v1/programs", json={"name": "Order", "workouts": entries}))
    turned = [{**entries[1], "week": 1}, {**entries[0], "week": 2}]
    ok(hub.trainer.put(f"/api/v1/programs/{made['id']}", json={"name": "Order", "workouts": turned},
                       headers={"If-Match": '"v1"'}))
    copy = created(hub.trainer.post(f"/api/v1/programs/{made['id']}/copy"))
    for number in (made["id"], copy["id"]):
        read = ok(hub.trainer.get(f"/api/v1/programs/{number}"))["workouts"]
        assert [(w["week"], w["day"], w["workout"]["name"]) for w in read] == [(1, 3, "B"), (2, 1, "A")]


def test_overlaps_and_stale_versions_leave_the_database_as_it_was(hub):
    start = later(35)
    body = {"client": hub.client.me, "starts_at": start.isoformat(), "duration_min": 60}
    booking = created(hub.trainer.post("/api/v1/bookings", json=body))["id"]
    number = exercise(hub.trainer)["id"]
    plan, made = created(hub.trainer.post("/api/v1/workouts", json=workout(number)))["id"], program(hub.trainer, number)["id"]
    before = database_digest(hub)
    half_past = {**body, "starts_at": (start + datetime.timedelta(minutes=30)).isoformat()}
    assert hub.trainer.post("/api/v1/bookings", json=half_past).status_code == 409
    for method, path, change in (
            ("PUT", f"/workouts/{plan}", workout(number)), ("PUT", f"/programs/{made}", {"name": "A", "workouts": []}),
            ("POST", f"/bookings/{booking}/move", {"starts_at": later(36).isoformat(), "duration_min": 30})):
        stale = hub.trainer.request(method, "/api/v1" + path, json=change, headers={"If-Match": '"v7"'})
        assert (stale.status_code, stale.json()["field"]) == (412, "If-Match"), path
        assert hub.trainer.request(method, "/api/v1" + path, json=change).status_code == 428, path
    assert database_digest(hub) == before


def test_workouts_are_copied_reordered_and_archived(hub):
    one, two = exercise(hub.trainer), exercise(hub.trainer)
    made = created(hub.trainer.post("/api/v1/workouts", json={
        "name": "Legs", "type": "circuit", "sets": 3, "warm_up": [{"exercises": [item(one["id"])]}],
        "work": [{"superset": "antagonistic", "exercises": [
            {**item(one["id"]), "rest_after_s": 15}, {**item(two["id"]), "rest_after_s": 90}]}],
        "cool_down": [{"exercises": [item(two["id"], time_s={"from": 30, "to": 30})]}]}))
    path = f"/api/v1/workouts/{made['id']}"
    assert [e["name"] for e in made["work"][0]["exercises"]] == [one["name"], two["name"]]
    copy = created(hub.trainer.post(path + "/copy"))
    assert {**copy, "id": 0} == {**made, "id": 0}
    body = {key: value for key, value in made.items() if key not in ("id", "archived")}
    body["work"][0]["exercises"].reverse()
    tag = hub.trainer.get(path).headers["ETag"]
    turned = ok(hub.trainer.put(path, json=body, headers={"If-Match": tag}))
    assert [e["rest_after_s"] for e in turned["work"][0]["exercises"]] == [90, 15]
    ok(hub.trainer.post(path + "/archive"))
    listed = ok(hub.trainer.get("/api/v1/workouts"))["items"]
    assert copy["id"] in [w["id"] for w in listed] and made["id"] not in [w["id"] for w in listed]


def test_an_edit_never_rewrites_what_was_assigned(hub):
    number = exercise(hub.trainer)["id"]
    made = program(hub.trainer, number, days=((1, 1), (1, 3), (2, 1)))
    start = today(hub, hub.client)
    assigned = created(hub.trainer.post("/api/v1/assignments", json={
        "program": made["id"], "client": hub.client.me, "starts_on": str(start)}))
    edited = hub.trainer.put(f"/api/v1/programs/{made['id']}", headers={"If-Match": "*"},
                             json={"name": "Other", "workouts": []})
    assert ok(edited)["version"] == 2
    calendar = ok(hub.client.get(f"/api/v1/clients/{hub.client.me}/calendar"))["items"]
    mine = [d for d in calendar if d["assignment"] == assigned["id"]]
    assert [d["due_on"] for d in mine] == [str(start + datetime.timedelta(days=n)) for n in (0, 2, 7)]
    assert all(d["workout"]["work"][0]["exercises"][0]["exercise"] == number for d in mine)
    assert (assigned["program_version"], assigned["name"]) == (1, "Program")
    ended = ok(hub.trainer.post(f"/api/v1/assignments/{assigned['id']}/end"))
    assert ended["ended_on"] == str(start)
    left = ok(hub.client.get(f"/api/v1/clients/{hub.client.me}/calendar"))["items"]
    assert not [d for d in left if d["assignment"] == assigned["id"]]


# Sessions


def test_a_session_is_logged_by_trainer_and_client(hub):
    one, two, three = (exercise(hub.trainer) for _ in range(3))
    plan = created(hub.trainer.post("/api/v1/workouts", json={
        "name": "Day", "work": [{"exercises": [item(e["id"])]} for e in (one, two, three)]}))
    session = created(hub.trainer.post("/api/v1/training-sessions", json={
        "workout": plan["id"], "participants": [hub.client.me]}))["items"][0]
    path = f"/api/v1/training-sessions/{session['id']}"
    first, second, third = (e["id"] for e in ok(hub.client.get(path))["exercises"])
    for number, load in ((1, 60), (2, 62.5)):
        ok(hub.client.put(f"{path}/exercises/{first}/sets/{number}", json={"reps": 8, "load_kg": load, "rpe": 7.5}))
    ok(hub.trainer.put(f"{path}/exercises/{first}/sets/1", json={"reps": 9, "load_kg": 60, "notes": "corrected"}))
    ok(hub.trainer.put(f"{path}/exercises/{second}/status", json={"status": "skipped", "notes": "shoulder"}))
    swapped = ok(hub.client.post(f"{path}/exercises/{third}/swap", json={"exercise": one["id"]}))
    stand_in = next(e["id"] for e in swapped["exercises"] if e.get("stands_for") == third)
    ok(hub.client.put(f"{path}/exercises/{stand_in}/sets/1", json={"time_s": 45}))
    assert hub.client.put(f"{path}/exercises/{third}/sets/1", json={"reps": 1}).json()["code"] == "session_over"
    done = ok(hub.trainer.post(path + "/finish"))
    assert done["summary"] == {"exercises": 4, "done": 2, "skipped": 1, "swapped": 1, "sets": 3, "reps": 17,
                               "volume_kg": 1040, "time_s": 45, "mean_rpe": 7.5}
    late = hub.client.put(f"{path}/exercises/{first}/sets/3", json={"reps": 1})
    assert (late.status_code, late.json()["code"]) == (409, "session_over")
    progress = ok(hub.client.get(f"/api/v1/clients/{hub.client.me}/exercises/{one['id']}/progress"))
    assert [p["volume_kg"] for p in progress["points"]] == [1040]
    assert progress["records"]["heaviest_kg"]["value"] == 62.5
    records = ok(hub.trainer.get(f"/api/v1/clients/{hub.client.me}/records"))["items"]
    assert progress["records"] in [r["records"] for r in records]


def test_participants_see_their_own_record_only(hub):
    friend = hub.user("friend@pthub.example", "client")
    hub.run("user", "relate", "--trainer", "trainer@pthub.example", "--client", "friend@pthub.example")
    both = created(hub.trainer.post("/api/v1/training-sessions", json={
        "name": "Together", "participants": [hub.client.me, friend.me]}))["items"]
    assert sorted(s["client"] for s in both) == sorted([hub.client.me, friend.me])
    theirs = next(s for s in both if s["client"] == friend.me)
    path = f"/api/v1/training-sessions/{theirs['id']}"
    assert "participants" not in ok(friend.get(path))
    assert len(ok(hub.trainer.get(path))["participants"]) == 2
    assert hub.client.get(path).status_code == 404


# Appointments


def later(days, hour=9):
    at = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=days)
    return at.replace(hour=hour, minute=0, second=0, microsecond=0)


def test_clients_book_free_hours_and_of_many_at_once_one_gets_it(hub):
    start = later(20)
    created(hub.trainer.post("/api/v1/availability", json={
        "time_zone": "UTC", "weekday": start.isoweekday(), "starts": "09:00", "ends": "12:00",
        "from": str(start.date()), "until": str(start.date())}))

    def free():
        days = {"from": str(start.date()), "to": str(start.date())}
        spans = ok(hub.client.get(f"/api/v1/trainers/{hub.trainer.me}/free-times", params=days))["items"]
        return [(s["starts_at"][11:16], s["ends_at"][11:16]) for s in spans]

    assert free() == [("09:00", "12:00")]
    body = {"trainer": hub.trainer.me, "starts_at": start.isoformat(), "duration_min": 60}
    with concurrent.futures.ThreadPoolExecutor(16) as threads:
        answers = list(threads.map(lambda _: hub.client.post("/api/v1/bookings", json=body), range(16)))
    assert sorted(a.status_code for a in answers) == [201] + [409] * 15
    assert {a.json()["code"] for a in answers if a.status_code == 409} == {"overlap"}
    booking = next(a for a in answers if a.status_code == 201).json()
    assert free() == [("10:00", "12:00")]
    outside = hub.client.post("/api/v1/bookings", json={**body, "starts_at": later(20, 13).isoformat()})
    assert (outside.status_code, outside.json()["field"]) == (422, "starts_at")
    moved = hub.client.post(f"/api/v1/bookings/{booking['id']}/move", headers={"If-Match": '"v1"'},
                            json={"starts_at": later(20, 10).isoformat(), "duration_min": 90})
    assert ok(moved)["starts_at"] == later(20, 10).isoformat().replace("+00:00", "Z")
    stale = hub.trainer.post(f"/api/v1/bookings/{booking['id']}/move", headers={"If-Match": '"v1"'},
                             json={"starts_at": later(21).isoformat(), "duration_min": 30})
    assert stale.status_code == 412
    assert free() == [("09:00", "10:00"), ("11:30", "12:00")]
    assert ok(hub.trainer.post(f"/api/v1/bookings/{booking['id']}/cancel"))["cancelled_at"]
    assert free() == [("09:00", "12:00")]


@pytest.mark.parametrize("change", ["spring", "autumn"])
def test_nine_in_berlin_stays_nine_across_the_change(hub, change):
    now = datetime.date.today()
    year = now.year + 1
    sunday = max(day for day in (datetime.date(year, 3 if change == "spring" else 10, n) for n in range(25, 32))
                 if day.weekday() == 6)
    created(hub.other_trainer.post("/api/v1/availability", json={
        "time_zone": "Europe/Berlin", "weekday": 1, "starts": "09:00", "ends": "10:00",
        "from": str(sunday - datetime.timedelta(days=6)), "until": str(sunday + datetime.timedelta(days=1))}))
    spans = ok(hub.other_client.get(f"/api/v1/trainers/{hub.other_trainer.me}/free-times", params={
        "from": str(sunday - datetime.timedelta(days=7)), "to": str(sunday + datetime.timedelta(days=7))}))["items"]
    hours = [s["starts_at"][11:16] for s in spans]
    assert hours == (["08:00", "07:00"] if change == "spring" else ["07:00", "08:00"])
    booked = created(hub.other_client.post("/api/v1/bookings", json={
        "trainer": hub.other_trainer.me, "starts_at": spans[1]["starts_at"], "duration_min": 60}))
    assert booked["ends_at"] == spans[1]["ends_at"]


def test_the_calendar_is_read_by_another_program_until_it_is_revoked(hub):
    start = later(40)
    notes = "Bring shoes; water, towel\nÜber 💪 " + "long " * 40
    booking = created(hub.trainer.post("/api/v1/bookings", json={
        "client": hub.client.me, "starts_at": start.isoformat(), "duration_min": 45, "notes": notes}))
    path = created(hub.client.post("/api/v1/calendar-feed"))["path"]
    answer = Anonymous(hub).get(path)
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert all(len(line) <= 75 for line in answer.content.split(b"\r\n"))
    calendar = icalendar.Calendar.from_ical(answer.content)
    event = next(e for e in calendar.walk("VEVENT") if e["UID"] == f"booking-{booking['id']}@pthub")
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (start, start + datetime.timedelta(minutes=45))
    assert (str(event["DESCRIPTION"]), event["STATUS"]) == (notes, "CONFIRMED")
    ok(hub.client.post(f"/api/v1/bookings/{booking['id']}/cancel"))
    calendar = icalendar.Calendar.from_ical(Anonymous(hub).get(path).content)
    event = next(e for e in calendar.walk("VEVENT") if e["UID"] == f"booking-{booking['id']}@pthub")
    assert (event["STATUS"], event["SEQUENCE"]) == ("CANCELLED", 1)
    assert hub.client.delete("/api/v1/calendar-feed").status_code == 204
    assert Anonymous(hub).get(path).status_code == 404


def Anonymous(hub):
    from service import Client

    return Client(hub.url)


# Sheets


def test_nine_sheets_make_one_program_and_come_back_as_csv(hub):
    files = sorted(SHEETS.glob("[1-9]-*.csv"))
    assert len(files) == 9
    number = None
    for index, path in enumerate(files):
        body = {"file": path.name, "base64": base64.b64encode(path.read_bytes()).decode(), "day": index % 7 + 1}
        number = created(hub.trainer.post("/api/v1/imports", json={**body, **({"program": number} if number else {})}
                                          ))["program"]
    plan = ok(hub.trainer.get(f"/api/v1/programs/{number}"))
    assert {(w["week"], w["day"]) for w in plan["workouts"]} == {(w, d) for w in (1, 2, 3) for d in range(1, 8)}
    assert len(plan["workouts"]) == 27
    sheet = hub.trainer.get(f"/api/v1/programs/{number}/sheet", params={"day": 1})
    again = created(hub.trainer.post("/api/v1/imports", json={"file": "again.csv", "text": sheet.text}))
    copy = ok(hub.trainer.get(f"/api/v1/programs/{again['program']}"))
    wanted = [w["workout"]["work"] for w in plan["workouts"] if w["day"] == 1 and w["workout"]["name"].startswith("1-")]
    assert [w["workout"]["work"] for w in copy["workouts"]] == wanted


def test_a_workbook_is_read_as_its_csv(hub):
    numbers = []
    for name in ("3-holds.csv", "3-holds.xlsx"):
        body = {"file": name, "base64": base64.b64encode((SHEETS / name).read_bytes()).decode(), "name": "Holds"}
        numbers.append(created(hub.trainer.post("/api/v1/imports", json=body))["program"])
    plans = [ok(hub.trainer.get(f"/api/v1/programs/{n}"))["workouts"] for n in numbers]
    assert plans[0] == plans[1]


def test_a_bad_row_stores_nothing_of_its_file(hub):
    text = HEADER + f"1. New {uuid.uuid4()},,,2 x 10,2 x 10,2 x 10,,\n2. Bad,,,a few,2 x 10,2 x 10,,\n3. Worse,,,,,,,\n"
    before = database_digest(hub)
    answer = hub.trainer.post("/api/v1/imports", json={"file": "week.csv", "text": text})
    assert answer.status_code == 422
    assert [(r["file"], r["line"]) for r in answer.json()["rows"]] == [("week.csv", 3), ("week.csv", 4)]
    for bytes_ in (b"PK\x03\x04 no zip", (SHEETS / "bomb.xlsx").read_bytes()):
        body = {"file": "bad.xlsx", "base64": base64.b64encode(bytes_).decode()}
        assert hub.trainer.post("/api/v1/imports", json=body).json()["code"] == "bad_sheet"
    assert database_digest(hub) == before


# What is refused


def bad_requests(hub):
    """(name, session, method, path, body, field) for requests that must be refused with the field named."""
    number = exercise(hub.trainer)["id"]
    foreign = exercise(hub.other_trainer)["id"]
    made = program(hub.trainer, number)["id"]
    foreign_program = program(hub.other_trainer, foreign)["id"]
    plan = created(hub.trainer.post("/api/v1/workouts", json=workout(number)))["id"]
    session = created(hub.client.post("/api/v1/training-sessions", json={"name": "Alone"}))["items"][0]["id"]
    added = ok(hub.client.post(f"/api/v1/training-sessions/{session}/exercises", json={"exercise": number}))
    sets = f"/api/v1/training-sessions/{session}/exercises/{added['exercises'][0]['id']}/sets/1"
    me, client, stranger = hub.trainer, hub.client.me, hub.other_client.me
    base = {"name": "A", "type": "core", "level": "power"}
    soon, past = later(60).isoformat(), later(-1).isoformat()
    ahead = str(datetime.date.today() + datetime.timedelta(days=3))
    hours = {"time_zone": "UTC", "weekday": 1, "starts": "09:00", "ends": "10:00", "from": "2026-01-01"}
    yield "tempo of five digits", me, "POST", "/exercises", {**base, "prescription": {"tempo": "30100"}}, \
        "prescription.tempo"
    yield "negative load", me, "POST", "/exercises", {**base, "prescription": {"load_kg": -1}}, "prescription.load_kg"
    yield "a span that runs backwards", me, "POST", "/exercises", \
        {**base, "prescription": {"reps": {"from": 12, "to": 8}}}, "prescription.reps"
    yield "an endless name", me, "POST", "/exercises", {**base, "name": "é" * 10_000}, "name"
    yield "a blank name", me, "POST", "/exercises", {**base, "name": "   "}, "name"
    yield "an unknown type", me, "POST", "/exercises", {**base, "type": "dance"}, "type"
    yield "an unknown field", me, "POST", "/exercises", {**base, "colour": "red"}, "colour"
    yield "a wrong type", me, "POST", "/exercises", {**base, "name": 5}, "name"
    yield "a script for an address", me, "POST", "/exercises", {**base, "demo_url": "javascript:alert(1)"}, "demo_url"
    yield "no name", me, "POST", "/exercises", {"type": "core", "level": "power"}, "name"
    yield "a superset of one", me, "POST", "/workouts", \
        {"name": "A", "work": [{"superset": "synergistic", "exercises": [item(number)]}]}, "work[0].exercises"
    yield "a foreign exercise", me, "POST", "/workouts", workout(foreign), "exercise"
    yield "an exercise that is none", me, "PUT", f"/workouts/{plan}", workout(9_000_000_000), "exercise"
    yield "a tenth day", me, "POST", "/programs", \
        {"name": "A", "workouts": [{"week": 1, "day": 10, "workout": workout(number)}]}, "workouts[0].day"
    yield "10,000 rows", me, "POST", "/programs", \
        {"name": "A", "workouts": [{"week": n + 1, "day": 1, "workout": {
            "name": "A", "work": [{"exercises": [{"exercise": number}]} for _ in range(100)]}} for n in range(100)]}, \
        "workouts"
    yield "a start that is past", me, "POST", "/assignments", \
        {"program": made, "client": client, "starts_on": "2020-01-01"}, "starts_on"
    yield "a day that is none", me, "POST", "/assignments", \
        {"program": made, "client": client, "starts_on": "2027-02-30"}, "starts_on"
    yield "a foreign client", me, "POST", "/assignments", \
        {"program": made, "client": stranger, "starts_on": ahead}, "client"
    yield "a foreign program", me, "POST", "/assignments", \
        {"program": foreign_program, "client": client, "starts_on": ahead}, "program"
    yield "a set without anything", hub.client, "PUT", sets[7:], {}, "reps"
    yield "a set of negative load", hub.client, "PUT", sets[7:], {"reps": 5, "load_kg": -2}, "load_kg"
    yield "exertion beyond ten", hub.client, "PUT", sets[7:], {"reps": 5, "rpe": 11}, "rpe"
    yield "exertion in thirds", hub.client, "PUT", sets[7:], {"reps": 5, "rpe": 7.3}, "rpe"
    yield "a foreign participant", me, "POST", "/training-sessions", \
        {"name": "A", "participants": [client, stranger]}, "participants[1]"
    yield "somebody else's session", hub.client, "POST", "/training-sessions", \
        {"name": "A", "participants": [stranger]}, "participants"
    yield "a foreign exercise in a session", hub.client, "POST", f"/training-sessions/{session}/exercises", \
        {"exercise": foreign}, "exercise"
    yield "hours that end before they start", me, "POST", "/availability", {**hours, "ends": "08:00"}, "ends"
    yield "no time zone", me, "POST", "/availability", {**hours, "time_zone": "Mars/Olympus"}, "time_zone"
    yield "hours that end in the past", me, "POST", "/availability", {**hours, "until": "2025-01-01"}, "until"
    yield "an appointment that is past", me, "POST", "/bookings", \
        {"client": client, "starts_at": past, "duration_min": 60}, "starts_at"
    yield "an appointment of no length", me, "POST", "/bookings", \
        {"client": client, "starts_at": soon, "duration_min": 0}, "duration_min"
    yield "an appointment with a stranger", me, "POST", "/bookings", \
        {"client": stranger, "starts_at": soon, "duration_min": 60}, "client"
    yield "an appointment with a strange trainer", hub.client, "POST", "/bookings", \
        {"trainer": hub.other_trainer.me, "starts_at": soon, "duration_min": 60}, "trainer"
    yield "a time that is none", me, "POST", "/bookings", \
        {"client": client, "starts_at": "tomorrow", "duration_min": 60}, "starts_at"
    yield "a foreign program for a sheet", me, "POST", "/imports", \
        {"file": "a.csv", "text": HEADER + "A,,,2 x 5,,,,\n", "program": foreign_program}, "program"
    yield "no base64", me, "POST", "/imports", {"file": "a.csv", "base64": "%%%"}, "base64"


def test_bad_input_is_refused_with_the_field_named_and_changes_nothing(hub):
    cases = list(bad_requests(hub))
    before = database_digest(hub)
    for name, session, method, path, body, field in cases:
        answer = session.request(method, "/api/v1" + path, json=body, headers={"If-Match": "*"})
        assert answer.status_code == 422, f"{name}: {answer.status_code} {answer.text}"
        problem = answer.json()
        assert (problem["field"], bool(problem["detail"])) == (field, True), f"{name}: {problem}"
    assert database_digest(hub) == before


def test_malformed_and_huge_bodies_are_refused(hub):
    before = database_digest(hub)
    json = {"Content-Type": "application/json"}
    for body, status in ((b"{", 400), (b"[]", 400), (b'{"name": "\xff"}', 400), (b" " * (3 << 20), 413)):
        answer = hub.trainer.post("/api/v1/programs", data=body, headers=json)
        assert answer.status_code == status, (body[:20], answer.text)
    assert database_digest(hub) == before


def test_what_is_foreign_answers_as_what_is_missing(hub):
    number = exercise(hub.trainer)["id"]
    made = program(hub.trainer, number)["id"]
    plan = created(hub.trainer.post("/api/v1/workouts", json=workout(number)))["id"]
    assigned = created(hub.trainer.post("/api/v1/assignments", json={
        "program": made, "client": hub.client.me, "starts_on": str(today(hub, hub.client))}))["id"]
    session = created(hub.client.post("/api/v1/training-sessions", json={"name": "Alone"}))["items"][0]["id"]
    booking = created(hub.trainer.post("/api/v1/bookings", json={
        "client": hub.client.me, "starts_at": later(80).isoformat(), "duration_min": 30}))["id"]
    paths = {f"/exercises/{number}": "/exercises/{}", f"/workouts/{plan}": "/workouts/{}",
             f"/programs/{made}": "/programs/{}", f"/programs/{made}/sheet": "/programs/{}/sheet",
             f"/assignments/{assigned}": "/assignments/{}", f"/training-sessions/{session}": "/training-sessions/{}",
             f"/bookings/{booking}": "/bookings/{}", f"/clients/{hub.client.me}/today": "/clients/{}/today",
             f"/clients/{hub.client.me}/calendar": "/clients/{}/calendar",
             f"/clients/{hub.client.me}/training-sessions": "/clients/{}/training-sessions",
             f"/clients/{hub.client.me}/records": "/clients/{}/records",
             f"/clients/{hub.client.me}/assignments": "/clients/{}/assignments",
             f"/trainers/{hub.trainer.me}/free-times": "/trainers/{}/free-times"}
    before = database_digest(hub)
    for path, pattern in paths.items():
        for session in (hub.other_trainer, hub.other_client):
            foreign = session.get("/api/v1" + path)
            missing = session.get("/api/v1" + pattern.format(8_000_000_000))
            assert (foreign.status_code, foreign.json()) == (missing.status_code, missing.json()), path
            assert foreign.status_code in (404, 403), path
    assert database_digest(hub) == before
