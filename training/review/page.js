// One face at a time: show it, take a key, send the answer, show the next. The server keeps everything.
"use strict";

const element = (id) => document.getElementById(id);
const buttons = [...document.querySelectorAll("button[data-said]")];
const emotions = buttons.filter((button) => "emotion" in button.dataset).map((button) => button.dataset.said);
const keys = { Enter: "keep", x: "remove", Delete: "remove", Backspace: "remove", u: "unsure", "?": "unsure" };

let place = null; // of the face that is shown
let faces = 0;
let busy = false; // one answer after another: a key that is held must not answer faces that nobody saw

async function ask(path, content) {
  const options = content === undefined ? {} : {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(content),
  };
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    throw new Error("The program has ended; start it again to go on. All answers so far are kept.");
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.error || `That did not work (${response.status}).`);
  return answer;
}

function tell(words, wrong = false) {
  element("told").textContent = words;
  element("told").classList.toggle("wrong", wrong);
}

async function progress(from) {
  const state = await ask(`/state?from=${from}`);
  faces = state.faces;
  element("bar").value = state.doubtful ? state.doubtful_answered / state.doubtful : 1;
  element("count").textContent =
    `${state.doubtful_answered} of ${state.doubtful} doubtful, ${state.answered} of all ${state.faces}`;
  return state;
}

async function show(number) {
  const face = await ask(`/faces/${number}`);
  place = number;
  element("main").classList.add("waiting");
  const picture = element("picture");
  picture.src = `/pictures/${number}`;
  picture.alt = `the face ${face.name}`;
  if (element("crop")) element("crop").src = `/crops/${number}`;
  element("label").textContent = face.label;
  element("label").parentElement.style.setProperty("--c", `var(--${face.label})`);
  element("name").textContent = face.name;
  element("reasons").replaceChildren(...face.reasons.map((reason) => {
    const item = document.createElement("li");
    item.textContent = reason;
    return item;
  }));
  for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.said === face.said));
  await picture.decode().catch(() => tell("The picture cannot be shown; its file may be gone.", true));
  element("main").classList.remove("waiting");
  document.body.dataset.place = number; // what tests and other programs wait for
  if (number + 1 < faces) new Image().src = `/pictures/${number + 1}`;
}

async function next(from) {
  const state = await progress(from);
  if (state.next === null) {
    tell("All faces are answered. You can close this page and end the program with Ctrl+C.");
  } else {
    if (state.doubtful && state.doubtful_answered === state.doubtful) {
      tell("All doubtful faces are answered. The others follow; you can stop here.");
    }
    await show(state.next);
  }
}

async function answer(said) {
  await ask("/answers", { place, said });
  tell(said === "keep" ? "kept" : said);
  await next(place + 1);
}

async function undo() {
  const undone = await ask("/undo", {});
  if (undone.place === null) return tell("There is nothing to take back.");
  await progress(0);
  await show(undone.place);
  tell("taken back");
}

async function move(step) {
  const there = place + step;
  if (there >= 0 && there < faces) await show(there);
}

async function once(work) {
  if (busy) return;
  busy = true;
  try {
    await work();
  } catch (error) {
    tell(error.message, true);
  } finally {
    busy = false;
  }
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  const pressesButton = event.target instanceof HTMLButtonElement && ["Enter", " "].includes(event.key);
  if (pressesButton) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  // By the key's place too: on some keyboards digits need the shift key.
  const digit = /^(?:Digit|Numpad)([1-7])$/.exec(event.code);
  const said = keys[key] || (digit && emotions[digit[1] - 1]);
  if (said) once(() => answer(said));
  else if (key === "z") once(undo);
  else if (key === "ArrowLeft") once(() => move(-1));
  else if (key === "ArrowRight") once(() => move(1));
  else return;
  event.preventDefault();
});
function onPress(button, work) {
  button.addEventListener("click", (event) => {
    // After a click with the mouse, Enter means "keep" again and not this button.
    if (event.detail > 0) button.blur();
    once(work);
  });
}

for (const button of buttons) onPress(button, () => answer(button.dataset.said));
onPress(element("undo"), undo);
onPress(element("back"), () => move(-1));
onPress(element("on"), () => move(1));
once(() => next(0));
