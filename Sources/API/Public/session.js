// What every signed-in page has: signing out.
document.getElementById("sign-out")?.addEventListener("click", async () => {
  await fetch("/api/v1/session", { method: "DELETE" });
  location.assign("/sign-in");
});
