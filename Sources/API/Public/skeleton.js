// The pose track and how it is drawn over the picture.
const left = "#ffb454", right = "#5ce0d0", middle = "#f5f7f2";
// [from, to, colour, dashed]: left limbs are also dashed, so that the sides differ without colour.
const bones = [
  [11, 12, middle], [23, 24, middle], [11, 23, left], [12, 24, right],
  [11, 13, left], [13, 15, left], [12, 14, right], [14, 16, right],
  [23, 25, left], [25, 27, left], [27, 29, left], [29, 31, left], [27, 31, left],
  [24, 26, right], [26, 28, right], [28, 30, right], [30, 32, right], [28, 32, right],
  [7, 11, left], [8, 12, right],
];
const joints = [0, 11, 12, 13, 14, 15, 16, 23, 24, 25, 26, 27, 28];

export async function loadTrack(clip) {
  const answer = await fetch(`/api/v1/clips/${clip}/track`);
  if (!answer.ok) throw new Error(`track: ${answer.status}`);
  return (await answer.text()).trim().split("\n").map((line) => JSON.parse(line));
}

/** Index of the last frame at or before `time`. */
export function frameAt(track, time) {
  let low = 0, high = track.length - 1;
  while (low < high) {
    const mid = (low + high + 1) >> 1;
    if (track[mid].t <= time + 0.0005) low = mid; else high = mid - 1;
  }
  return low;
}

/** Landmarks at `time`, between the two frames around it; null where nobody was found. */
export function landmarksAt(track, time) {
  const index = frameAt(track, time);
  const a = track[index], b = track[index + 1];
  if (!a?.detected) return null;
  if (!b?.detected || b.t <= a.t) return a.landmarks;
  const share = Math.min(Math.max((time - a.t) / (b.t - a.t), 0), 1);
  return a.landmarks.map((p, i) => p.map((value, k) => value + share * (b.landmarks[i][k] - value)));
}

/** The rectangle that an object-fit: contain picture takes up in its box. */
function pictureBox(video, width, height) {
  const scale = Math.min(width / video.videoWidth, height / video.videoHeight);
  const [w, h] = [video.videoWidth * scale, video.videoHeight * scale];
  return [(width - w) / 2, (height - h) / 2, w, h];
}

export function draw(canvas, video, landmarks) {
  const ratio = window.devicePixelRatio || 1;
  const box = canvas.getBoundingClientRect();
  const [width, height] = [Math.round(box.width * ratio), Math.round(box.height * ratio)];
  if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
  const context = canvas.getContext("2d");
  context.clearRect(0, 0, width, height);
  if (!landmarks || !video.videoWidth) return;
  const [x0, y0, w, h] = pictureBox(video, width, height);
  const at = (i) => [x0 + landmarks[i][0] * w, y0 + landmarks[i][1] * h];
  const line = Math.max(2 * ratio, Math.min(w, h) / 160);
  context.lineCap = "round";
  for (const [from, to, colour] of bones) {
    context.globalAlpha = Math.min(landmarks[from][3], landmarks[to][3]) * 0.9 + 0.1;
    context.strokeStyle = colour;
    context.lineWidth = line;
    context.setLineDash(colour === left ? [line * 3, line * 2] : []);
    context.beginPath();
    context.moveTo(...at(from));
    context.lineTo(...at(to));
    context.stroke();
  }
  context.setLineDash([]);
  for (const i of joints) {
    context.globalAlpha = landmarks[i][3] * 0.9 + 0.1;
    context.fillStyle = i === 0 ? middle : i % 2 ? left : right;
    context.beginPath();
    context.arc(...at(i), line * 1.4, 0, 2 * Math.PI);
    context.fill();
  }
  context.globalAlpha = 1;
}
