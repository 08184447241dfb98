// The page of the chat: one WebSocket, calls that are told apart by `$id`, and what is pushed.

const $ = (id) => document.getElementById(id);

/** Where we are, or want to be again after a lost connection. */
let place = null;
/** The calls that wait for their reply, by their ids. */
const waiting = new Map();
let socket = null;
let next = 1;
let pause = 500;

/** Sends a message, and resolves to the reply's body or rejects with the fault. */
function call(name, body) {
  if (socket?.readyState !== WebSocket.OPEN) return Promise.reject({ message: "there is no connection" });
  const id = next++;
  socket.send(JSON.stringify({ $id: id, [name]: body }));
  return new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
}

function received(text) {
  const { $id, $push, ...rest } = JSON.parse(text);
  const [[name, body]] = Object.entries(rest);
  if ($push !== undefined) {
    if (name === "Happened") happened(body);
    return;
  }
  const call = waiting.get($id);
  waiting.delete($id);
  if (name !== "Fault") call?.resolve(body);
  else if (call) call.reject(body);
  else problem(body);
}

/** Where the messages are: where the page came from, unless it says otherwise. */
const server = document.querySelector("meta[name=server]").content ||
  `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws`;

function connect() {
  socket = new WebSocket(server);
  socket.onopen = () => {
    pause = 500;
    $("state").textContent = "connected";
    if (place) enter(place);
  };
  socket.onmessage = ({ data }) => received(data);
  socket.onclose = () => {
    $("state").textContent = "connecting";
    for (const { reject } of waiting.values()) reject({ message: "the connection was lost" });
    waiting.clear();
    setTimeout(connect, pause * (0.5 + Math.random()));
    pause = Math.min(pause * 2, 10_000);
  };
}

async function enter(where) {
  try {
    // Who is here comes with the news that we came.
    await call("Enter", where);
    place = where;
    $("problem").textContent = "";
    $("door").hidden = true;
    $("inside").hidden = false;
    $("text").focus();
  } catch (fault) {
    problem(fault);
  }
}

function happened({ what, name, text, here }) {
  const line = document.createElement("li");
  // Never as HTML: it is what somebody else wrote.
  line.textContent = { Came: `${name} came`, Left: `${name} left`, Said: `${name}: ${text}` }[what];
  line.className = what === "Said" ? "said" : "event";
  $("log").append(line);
  line.scrollIntoView();
  show(here);
}

function show(here) {
  $("here").replaceChildren(...here.map((name) => {
    const item = document.createElement("li");
    item.textContent = name;
    return item;
  }));
}

function problem({ message, errors }) {
  const details = (errors ?? []).map((error) => `${error.pointer.slice(1)} ${error.message}`);
  $("problem").textContent = details.length > 0 ? details.join("; ") : message;
}

$("door").onsubmit = (event) => {
  event.preventDefault();
  enter({ room: $("room").value, name: $("name").value });
};

$("say").onsubmit = async (event) => {
  event.preventDefault();
  const text = $("text").value;
  $("text").value = "";
  try {
    await call("Say", { text });
    $("problem").textContent = "";
  } catch (fault) {
    $("text").value = text;
    problem(fault);
  }
};

$("leave").onclick = async () => {
  place = null;
  try {
    await call("Leave", {});
  } catch (fault) {
    problem(fault);
  }
  $("log").replaceChildren();
  $("inside").hidden = true;
  $("door").hidden = false;
};

connect();
