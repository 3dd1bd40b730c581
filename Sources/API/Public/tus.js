// A small tus 1.0 client: creates or resumes, sends in parts, tries again after a break.
const version = { "Tus-Resumable": "1.0.0" };
const part = 4 * 1024 * 1024;

const base64 = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));
const pause = (ms) => new Promise((done) => setTimeout(done, ms));
const storageKey = (file, fields) =>
  ["pthub-upload", file.name, file.size, file.lastModified, fields.client_id, fields.exercise ?? fields.exercise_id].join(":");

async function problem(answer) {
  try {
    return (await answer.json()).detail;
  } catch {
    return `The server answered ${answer.status}.`;
  }
}

async function create(file, fields) {
  const metadata = Object.entries({ filename: file.name, ...fields }).map(([key, value]) => `${key} ${base64(value)}`);
  const answer = await fetch("/api/v1/uploads", {
    method: "POST",
    headers: { ...version, "Upload-Length": String(file.size), "Upload-Metadata": metadata.join(",") },
  });
  if (!answer.ok) throw new Error(await problem(answer));
  return answer.headers.get("Location");
}

/** The durable offset; null when the upload is not there any more. */
async function offsetOf(url) {
  const answer = await fetch(url, { method: "HEAD", headers: version });
  return answer.ok ? Number(answer.headers.get("Upload-Offset")) : null;
}

/** Uploads `file`; calls `progress(0...1)`; the clip's id. */
export async function upload(file, fields, progress) {
  const key = storageKey(file, fields);
  let url = localStorage.getItem(key);
  let offset = url ? await offsetOf(url).catch(() => null) : null;
  if (offset === null) {
    url = await create(file, fields);
    localStorage.setItem(key, url);
    offset = 0;
  }
  for (let failures = 0; ; ) {
    progress(offset / file.size);
    try {
      const answer = await fetch(url, {
        method: "PATCH",
        headers: { ...version, "Upload-Offset": String(offset), "Content-Type": "application/offset+octet-stream" },
        body: file.slice(offset, offset + part),
      });
      if (answer.ok) {
        failures = 0;
        offset = Number(answer.headers.get("Upload-Offset"));
        const clip = answer.headers.get("PT-Clip-Id");
        if (clip) {
          localStorage.removeItem(key);
          progress(1);
          return clip;
        }
        continue;
      }
      if (answer.status < 500 && answer.status !== 409) {
        localStorage.removeItem(key);
        throw Object.assign(new Error(await problem(answer)), { final: true });
      }
    } catch (error) {
      if (error.final) throw error;
    }
    failures += 1;
    if (failures > 8) throw new Error("The upload broke off. Choose the same file again to go on where it stopped.");
    await pause(Math.min(500 * 2 ** failures, 15000));
    offset = (await offsetOf(url).catch(() => null)) ?? offset;
  }
}
