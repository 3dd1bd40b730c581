// The clip list: uploads, and states that follow the server.
import "./session.js";
import { upload } from "./tus.js";

const form = document.getElementById("upload");
if (form) {
  const file = document.getElementById("file");
  const name = document.getElementById("file-name");
  const drop = document.getElementById("drop");
  const bar = document.getElementById("upload-progress");
  const message = document.getElementById("upload-message");

  file.addEventListener("change", () => {
    name.textContent = file.files[0]?.name ?? "Choose a video, or drop it here";
  });
  for (const type of ["dragover", "dragleave", "drop"]) {
    drop.addEventListener(type, (event) => {
      event.preventDefault();
      drop.classList.toggle("over", type === "dragover");
      if (type === "drop" && event.dataTransfer.files.length) {
        file.files = event.dataTransfer.files;
        file.dispatchEvent(new Event("change"));
      }
    });
  }
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!file.files[0]) {
      message.textContent = "Choose a video first.";
      return;
    }
    const button = form.querySelector("button[type=submit]");
    button.disabled = true;
    bar.hidden = false;
    message.textContent = "Uploading …";
    try {
      const [, number] = form.exercise.value.match(/^library:(\d+)$/) ?? [];
      const exercise = number ? { exercise_id: number } : { exercise: form.exercise.value };
      const fields = { client_id: form.client.value, ...exercise };
      const clip = await upload(file.files[0], fields, (share) => {
        bar.value = share;
        message.textContent = `Uploading … ${Math.round(share * 100)} %`;
      });
      location.assign(`/clips/${clip}`);
    } catch (error) {
      message.textContent = error.message;
      bar.hidden = true;
    } finally {
      button.disabled = false;
    }
  });
}

const words = { queued: "Waiting for analysis", analysing: "Analysing", ready: "Feedback ready", failed: "Could not be analysed" };
for (const row of document.querySelectorAll(".clip")) {
  if (["ready", "failed"].includes(row.dataset.state)) continue;
  const badge = row.querySelector(".badge");
  const source = new EventSource(`/api/v1/clips/${row.dataset.clip}/events`);
  source.addEventListener("state", (event) => {
    const clip = JSON.parse(event.data);
    badge.className = `badge ${clip.state}`;
    badge.textContent = words[clip.state] + (clip.progress ? ` ${Math.round(clip.progress * 100)} %` : "");
    if (["ready", "failed"].includes(clip.state)) source.close();
  });
}
