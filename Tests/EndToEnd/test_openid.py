"""Sign-in by an external provider: a real one (glewlwyd), and a hostile one that gets each field wrong in turn."""

import base64
import gzip
import hashlib
import http.server
import json
import pathlib
import shutil
import subprocess
import threading
import time
import urllib.parse

import pytest
import requests
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from service import PASSWORD, Client, Service, free_port

CLIENT, SECRET = "pthub", "pthubsecret"


def environment(issuer, port):
    return {"PTHUB_OIDC_ISSUER": issuer, "PTHUB_OIDC_CLIENT_ID": CLIENT, "PTHUB_OIDC_CLIENT_SECRET": SECRET,
            "PTHUB_URL": f"http://127.0.0.1:{port}", "PTHUB_RATE_FACTOR": "1000"}


def invite(admin, email, role="trainer"):
    assert admin.post("/api/v1/invitations", json={"email": email, "role": role}).status_code == 201


def b64(data):
    return base64.urlsafe_b64encode(data if isinstance(data, bytes) else json.dumps(data).encode()).rstrip(b"=").decode()


# A hostile provider


class Provider:
    """An OpenID provider whose answers a test can spoil."""

    def __init__(self):
        self.port = free_port()
        self.issuer = f"http://127.0.0.1:{self.port}"
        self.keys = {"one": rsa.generate_private_key(65537, 2048)}
        self.stranger = rsa.generate_private_key(65537, 2048)
        self.reset()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                path = urllib.parse.urlsplit(self.path).path
                outer.requests.append(path)
                if path == "/.well-known/openid-configuration":
                    self.answer(200, outer.document)
                elif path == "/jwks":
                    self.answer(200, {"keys": [outer.public(kid) for kid in outer.keys]})
                else:
                    self.answer(404, {})

            def do_POST(self):
                form = dict(urllib.parse.parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
                self.answer(*outer.token(form, self.headers.get("Authorization", "")))

            def answer(self, status, body):
                data = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *arguments):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def reset(self):
        self.claims, self.header, self.requests = {}, {}, []
        self.sign_with, self.forge = None, None
        self.codes = {}
        self.document = {
            "issuer": self.issuer, "authorization_endpoint": f"{self.issuer}/authorize?tenant=1",
            "token_endpoint": f"{self.issuer}/token", "jwks_uri": f"{self.issuer}/jwks",
            "token_endpoint_auth_methods_supported": ["client_secret_basic"]}

    def public(self, kid):
        numbers = self.keys[kid].public_key().public_numbers()
        number = lambda value: b64(value.to_bytes((value.bit_length() + 7) // 8, "big"))
        return {"kty": "RSA", "kid": kid, "use": "sig", "alg": "RS256", "n": number(numbers.n), "e": number(numbers.e)}

    def authorize(self, url, email, subject):
        """What the provider's page does once the user agrees: the URL that the browser is sent back to."""
        query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query))
        assert query["response_type"] == "code" and query["code_challenge_method"] == "S256"
        assert query["client_id"] == CLIENT and "openid" in query["scope"].split()
        code = f"code-{len(self.codes)}"
        self.codes[code] = {**query, "email": email, "sub": subject}
        return query["redirect_uri"] + "?" + urllib.parse.urlencode({"code": code, "state": query["state"]})

    def token(self, form, authorization):
        known = self.codes.pop(form.get("code"), None)
        expected = "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        challenge = b64(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        if not known or authorization != expected or challenge != known["code_challenge"]:
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {"iss": self.issuer, "sub": known["sub"], "aud": CLIENT, "exp": now + 300, "iat": now,
                  "nonce": known["nonce"], "email": known["email"], "email_verified": True, "given_name": "Eve"}
        claims = {key: value for key, value in {**claims, **self.claims}.items() if value is not None}
        header = {"alg": "RS256", "kid": next(iter(self.keys)), "typ": "JWT", **self.header}
        signed = f"{b64(header)}.{b64(claims)}"
        key = self.sign_with or self.keys.get(header["kid"]) or self.stranger
        signature = key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
        token = f"{signed}.{b64(signature)}"
        return 200, {"access_token": "x", "token_type": "Bearer", "id_token": self.forge(token) if self.forge else token}


