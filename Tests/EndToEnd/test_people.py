"""People join, sign in, change their rights and leave: over HTTP, with a real mail server."""

import concurrent.futures
import pathlib
import re
import time

import pytest
import requests
from service import PASSWORD, MailServer, Service

NEW_PASSWORD = "another long password"


@pytest.fixture(scope="module")
def mail():
    server = MailServer()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def service(mail):
    service = Service(PTHUB_RATE_FACTOR="1000", PTHUB_URL="https://hub.example", **mail.environment).start().work()
    service.admin = service.user("admin@pthub.example", "admin", "Ada", "Admin")
    service.trainer = service.user("trainer@pthub.example", "trainer", "Toni", "Trainer")
    yield service
    service.stop()


def wait_for(condition, seconds=20):
    end = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.1)
    return value


def mail_to(mail, address, count=1):
    """The newest e-mail to an address, once there are so many."""
    got = wait_for(lambda: (found := [m for to, m in mail.messages if to == [address]]) and len(found) >= count and found)
    return got[-1]


def link_token(message):
    return re.search(r"token=([0-9a-f]{64})", message.get_content())[1]


def invite(service, mail, session, email, role, **more):
    answer = session.post("/api/v1/invitations", json={"email": email, "role": role, **more})
    assert answer.status_code == 201, answer.text
    return answer.json(), link_token(mail_to(mail, email))


def accept(service, token, **more):
    return requests.post(f"{service.url}/api/v1/invitations/accept", json={"token": token, "password": PASSWORD, **more})


def test_an_invited_client_joins_once(service, mail):
    invitation, token = invite(service, mail, service.trainer, "new@client.example", "client", first_name="Zoë 🏋️")
    message = mail_to(mail, "new@client.example")
    assert message["Subject"] == "Your invitation to PT Hub" and "https://hub.example/join?token=" in message.get_content()
    assert "token" not in invitation and token not in service.sql("SELECT * FROM invitation")
    answer = accept(service, token, last_name="Client", time_zone="Europe/Berlin")
    assert answer.status_code == 201
    person = answer.json()["person"]
    assert (person["first_name"], person["role"], person["time_zone"]) == ("Zoë 🏋️", "client", "Europe/Berlin")
    assert accept(service, token).status_code == 404
    assert person["id"] in [c["id"] for c in service.trainer.get("/api/v1/clients").json()["items"]]
    session = service.signed_in(answer.json()["token"])
    assert [r["trainer"]["email"] for r in session.get("/api/v1/me/trainers").json()["items"]] == ["trainer@pthub.example"]


@pytest.mark.parametrize("who,role,status", [
    ("admin", "trainer", 201), ("admin", "admin", 201), ("admin", "client", 403),
    ("trainer", "client", 201), ("trainer", "trainer", 403), ("trainer", "admin", 403),
])
def test_who_may_invite_whom(service, who, role, status):
    answer = getattr(service, who).post("/api/v1/invitations", json={"email": f"{who}-{role}@x.example", "role": role})
    assert answer.status_code == status


def test_an_invitation_that_was_taken_back_is_void(service, mail):
    invitation, token = invite(service, mail, service.admin, "void@trainer.example", "trainer")
    assert service.trainer.delete(f"/api/v1/invitations/{invitation['id']}").status_code == 404
    assert service.admin.delete(f"/api/v1/invitations/{invitation['id']}").status_code == 204
    assert accept(service, token).status_code == 404


def test_an_invitation_that_is_too_old_is_void(service, mail):
    invitation, token = invite(service, mail, service.admin, "old@trainer.example", "trainer")
    service.sql(f"UPDATE invitation SET expires_at = now() - interval '1 second' WHERE id = {invitation['id']}")
    assert accept(service, token).status_code == 404


def test_somebody_who_has_an_account_joins_a_second_trainer(service, mail):
    other = service.user("other@trainer.example", "trainer", "Otto", "Other")
    service.user("both@client.example", "client")
    _, token = invite(service, mail, other, "both@client.example", "client")
    assert accept(service, token).json()["code"] == "address_taken"
    stranger = service.user("stranger@client.example", "client")
    assert stranger.post("/api/v1/invitations/join", json={"token": token}).status_code == 404
    session = service.session("both@client.example")
    assert session.post("/api/v1/invitations/join", json={"token": token}).status_code == 204
    assert [c["email"] for c in other.get("/api/v1/clients").json()["items"]] == ["both@client.example"]


