/** A card that is asked for: the wait in its place, then what came. */
import { element, replaceChildren } from "../ui/dom";
import type { Watching } from "../ui/rpc";
import { Surface } from "../ui/surface";
import type { Context } from "./context";

export function openAnswer<T>(
  context: Context,
  label: string,
  ask: (watching: Watching) => Promise<T>,
  make: (answer: T, close: () => void) => HTMLElement,
): void {
  const surface = new Surface(context.strings, context.showLog);
  context.open(
    (close) => {
      const place = element("div", { tabindex: -1 }, surface.root);
      const show = (answer: T): void => {
        const made = make(answer, close);
        replaceChildren(place, made);
        made.focus();
      };
      void surface.ask({ label, ask, show });
      return place;
    },
    () => surface.leave(),
  );
}