@pytest.fixture(scope="module")
def hostile():
    """The hostile provider and a service that trusts it."""
    provider = Provider()
    port = free_port()
    service = Service(**environment(provider.issuer, port)).start(port)
    service.provider = provider
    service.admin = service.user("admin@pthub.example", "admin")
    yield service
    service.stop()
    provider.server.shutdown()


@pytest.fixture(autouse=True)
def clean(request):
    if "hostile" in request.fixturenames:
        request.getfixturevalue("hostile").provider.reset()


def begin(service):
    """A browser that has gone to the provider, and the URL there."""
    browser = Client(service.url)
    answer = browser.get("/api/v1/oidc/start", allow_redirects=False)
    assert answer.status_code == 303, answer.text
    return browser, answer.headers["Location"]


def sign_in(service, email, subject):
    browser, url = begin(service)
    return browser, browser.get(service.provider.authorize(url, email, subject), allow_redirects=False)


def sessions(service):
    return int(service.sql("SELECT count(*) FROM auth_session"))


def test_an_invited_trainer_signs_in_and_later_by_subject_alone(hostile):
    invite(hostile.admin, "eve@trainer.example")
    browser, answer = sign_in(hostile, "Eve@Trainer.Example", "subject-1")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/"), answer.text
    me = browser.get("/api/v1/me").json()
    assert (me["email"], me["role"], me["first_name"]) == ("eve@trainer.example", "trainer", "Eve")
    # The address at the provider has changed: the subject counts.
    hostile.provider.claims = {"email": "other@elsewhere.example", "email_verified": False}
    browser, answer = sign_in(hostile, "x", "subject-1")
    assert answer.status_code == 303 and browser.get("/api/v1/me").json()["id"] == me["id"]


@pytest.mark.parametrize("case,claims,header", [
    ("wrong issuer", {"iss": "https://evil.example"}, {}),
    ("missing issuer", {"iss": None}, {}),
    ("wrong audience", {"aud": "somebody-else"}, {}),
    ("one of two audiences, for another party", {"aud": [CLIENT, "x"], "azp": "x"}, {}),
    ("two audiences without a party", {"aud": [CLIENT, "x"]}, {}),
    ("missing audience", {"aud": None}, {}),
    ("expired", {"exp": int(time.time()) - 3600}, {}),
    ("missing expiry", {"exp": None}, {}),
    ("not valid yet", {"nbf": int(time.time()) + 3600}, {}),
    ("issued in the future", {"iat": int(time.time()) + 3600}, {}),
    ("wrong nonce", {"nonce": "another"}, {}),
    ("missing nonce", {"nonce": None}, {}),
    ("empty subject", {"sub": ""}, {}),
    ("missing subject", {"sub": None}, {}),
    ("unverified address", {"email_verified": False}, {}),
    ("address without a word on it", {"email_verified": None}, {}),
    ("no address", {"email": None}, {}),
    ("somebody who was not invited", {"email": "nobody@invited.example"}, {}),
    ("algorithm none", {}, {"alg": "none"}),
    ("algorithm of a shared key", {}, {"alg": "HS256"}),
    ("another algorithm than the key's", {}, {"alg": "PS256"}),
    ("unknown key", {}, {"kid": "unknown"}),
])
def test_a_wrong_field_gives_no_session(hostile, case, claims, header):
    invite(hostile.admin, "victim@trainer.example")
    before = sessions(hostile)
    hostile.provider.claims, hostile.provider.header = claims, header
    browser, answer = sign_in(hostile, "victim@trainer.example", f"subject of {case}")
    assert answer.status_code == 401 and answer.json()["code"] == "external_sign_in_refused", (case, answer.text)
    assert browser.get("/api/v1/me").status_code == 401
    assert sessions(hostile) == before
    assert hostile.sql("SELECT count(*) FROM person WHERE email = 'victim@trainer.example'") == "0"
    # With everything right the same invitation would have done.
    assert hostile.sql("SELECT count(*) > 0 FROM invitation WHERE email = 'victim@trainer.example' AND accepted_at IS NULL") == "t"