def test_a_relation_that_ended_keeps_its_history(service):
    service.user("leaves@client.example", "client")
    relate = ("user", "relate", "--trainer", "trainer@pthub.example", "--client", "leaves@client.example")
    service.run(*relate)
    session = service.session("leaves@client.example")
    trainer = session.get("/api/v1/me/trainers").json()["items"][0]["trainer"]["id"]
    assert session.delete(f"/api/v1/me/trainers/{trainer}").status_code == 204
    assert service.trainer.get(f"/api/v1/clients/{session.me}").status_code == 404
    service.run(*relate)
    spans = service.trainer.get(f"/api/v1/clients/{session.me}/relations").json()["items"]
    assert ["until" in span for span in spans] == [False, True]
    assert service.trainer.delete(f"/api/v1/clients/{session.me}").status_code == 204
    assert all("until" in r for r in session.get("/api/v1/me/trainers").json()["items"])


def test_a_forgotten_password_is_set_anew_by_a_link(service, mail):
    session = service.user("forgets@client.example", "client")
    ask = lambda email: requests.post(f"{service.url}/api/v1/password-reset", json={"email": email})
    known, unknown = ask("forgets@client.example"), ask("nobody@client.example")
    assert (known.status_code, known.content) == (unknown.status_code, unknown.content) == (204, b"")
    token = link_token(mail_to(mail, "forgets@client.example"))
    put = lambda: requests.put(f"{service.url}/api/v1/password-reset", json={"token": token, "password": NEW_PASSWORD})
    assert put().status_code == 204
    assert put().status_code == 404, "the link works once"
    assert session.get("/api/v1/me").status_code == 401, "sessions of before have ended"
    assert service.session("forgets@client.example", NEW_PASSWORD).get("/api/v1/me").status_code == 200


def test_changing_the_password_ends_the_other_sessions(service):
    first = service.user("changes@client.example", "client")
    second = service.session("changes@client.example")
    wrong = first.put("/api/v1/me/password", json={"current": "wrong", "new": NEW_PASSWORD})
    assert (wrong.status_code, wrong.json()["field"]) == (403, "current")
    assert first.put("/api/v1/me/password", json={"current": PASSWORD, "new": "short"}).status_code == 422
    assert first.put("/api/v1/me/password", json={"current": PASSWORD, "new": NEW_PASSWORD}).status_code == 204
    assert first.get("/api/v1/me").status_code == 200 and second.get("/api/v1/me").status_code == 401


def test_sessions_are_listed_and_ended(service):
    first = service.user("many@client.example", "client")
    second = service.session("many@client.example")
    sessions = first.get("/api/v1/sessions").json()["items"]
    assert sorted(s["current"] for s in sessions) == [False, True]
    other = next(s["id"] for s in sessions if not s["current"])
    assert service.trainer.delete(f"/api/v1/sessions/{other}").status_code == 404, "somebody else's is not there"
    assert first.delete(f"/api/v1/sessions/{other}").status_code == 204
    assert second.get("/api/v1/me").status_code == 401


def test_signing_in_again_ends_the_session_that_came_along(service):
    old = service.user("again@client.example", "client")
    old.post("/api/v1/session", json={"email": "again@client.example", "password": PASSWORD})
    assert old.get("/api/v1/me").status_code == 401


def test_fifteen_wrong_passwords_close_the_door_for_one_account(service):
    service.user("guessed@client.example", "client")
    body = {"email": "guessed@client.example", "password": "wrong"}
    with concurrent.futures.ThreadPoolExecutor(20) as pool:  # at once: none slips past the count
        tries = list(pool.map(lambda _: requests.post(f"{service.url}/api/v1/session", json=body), range(20)))
    assert sorted(t.status_code for t in tries) == [401] * 15 + [429] * 5
    assert {t.headers["Retry-After"] for t in tries if t.status_code == 429} == {"300"}
    assert service.session("trainer@pthub.example").get("/api/v1/me").status_code == 200


def test_wrong_passwords_count_across_servers(service):
    service.user("elsewhere@client.example", "client")
    second = Service(PTHUB_DATABASE_URL=f"postgresql:///pthub?host={service.socket().replace('/', '%2F')}&user=pthub").start()
    try:
        body = {"email": "elsewhere@client.example", "password": "wrong"}
        tries = [requests.post(f"{(service, second)[n % 2].url}/api/v1/session", json=body) for n in range(16)]
        assert [t.status_code for t in tries] == [401] * 15 + [429]
    finally:
        second.stop()


