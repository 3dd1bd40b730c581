// Sends the form as JSON; the session comes back as a cookie that scripts cannot read.
const form = document.getElementById("sign-in");
const message = document.getElementById("message");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  message.textContent = "";
  const button = form.querySelector("button");
  button.disabled = true;
  try {
    const answer = await fetch("/api/v1/session", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ email: form.email.value, password: form.password.value }),
    });
    if (answer.ok) {
      location.assign("/");
      return;
    }
    message.textContent = (await answer.json()).detail;
    form.password.select();
  } catch {
    message.textContent = "The server cannot be reached. Check the connection and try again.";
  } finally {
    button.disabled = false;
  }
});