@pytest.mark.parametrize("case,forge", [
    ("no signature", lambda token: token.rsplit(".", 1)[0] + "."),
    ("unsigned", lambda token: b64({"alg": "none"}) + "." + token.split(".")[1] + "."),
    ("one bit of the signature", lambda token: token[:-10] + ("A" if token[-10] != "A" else "B") + token[-9:]),
    ("claims exchanged", lambda token: ".".join([token.split(".")[0], b64({"iss": "x"}), token.split(".")[2]])),
    ("two parts", lambda token: token.rsplit(".", 1)[0]),
    ("no token", lambda token: ""),
])
def test_a_bad_signature_gives_no_session(hostile, case, forge):
    before = sessions(hostile)
    hostile.provider.forge = forge
    _, answer = sign_in(hostile, "eve@trainer.example", "subject-1")
    assert answer.status_code == 401 and sessions(hostile) == before, case


def test_a_key_of_a_stranger_gives_no_session(hostile):
    before = sessions(hostile)
    hostile.provider.sign_with = hostile.provider.stranger
    _, answer = sign_in(hostile, "eve@trainer.example", "subject-1")
    assert answer.status_code == 401 and sessions(hostile) == before


@pytest.mark.parametrize("case", ["wrong", "missing", "replayed", "of another browser", "without the cookie"])
def test_a_state_that_is_not_awaited_gives_no_session(hostile, case):
    invite(hostile.admin, "state@trainer.example")
    browser, url = begin(hostile)
    back = hostile.provider.authorize(url, "state@trainer.example", f"state {case}")
    before = sessions(hostile)
    if case == "wrong":
        answer = browser.get(back + "x", allow_redirects=False)
    elif case == "missing":
        answer = browser.get(back.split("&state")[0], allow_redirects=False)
    elif case == "replayed":
        assert browser.get(back, allow_redirects=False).status_code == 303
        browser.cookies.clear()
        before = sessions(hostile)
        answer = browser.get(back, allow_redirects=False)
    elif case == "of another browser":
        answer = begin(hostile)[0].get(back, allow_redirects=False)
    else:
        answer = Client(hostile.url).get(back, allow_redirects=False)
    assert answer.status_code == 401 and sessions(hostile) == before


def test_a_code_of_another_sign_in_fails_at_its_verifier(hostile):
    """PKCE: a stolen code is of no use in another browser's sign-in."""
    invite(hostile.admin, "pkce@trainer.example")
    _, victim = begin(hostile)
    code = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(
        hostile.provider.authorize(victim, "pkce@trainer.example", "pkce")).query))["code"]
    thief, url = begin(hostile)
    own = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query))
    before = sessions(hostile)
    answer = thief.get("/api/v1/oidc/callback", params={"code": code, "state": own["state"]}, allow_redirects=False)
    assert answer.status_code == 401 and sessions(hostile) == before


def test_an_answer_of_another_issuer_gives_no_session(hostile):
    browser, url = begin(hostile)
    back = hostile.provider.authorize(url, "eve@trainer.example", "subject-1") + "&iss=https://evil.example"
    assert browser.get(back, allow_redirects=False).status_code == 401


def test_a_deactivated_person_does_not_come_in_by_the_provider(hostile):
    invite(hostile.admin, "gone@trainer.example")
    browser, _ = sign_in(hostile, "gone@trainer.example", "gone")
    path = f"/api/v1/people/{browser.get('/api/v1/me').json()['id']}"
    assert hostile.admin.patch(path, json={"active": False}, headers={"If-Match": "*"}).status_code == 200
    assert browser.get("/api/v1/me").status_code == 401
    assert sign_in(hostile, "gone@trainer.example", "gone")[1].status_code == 401


def test_an_address_alone_does_not_open_an_account_that_has_a_password(hostile):
    hostile.user("password@trainer.example", "trainer")
    before = sessions(hostile)
    assert sign_in(hostile, "password@trainer.example", "takeover")[1].status_code == 401
    assert sessions(hostile) == before