def test_a_deactivated_person_is_out_at_once(service):
    session = service.user("out@trainer.example", "trainer")
    token = session.post("/api/v1/tokens", json={"name": "script", "scopes": ["people:read"]}).json()["secret"]
    script = service.signed_in(token)
    assert script.get("/api/v1/me").status_code == 200
    person = service.admin.get(f"/api/v1/people/{session.me}")
    path, tag = f"/api/v1/people/{session.me}", person.headers["ETag"]
    assert service.admin.patch(path, json={"active": False}).status_code == 428
    assert service.admin.patch(path, json={"active": False}, headers={"If-Match": tag}).status_code == 200
    assert session.get("/api/v1/me").status_code == script.get("/api/v1/me").status_code == 401
    stale = service.admin.patch(path, json={"active": True}, headers={"If-Match": tag})
    assert (stale.status_code, stale.json()["code"]) == (412, "version_stale")


def test_the_last_admin_stays(service):
    path = f"/api/v1/people/{service.admin.me}"
    answer = service.admin.patch(path, json={"active": False}, headers={"If-Match": "*"})
    assert (answer.status_code, answer.json()["code"]) == (409, "last_admin")


def test_a_token_does_what_its_scopes_say_until_it_is_revoked(service):
    made = service.trainer.post("/api/v1/tokens", json={"name": "script", "scopes": ["clips:read"], "days": 1})
    assert made.status_code == 201
    script = service.signed_in(made.json()["secret"])
    assert script.get("/api/v1/clips").status_code == 200
    assert script.get("/api/v1/clients").json()["code"] == "scope_missing"
    assert script.post("/api/v1/tokens", json={"name": "more", "scopes": ["people:write"]}).status_code == 403
    listed = service.trainer.get("/api/v1/tokens").json()["items"]
    assert all("secret" not in token for token in listed)
    assert made.json()["secret"] not in service.sql("SELECT * FROM api_token")
    assert service.trainer.delete(f"/api/v1/tokens/{made.json()['id']}").status_code == 204
    assert script.get("/api/v1/clips").status_code == 401


@pytest.mark.parametrize("body,field", [
    ({"first_name": "x" * 101}, "first_name"), ({"first_name": "a\0b"}, "first_name"), ({"time_zone": "Mars/Base"}, "time_zone"),
    ({"instagram": "no spaces"}, "instagram"), ({"role": "admin"}, "role"), ({"first_name": 1}, "first_name"),
])
def test_a_profile_refuses_what_is_wrong_and_names_the_field(service, body, field):
    before = service.trainer.get("/api/v1/me")
    answer = service.trainer.patch("/api/v1/me", json=body, headers={"If-Match": before.headers["ETag"]})
    assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert service.trainer.get("/api/v1/me").content == before.content


@pytest.mark.parametrize("name", ["名前", "مدرب", "🏋️‍♀️", "x" * 100, "'; DROP TABLE person; --"])
def test_names_of_all_kinds_are_kept(service, name):
    tag = service.trainer.get("/api/v1/me").headers["ETag"]
    answer = service.trainer.patch("/api/v1/me", json={"first_name": name}, headers={"If-Match": tag})
    assert answer.json()["first_name"] == name and answer.headers["ETag"] != tag


