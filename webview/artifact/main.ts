/** The artifact panel's page. */
import type { ArtifactContract, ArtifactSnapshot, ArtifactStrings } from "../../src/panels/artifact/messages";
import { element, replaceChildren } from "../ui/dom";
import { Channel } from "../ui/rpc";
import { States } from "../ui/states";
import { readStrings } from "../ui/strings";
import { registerControls } from "../ui/toolkit";
import "./artifact.css";
import type { Context } from "./context";
import { headerView } from "./header";
import { previewView } from "./previews/preview";
import { railView } from "./rail";

registerControls();

const strings = readStrings() as ArtifactStrings;
const channel = new Channel<ArtifactContract>();
const root = document.getElementById("root") ?? document.body;
const header = element("div", {});
const card = element("div", { class: "card-place" });
const shown = element("div", { class: "preview-place" });
const preview = element("div", { class: "main-box" }, card, shown);
const rail = element("div", { class: "rail-box" });
const live = element("div", { class: "visually-hidden", "aria-live": "polite" });
const toast = element("p", { class: "toast", role: "status", hidden: true });
const content = element(
  "div",
  { class: "page" },
  header,
  element("div", { class: "columns" }, preview, rail),
  live,
  toast,
);
const states = new States(root, content, channel, strings);

let snapshot: ArtifactSnapshot | null = null;
let hiding: number | undefined;
const TOAST_MS = 6000;

function say(text: string): void {
  live.textContent = text;
  toast.textContent = text;
  toast.hidden = false;
  window.clearTimeout(hiding);
  hiding = window.setTimeout(() => {
    toast.hidden = true;
  }, TOAST_MS);
}

/** Closes the card that is there, also when it is waiting. */
let leave: () => void = () => undefined;

function open(make: (close: () => void) => HTMLElement, left: () => void = () => undefined): void {
  const before = document.activeElement;
  leave();
  leave = left;
  const made = make(() => {
    leave();
    replaceChildren(card);
    if (before instanceof HTMLElement && before.isConnected) before.focus();
  });
  replaceChildren(card, made);
  preview.scrollTop = 0;
  made.focus();
}

function context(of: ArtifactSnapshot): Context {
  return {
    ...{ channel, strings, snapshot: of, say, open },
    tell: (command) => channel.tell(command),
    showLog: () => channel.send({ kind: "showLog" }),
  };
}

/** The preview holds positions and pages: it is made again only when another version is shown. */
function show(next: ArtifactSnapshot): void {
  const made = context(next);
  const another = snapshot?.artifact.id !== next.artifact.id;
  snapshot = next;
  replaceChildren(header, headerView(made));
  if (another) {
    leave();
    replaceChildren(card);
    replaceChildren(shown, previewView(made));
  }
  replaceChildren(rail, railView(made));
}

states.follow({
  snapshot: (state) => {
    snapshot = null;
    show(state);
  },
  delta: (delta) => {
    if (snapshot !== null) show({ ...snapshot, ...delta });
  },
});