def test_keys_are_cached_and_fetched_anew_for_an_unknown_one(hostile):
    invite(hostile.admin, "rotate@trainer.example")
    sign_in(hostile, "rotate@trainer.example", "rotate")
    hostile.provider.requests.clear()
    assert sign_in(hostile, "x", "rotate")[1].status_code == 303
    assert hostile.provider.requests == [], "discovery and keys come from the cache"
    time.sleep(11)  # keys are fetched at most every ten seconds
    hostile.provider.keys = {"two": rsa.generate_private_key(65537, 2048)}
    assert sign_in(hostile, "x", "rotate")[1].status_code == 303
    assert hostile.provider.requests == ["/jwks"]


def test_a_provider_that_is_away_or_lies_about_itself(tmp_path):
    provider = Provider()
    provider.document["issuer"] = "https://evil.example"
    port = free_port()
    service = Service(**environment(provider.issuer, port)).start(port)
    try:
        assert requests.get(f"{service.url}/api/v1/oidc/start", allow_redirects=False).status_code == 401
        provider.server.shutdown()
        provider.server.server_close()
        answer = requests.get(f"{service.url}/api/v1/oidc/start", allow_redirects=False)
        assert (answer.status_code, answer.json()["code"]) == (503, "provider_unavailable")
        assert answer.headers["Retry-After"]
    finally:
        service.stop()


# A real provider


class Glewlwyd:
    """glewlwyd on a private database, with one user and our client."""

    def __init__(self, folder, redirect):
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self.issuer = f"{self.base}/api/oidc"
        database = folder / "glewlwyd.db"
        script = gzip.decompress(pathlib.Path("/usr/share/doc/glewlwyd/database/init.sqlite3.sql.gz").read_bytes())
        subprocess.run(["sqlite3", str(database)], input=script, check=True, capture_output=True)
        configuration = folder / "glewlwyd.conf"
        configuration.write_text(f"""
port={self.port}
bind_address="127.0.0.1"
external_url="{self.base}"
api_prefix="api"
login_url="login.html"
log_mode="file"
log_level="ERROR"
log_file="{folder}/glewlwyd.log"
cookie_secure=0
cookie_same_site="empty"
session_expiration=3600
admin_session_authentication="cookie"
profile_session_authentication="cookie"
login_api_enabled=true
session_key="GLEWLWYD2_SESSION_ID"
admin_scope="g_admin"
profile_scope="g_profile"
user_module_path="/usr/lib/glewlwyd/user"
client_module_path="/usr/lib/glewlwyd/client"
user_auth_scheme_module_path="/usr/lib/glewlwyd/scheme"
plugin_module_path="/usr/lib/glewlwyd/plugin"
hash_algorithm="SHA512"
database: {{ type = "sqlite3"; path = "{database}"; }};
""")
        self.process = subprocess.Popen(["glewlwyd", "-c", str(configuration)], stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)
        self.admin = requests.Session()
        end = time.monotonic() + 20
        while True:
            try:
                self.admin.post(f"{self.base}/api/auth", json={"username": "admin", "password": "password"}).raise_for_status()
                break
            except requests.RequestException:
                assert time.monotonic() < end and self.process.poll() is None, "glewlwyd did not come up"
                time.sleep(0.1)
        self.seed(redirect)

    def seed(self, redirect):
        key = rsa.generate_private_key(65537, 2048)
        private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                    serialization.NoEncryption()).decode()
        public = key.public_key().public_bytes(serialization.Encoding.PEM,
                                               serialization.PublicFormat.SubjectPublicKeyInfo).decode()
        self.post("mod/plugin", {
            "module": "oidc", "name": "oidc", "display_name": "OpenID Connect", "order_rank": 0, "readonly": False,
            "parameters": {
                "iss": self.issuer, "jwt-type": "rsa", "jwt-key-size": "256", "key": private, "cert": public,
                "access-token-duration": 3600, "refresh-token-duration": 1209600, "code-duration": 600,
                "auth-type-code-enabled": True, "auth-type-refresh-enabled": True, "pkce-allowed": True,
                "pkce-required": True, "pkce-method-plain-allowed": False, "jwks-show": True, "name-claim": "mandatory",
                "email-claim": "mandatory", "subject-type": "public", "allowed-scope": ["openid", "profile", "email"],
                "claims": [{"name": "email_verified", "user-property": "email_verified", "type": "boolean",
                            "boolean-value-true": "1", "boolean-value-false": "0", "mandatory": True}]}})
        for scope in ("profile", "email"):
            self.post("scope", {"name": scope, "display_name": scope, "description": scope, "password_required": True})
        self.admin.put(f"{self.base}/api/mod/user/database", json={
            "module": "database", "name": "database", "display_name": "Users", "order_rank": 0, "readonly": False,
            "parameters": {"use-glewlwyd-connection": True, "pbkdf2-iterations": 150000, "data-format": {
                "email_verified": {"multiple": False, "read": True, "write": True, "profile-read": True,
                                   "profile-write": False}}}}).raise_for_status()
        self.admin.put(f"{self.base}/api/mod/user/database/reset/").raise_for_status()
        for name, verified in (("alice", "1"), ("mallory", "0")):
            self.post("user", {"username": name, "name": f"{name} Example", "email": f"{name}@example.org",
                               "password": "correct-horse", "email_verified": verified, "enabled": True,
                               "scope": ["g_profile", "openid", "profile", "email"]})
        self.post("client", {"client_id": CLIENT, "name": "PT Hub", "confidential": True, "password": SECRET,
                             "enabled": True, "authorization_type": ["code", "refresh_token"], "redirect_uri": [redirect],
                             "scope": ["openid", "profile", "email"], "token_endpoint_auth_method": ["client_secret_basic"]})

    def post(self, path, body):
        answer = self.admin.post(f"{self.base}/api/{path}/", json=body)
        assert answer.ok, (path, answer.status_code, answer.text)

    def authorize(self, url, user):
        """What the user does on the provider's pages."""
        browser = requests.Session()
        browser.post(f"{self.base}/api/auth", json={"username": user, "password": "correct-horse"}).raise_for_status()
        browser.put(f"{self.base}/api/auth/grant/{CLIENT}/", json={"scope": "openid profile email"}).raise_for_status()
        answer = browser.get(url + "&g_continue", allow_redirects=False)
        assert answer.status_code == 302, answer.text
        return answer.headers["Location"]

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=20)


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    assert shutil.which("glewlwyd"), "run scripts/setup --tests"
    port = free_port()
    provider = Glewlwyd(tmp_path_factory.mktemp("glewlwyd"), f"http://127.0.0.1:{port}/api/v1/oidc/callback")
    service = Service(**environment(provider.issuer, port)).start(port)
    service.provider = provider
    service.admin = service.user("admin@pthub.example", "admin")
    yield service
    service.stop()
    provider.stop()


