"""The pages as trainer and client use them, in a real browser."""

import json
import time

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import ROOT, screenshot

NOT_A_VIDEO = ROOT / "README.md"


def until(page, expression, seconds=15):
    """Waits until a script expression is true; the pages' policy forbids the browser's own way to wait for one."""
    end = time.monotonic() + seconds
    while not page.evaluate(expression):
        assert time.monotonic() < end, f"never became true: {expression}"
        page.wait_for_timeout(50)


def overlay_pixels_near(page, x, y, radius=8):
    """Opaque canvas pixels around a point of the picture, both 0...1."""
    return page.evaluate(
        """([x, y, radius]) => {
          const canvas = document.getElementById('overlay'), video = document.getElementById('video');
          const scale = Math.min(canvas.width / video.videoWidth, canvas.height / video.videoHeight);
          const [w, h] = [video.videoWidth * scale, video.videoHeight * scale];
          const [cx, cy] = [(canvas.width - w) / 2 + x * w, (canvas.height - h) / 2 + y * h];
          const data = canvas.getContext('2d').getImageData(cx - radius, cy - radius, 2 * radius, 2 * radius).data;
          let count = 0;
          for (let i = 3; i < data.length; i += 4) if (data[i] > 60) count += 1;
          return count;
        }""", [x, y, radius])


def open_feedback(page, hub):
    page.goto(f"/clips/{hub.clip}")
    page.wait_for_selector("body[data-track=loaded]")
    until(page, "document.getElementById('video').readyState >= 2")


def test_wrong_password_is_one_clear_sentence(open_page, hub):
    page = open_page()
    page.goto("/sign-in")
    page.fill("#email", hub.trainer[0])
    page.fill("#password", "not the password")
    page.click("button[type=submit]")
    until(page, "document.getElementById('message').textContent !== ''")
    assert page.inner_text("#message") == "E-mail or password is wrong."


def test_signed_out_pages_lead_to_sign_in(open_page, hub):
    page = open_page()
    page.goto(f"/clips/{hub.clip}")
    assert page.url.endswith("/sign-in")


def test_feedback_shows_what_the_report_says(open_page, hub, size):
    page = open_page(hub.trainer, size)
    open_feedback(page, hub)
    report = hub.session(hub.trainer).get(f"{hub.url}/api/v1/clips/{hub.clip}/report").json()
    assert page.inner_text(".summary") == report["summary"]["text"]
    assert page.locator("#reps tbody tr").count() == len(report["reps"]) == 5
    assert page.locator(".finding").count() == len(report["findings"])
    named = ", ".join(page.locator(".gaps strong").all_inner_texts()).lower().replace(".", "").split(", ")
    assert sorted(named) == sorted(gap["rule"].split(".")[1].replace("_", " ") for gap in report["not_assessable"])
    until(page, "[...document.querySelectorAll('.finding img')].every(i => { i.loading = 'eager'; return i.complete && i.naturalWidth > 0 })")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "the page scrolls sideways"
    screenshot(page, f"feedback-{size}")


def test_skeleton_is_drawn_where_the_track_says(open_page, hub, size):
    page = open_page(hub.client, size)
    open_feedback(page, hub)
    track = [line for line in hub.session(hub.client).get(f"{hub.url}/api/v1/clips/{hub.clip}/track").iter_lines()]
    for index in (0, 100, 300):
        page.evaluate(
            """(t) => new Promise((done) => {
              const video = document.getElementById('video');
              video.addEventListener('seeked', () => requestAnimationFrame(() => requestAnimationFrame(done)), { once: true });
              video.currentTime = t + 0.001;
            })""", json.loads(track[index])["t"])
        landmarks = json.loads(track[index])["landmarks"]
        for joint in (11, 23, 25):
            assert overlay_pixels_near(page, landmarks[joint][0], landmarks[joint][1]) > 20, (index, joint)
    page.uncheck("#skeleton")
    assert overlay_pixels_near(page, landmarks[23][0], landmarks[23][1]) == 0


def test_keyboard_steps_frames_and_jumps_between_reps(open_page, hub):
    page = open_page(hub.trainer)
    open_feedback(page, hub)
    clock = lambda: float(page.inner_text("#clock").split()[0])
    page.keyboard.press("ArrowRight")
    until(page, "parseFloat(document.getElementById('clock').textContent) > 0.02")
    assert 0.02 < clock() < 0.06
    page.keyboard.press("l")
    until(page, "parseFloat(document.getElementById('clock').textContent) > 0.3")
    start = float(page.get_attribute("#reps tbody tr", "data-start"))
    assert abs(clock() - start) < 0.1
    assert page.locator("#reps tbody tr.now").count() == 1


def test_upload_through_the_page_becomes_feedback(open_page, hub):
    page = open_page(hub.trainer)
    page.select_option("#exercise", "push-up")
    page.set_input_files("#file", ROOT / "sample-videos" / "pushup_side_6.mp4")
    page.click("#upload button[type=submit]")
    page.wait_for_url("**/clips/*")
    page.wait_for_selector("body[data-state=ready]", timeout=120_000)
    assert page.locator("#reps tbody tr").count() == 6
    assert "Squeeze your glutes" in page.inner_text("main")
    screenshot(page, "feedback-push-up")


def test_a_file_that_is_no_video_says_so(open_page, hub):
    page = open_page(hub.trainer)
    page.set_input_files("#file", NOT_A_VIDEO)
    page.click("#upload button[type=submit]")
    page.wait_for_url("**/clips/*")
    page.wait_for_selector("body[data-state=failed]", timeout=60_000)
    assert "not a video file" in page.inner_text("#failure")
    screenshot(page, "failed")


def test_a_client_sees_their_clips_and_no_upload(open_page, hub, size):
    page = open_page(hub.client, size)
    assert page.locator(".clip").count() >= 1
    assert page.locator("#upload").count() == 0
    screenshot(page, f"clips-client-{size}")


@pytest.mark.parametrize("path", ["/sign-in", "/", "clip"])
def test_no_serious_accessibility_violation(open_page, hub, path):
    page = open_page(None if path == "/sign-in" else hub.trainer)
    page.goto(f"/clips/{hub.clip}" if path == "clip" else path)
    page.wait_for_load_state("networkidle")
    result = Axe().run(page)
    serious = [v["id"] for v in result.response["violations"] if v["impact"] in ("serious", "critical")]
    assert serious == []
