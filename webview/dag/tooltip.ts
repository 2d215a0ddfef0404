import { element } from "../ui/dom";

const DELAY = 300;

/** Words beside the pointer, after a moment. */
export class Tooltip {
  readonly root = element("div", { class: "tooltip", role: "tooltip", hidden: true });
  #timer: number | undefined;
  #key: string | null = null;

  /** `key` says what it is about: the same again changes nothing. */
  show(key: string, x: number, y: number, lines: () => readonly string[]): void {
    if (key === this.#key) return;
    this.hide();
    this.#key = key;
    this.#timer = window.setTimeout(() => {
      this.root.replaceChildren(
        ...lines().map((line, i) => element("div", { class: i === 0 ? "tooltip-title" : "" }, line)),
      );
      this.root.hidden = false;
      const frame = (this.root.offsetParent ?? document.body).getBoundingClientRect();
      const { offsetWidth, offsetHeight } = this.root;
      const left = Math.max(4, Math.min(x - frame.left + 14, frame.width - offsetWidth - 8));
      const below = y - frame.top + 18;
      const top =
        below + offsetHeight > frame.height ? Math.max(4, y - frame.top - offsetHeight - 10) : below;
      this.root.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
    }, DELAY);
  }

  hide(): void {
    window.clearTimeout(this.#timer);
    this.#key = null;
    this.root.hidden = true;
  }
}