def real_sign_in(service, user):
    browser, url = begin(service)
    return browser, browser.get(service.provider.authorize(url, user), allow_redirects=False)


def test_sign_in_by_a_real_provider(real):
    assert real_sign_in(real, "alice")[1].status_code == 401, "nobody invited her yet"
    invite(real.admin, "alice@example.org")
    browser, answer = real_sign_in(real, "alice")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/"), answer.text
    assert browser.get("/api/v1/me").json()["email"] == "alice@example.org"
    again, answer = real_sign_in(real, "alice")
    assert answer.status_code == 303
    assert again.get("/api/v1/me").json()["id"] == browser.get("/api/v1/me").json()["id"]


def test_an_address_that_the_real_provider_does_not_vouch_for(real):
    invite(real.admin, "mallory@example.org")
    assert real_sign_in(real, "mallory")[1].status_code == 401


@pytest.mark.parametrize("changes, variable", [
    ({"PTHUB_OIDC_CLIENT_ID": ""}, "PTHUB_OIDC_CLIENT_ID"),
    ({"PTHUB_OIDC_CLIENT_SECRET": "", "PTHUB_OIDC_CLIENT_SECRET_FILE": "/nowhere/secret"},
     "PTHUB_OIDC_CLIENT_SECRET_FILE"),
    ({"PTHUB_OIDC_ISSUER": "http://id.example"}, "PTHUB_OIDC_ISSUER"),
])
def test_settings_by_halves_end_the_server_at_the_start(changes, variable):
    service = Service(**{**environment("https://id.example", 8080), **changes})
    process = service.spawn("serve", "--port", "0")
    output = process.communicate(timeout=30)[0]
    assert process.returncode == 64
    assert output.startswith(f"pthub: {variable}") and "listening" not in output
