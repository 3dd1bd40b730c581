// The feedback page: waits for the report, then plays the video with the skeleton in step.
import "./session.js";
import { draw, frameAt, landmarksAt, loadTrack } from "./skeleton.js";

const clip = document.body.dataset.clip;
const state = document.body.dataset.state;
const byId = (id) => document.getElementById(id);

if (state === "ready") play();
else if (state !== "failed" && state !== "review") wait();

byId("publish")?.addEventListener("click", async (event) => {
  const button = event.currentTarget;
  const isPublished = button.getAttribute("aria-pressed") === "true";
  button.disabled = true;
  try {
    const answer = await fetch(`/api/v1/clips/${clip}/publication`, { method: isPublished ? "DELETE" : "PUT" });
    if (!answer.ok) throw new Error((await answer.json()).detail);
    button.setAttribute("aria-pressed", String(!isPublished));
    button.textContent = isPublished ? "Publish to the client" : "Published: take back";
    byId("publish-message").textContent = isPublished ? "The client does not see it any more." : "The client sees it now.";
  } catch (error) {
    byId("publish-message").textContent = error.message;
  } finally {
    button.disabled = false;
  }
});

/** Follows the analysis; shows the page anew when it has ended. */
function wait() {
  const source = new EventSource(`/api/v1/clips/${clip}/events`);
  source.addEventListener("state", (event) => {
    const now = JSON.parse(event.data);
    if (now.state === "ready" || now.state === "failed") {
      source.close();
      location.reload();
      return;
    }
    const words = { receiving: "Receiving", queued: "Waiting for analysis", analysing: "Analysing" };
    byId("state").textContent = words[now.state];
    if (now.progress) {
      byId("progress").value = now.progress;
      const left = now.left_s === undefined ? "" : `, about ${Math.max(1, Math.round(now.left_s))} s left`;
      byId("progress-text").textContent = `${Math.round(now.progress * 100)} %${left}`;
    } else if (now.failure) {
      byId("progress-text").textContent = `${now.failure.message} It is tried again.`;
    }
  });
}

async function play() {
  const video = byId("video"), canvas = byId("overlay"), timeline = byId("track");
  const duration = Number(byId("timeline").dataset.duration);
  const reps = [...timeline.querySelectorAll(".rep")];
  const rows = [...document.querySelectorAll("#reps tbody tr")];
  let track = [];
  let shown = 0;

  for (const rep of reps) {
    rep.style.left = `${(100 * rep.dataset.start) / duration}%`;
    rep.style.width = `${(100 * (rep.dataset.end - rep.dataset.start)) / duration}%`;
  }
  for (const pin of timeline.querySelectorAll(".pin")) pin.style.left = `${(100 * pin.dataset.seek) / duration}%`;

  const show = (time) => {
    shown = time;
    draw(canvas, video, byId("skeleton").checked && track.length ? landmarksAt(track, time) : null);
    byId("head").style.left = `${(100 * time) / duration}%`;
    byId("scrub").value = time;
    byId("clock").textContent = `${time.toFixed(2)} s`;
    for (const part of [...reps, ...rows]) {
      // A frame's grace: a jump to a rep's start may show the frame just before it.
      part.classList.toggle("now", time >= Number(part.dataset.start) - 0.04 && time <= Number(part.dataset.end));
    }
  };
  const seek = (time) => {
    // A little behind the frame's own time: exactly on it, rounding may show the frame before.
    video.currentTime = Math.min(Math.max(time, 0), duration) + 0.001;
  };
  const step = (count) => {
    video.pause();
    if (!track.length) return;
    const index = Math.min(Math.max(frameAt(track, shown) + count, 0), track.length - 1);
    seek(track[index].t);
  };

  // The picture's own time where the browser tells it, else the clock of playback.
  if ("requestVideoFrameCallback" in HTMLVideoElement.prototype) {
    const onFrame = (_, metadata) => {
      show(metadata.mediaTime);
      video.requestVideoFrameCallback(onFrame);
    };
    video.requestVideoFrameCallback(onFrame);
  } else {
    const tick = () => {
      if (!video.paused) show(video.currentTime);
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  }
  video.addEventListener("seeked", () => show(video.currentTime));
  video.addEventListener("loadeddata", () => show(video.currentTime));
  new ResizeObserver(() => show(shown)).observe(canvas);

  const button = byId("play");
  const toggle = () => (video.paused ? video.play() : video.pause());
  for (const type of ["play", "pause", "ended"]) {
    video.addEventListener(type, () => {
      button.textContent = video.paused ? "Play" : "Pause";
      button.setAttribute("aria-label", button.textContent);
    });
  }
  button.addEventListener("click", toggle);
  byId("back").addEventListener("click", () => step(-1));
  byId("forward").addEventListener("click", () => step(1));
  byId("speed").addEventListener("change", (event) => (video.playbackRate = Number(event.target.value)));
  byId("skeleton").addEventListener("change", () => show(shown));
  byId("scrub").addEventListener("input", (event) => {
    video.pause();
    seek(Number(event.target.value));
  });
  for (const rep of reps) rep.addEventListener("click", () => seek(Number(rep.dataset.start)));
  for (const link of document.querySelectorAll("[data-seek]")) {
    link.addEventListener("click", () => {
      video.pause();
      seek(Number(link.dataset.seek));
      if (!link.dataset.finding) return;
      for (const card of document.querySelectorAll(".finding")) {
        card.classList.toggle("chosen", card.id === `finding-${link.dataset.finding}`);
      }
    });
  }
  document.addEventListener("keydown", (event) => {
    if (event.target.matches("input:not([type=checkbox]), select, textarea") || event.ctrlKey || event.metaKey) return;
    const starts = reps.map((rep) => Number(rep.dataset.start));
    const actions = {
      " ": () => !event.target.matches("button, a") && (toggle(), true),
      ArrowLeft: () => (step(-1), true),
      ArrowRight: () => (step(1), true),
      j: () => (seek(starts.filter((start) => start < shown - 0.3).at(-1) ?? 0), true),
      l: () => (seek(starts.find((start) => start > shown + 0.05) ?? shown), true),
    };
    if (actions[event.key]?.()) event.preventDefault();
  });

  try {
    track = await loadTrack(clip);
    document.body.dataset.track = "loaded";
  } catch {
    byId("skeleton").disabled = true;
  }
  show(video.currentTime);
}
