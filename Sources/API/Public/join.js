// The two pages that a link in an e-mail opens: joining, and setting a new password.
const form = document.getElementById("link-form");
const message = document.getElementById("message");
const token = new URLSearchParams(location.search).get("token") ?? "";
const isJoining = form.dataset.kind === "join";

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  message.textContent = "";
  const button = form.querySelector("button");
  button.disabled = true;
  const body = { token, password: form.password.value };
  if (isJoining) body.time_zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  try {
    const answer = await fetch(isJoining ? "/api/v1/invitations/accept" : "/api/v1/password-reset", {
      method: isJoining ? "POST" : "PUT",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    if (answer.ok) {
      location.assign(isJoining ? "/" : "/sign-in");
      return;
    }
    const problem = await answer.json();
    if (isJoining && problem.code === "address_taken") return await joinAsSignedIn(problem);
    message.textContent = problem.detail;
  } catch {
    message.textContent = "The server cannot be reached. Check the connection and try again.";
  } finally {
    button.disabled = false;
  }
});

/** Somebody who has an account: their session, if there is one, joins who invited. */
async function joinAsSignedIn(problem) {
  const answer = await fetch("/api/v1/invitations/join", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ token }),
  });
  if (answer.ok) location.assign("/");
  else message.textContent = problem.detail;
}