def test_the_same_creation_twice_is_one(service):
    body, key = {"email": "twice@client.example", "role": "client"}, {"Idempotency-Key": "one"}
    first = service.trainer.post("/api/v1/invitations", json=body, headers=key)
    again = service.trainer.post("/api/v1/invitations", json=body, headers=key)
    assert first.status_code == again.status_code == 201 and first.content == again.content
    assert again.headers["Idempotent-Replay"] == "true"
    assert service.sql("SELECT count(*) FROM invitation WHERE email = 'twice@client.example'") == "1"
    other = service.trainer.post("/api/v1/invitations", json={**body, "email": "b@client.example"}, headers=key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


def test_lists_come_in_pages_without_gaps(service):
    service.sql("INSERT INTO person (email, role, last_name) SELECT 'page' || i || '@x.example', 'client', 'Page' "
                "FROM generate_series(1, 25) i")
    path, ids = "/api/v1/people?limit=10&q=page", []
    while path:
        page = service.admin.get(path).json()
        assert len(page["items"]) <= 10
        ids += [person["id"] for person in page["items"]]
        path = f"/api/v1/people?limit=10&q=page&cursor={page['next']}" if "next" in page else None
    assert len(ids) == len(set(ids)) == 25
    assert service.admin.get("/api/v1/people?cursor=!").status_code == 422
    assert service.admin.get("/api/v1/people?colour=red").json()["code"] == "unknown_parameter"


def test_the_mail_server_may_be_down_for_a_while(service, mail):
    mail.refusals = 2
    answer = service.trainer.post("/api/v1/invitations", json={"email": "late@client.example", "role": "client"})
    assert answer.status_code == 201, "what cannot be sent holds nothing up"
    token = link_token(mail_to(mail, "late@client.example"))
    assert accept(service, token).status_code == 201
    assert mail.refusals == 0


def test_an_address_is_no_way_to_smuggle_a_header_or_a_receiver(service):
    for address in ["a@x.example\nBcc: b@x.example", "a@x.example,b@x.example", "-oQ/tmp@x.example extra", "<a@x.example>"]:
        answer = service.trainer.post("/api/v1/invitations", json={"email": address, "role": "client"})
        assert (answer.status_code, answer.json()["field"]) == (422, "email")


def test_the_audit_log_tells_who_did_what(service):
    events = service.admin.get("/api/v1/audit?limit=200").json()["items"]
    assert {"signed_in", "sign_in_failed", "invited", "joined", "rights_changed", "token_made", "relation_ended",
            "password_changed"} <= {event["action"] for event in events}
    assert events == sorted(events, key=lambda event: -event["id"])
    assert service.trainer.get("/api/v1/audit").status_code == 403


def test_wrong_forms_of_a_request_are_refused_before_anything_happens(service):
    url = f"{service.url}/api/v1/invitations"
    headers = {**service.trainer.headers, "Content-Type": "application/json"}
    before = service.sql("SELECT count(*) FROM invitation")
    post = lambda data, **more: requests.post(url, data=data, headers={**headers, **more})
    assert post(b"{").status_code == 400
    assert post(b'{"email":"a@x.example","role":"client"}', **{"Content-Type": "text/plain"}).status_code == 415
    assert post(b'{"email":"' + b"a" * 70_000 + b'"}').status_code == 413
    assert post(b'{"email":"a@x.example","role":"client","first_name":"\\ud800"}').status_code in (400, 422)
    assert service.sql("SELECT count(*) FROM invitation") == before


def test_a_name_that_a_refusal_repeats_holds_no_control_characters(service):
    query = service.trainer.get("/api/v1/clients?a%00%1bb=1").json()
    body = service.trainer.patch("/api/v1/me", json={"a\x00\x1bb": 1}, headers={"If-Match": "*"}).json()
    for problem in (query, body):
        assert problem["field"] == "a\ufffd\ufffdb" and "\x00" not in problem["detail"], problem


def test_the_pages_behind_the_links(service, mail, chromium):
    _, token = invite(service, mail, service.admin, "page@trainer.example", "trainer")
    context = chromium.new_context(base_url=service.url)
    page = context.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))

    def send(path, password):
        page.goto(path)
        page.fill("#password", password)
        page.click("button[type=submit]")

    send(f"/join?token={'0' * 64}", PASSWORD)
    page.wait_for_selector("#message:not(:empty)")
    assert "Ask for a new one" in page.inner_text("#message")
    send(f"/join?token={token}", PASSWORD)
    page.wait_for_url(service.url + "/")
    assert page.locator("#upload").count() == 1, "signed in as a trainer"
    requests.post(f"{service.url}/api/v1/password-reset", json={"email": "page@trainer.example"})
    reset = link_token(mail_to(mail, "page@trainer.example", count=2))
    send(f"/reset-password?token={reset}", NEW_PASSWORD)
    page.wait_for_url(service.url + "/sign-in")
    context.close()
    assert errors == [] and service.session("page@trainer.example", NEW_PASSWORD).me


def test_without_a_mail_program_an_e_mail_is_noted_as_not_sent():
    service = Service(PTHUB_RATE_FACTOR="1000").start().work()
    try:
        admin = service.user("admin@pthub.example", "admin")
        assert admin.post("/api/v1/invitations", json={"email": "x@x.example", "role": "trainer"}).status_code == 201
        assert wait_for(lambda: service.sql("SELECT not_sent FROM notification")) == "mail_not_configured"
        wait_for(lambda: service.sql("SELECT state FROM job") == "succeeded")
        log = pathlib.Path(service.environment["PTHUB_DATA"], "work.log").read_text()
        assert log.count("e-mail not sent") == 1 and "warning" not in log and "job failed" not in log
    finally:
        service.stop()
