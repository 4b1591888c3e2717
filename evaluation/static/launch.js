// Moves the bar of a run that is under way. Without this script the page says so, with a link to look again.
const standing = document.querySelector("[data-standing='running']");
if (standing) {
  const look = async () => {
    const answer = await fetch("/evaluation/standing", { headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    const found = await answer.json();
    document.getElementById("bar").value = found.percent;
    document.getElementById("doing").textContent = found.words;
    if (found.state === "running") setTimeout(look, 2000);
    else location.reload();
  };
  setTimeout(look, 2000);
}
