// The buttons, and a reload every few seconds if something changed. The page can be read without it.
const said = document.getElementById("said");
let busy = false;

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-post]");
  if (button !== null && !busy) act(button);
});

async function act(button) {
  setBusy(true);
  const label = button.innerHTML;
  button.textContent = button.dataset.busy;
  try {
    const response = await fetch(button.dataset.post, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: button.dataset.body,
    });
    const answer = await response.json();
    await refresh();
    say(response.ok ? summary(answer) : `${answer.title}. ${answer.detail}`, !response.ok);
  } catch {
    say("The local stack does not answer. Is it still running?", true);
  } finally {
    button.innerHTML = label;
    setBusy(false);
  }
}

function summary(answer) {
  if (answer.connector !== undefined) {
    const { name, broken } = answer.connector;
    return `${name} is ${broken ? "broken" : "repaired"}. ${answer.next}`;
  }
  const failed = answer.ticks.filter((tick) => tick.problem !== null).length;
  const news =
    answer.slack_messages + answer.mails === 0
      ? "no new messages"
      : `${plural(answer.slack_messages, "Slack message")}, ${plural(answer.mails, "email")}`;
  const failures = failed > 0 ? ` ${plural(failed, "tick")} failed: see Functions.` : "";
  const waiting = answer.settled ? "" : " Some deliveries are still being retried.";
  return `Turned: ${plural(answer.ticks.length, "tick")}, ${news}.${failures}${waiting}`;
}

function plural(number, one) {
  return `${number} ${one}${number === 1 ? "" : "s"}`;
}

function say(text, alarming = false) {
  said.textContent = text;
  said.classList.toggle("alarming", alarming);
}

function setBusy(state) {
  busy = state;
  document.body.classList.toggle("busy", state);
  for (const button of document.querySelectorAll("button[data-post]")) button.disabled = state;
}

// Loads the page again and keeps open what the reader had opened.
async function refresh() {
  const response = await fetch("/");
  if (!response.ok) throw new Error(`the console answered ${response.status}`);
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
  const open = [...document.querySelectorAll("details[id][open]")].map((one) => one.id);
  const asText = [...document.querySelectorAll("input.as-text:checked")].map((one) => one.id);
  const focused = document.activeElement?.id;
  for (const part of ["header.top", ".clock", "main", "footer"]) {
    document.querySelector(part).replaceWith(fresh.querySelector(part));
  }
  document.body.dataset.revision = fresh.body.dataset.revision;
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  for (const id of asText) {
    const choice = document.getElementById(id);
    if (choice !== null) choice.checked = true;
  }
  for (const button of document.querySelectorAll("button[data-post]")) button.disabled = busy;
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  showMails();
}

function showMails() {
  for (const frame of document.querySelectorAll("iframe.mail-html")) {
    showWhole(frame);
    frame.addEventListener("load", () => showWhole(frame));
  }
}

function showWhole(frame) {
  const root = frame.contentDocument?.documentElement;
  // Twice: without its scrollbar the mail is wider, and so less high.
  for (let round = 0; root && root.offsetHeight > 60 && round < 2; round += 1) {
    const scrollbar = root.scrollWidth > root.clientWidth ? 18 : 2;
    frame.style.height = `${root.offsetHeight + scrollbar}px`;
  }
}

let isUnreachable = false;
setInterval(async () => {
  if (busy || document.hidden) return;
  try {
    const response = await fetch("/local/status");
    const { revision } = await response.json();
    if (isUnreachable) say("");
    isUnreachable = false;
    const waiting = document.querySelector("[data-waiting]") !== null;
    if (!busy && (waiting || revision !== document.body.dataset.revision)) await refresh();
  } catch {
    isUnreachable = true;
    say("The local stack does not answer. Is it still running?", true);
  }
}, 4000);

addEventListener("resize", showMails);
showMails();
