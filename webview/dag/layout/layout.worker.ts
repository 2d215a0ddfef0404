/** The layout off the page's thread, for graphs that would hold it up. */
import { layout } from "./layout";
import type { LayoutInput } from "./types";

interface Scope {
  onmessage: ((event: MessageEvent<{ readonly id: number; readonly input: LayoutInput }>) => void) | null;
  postMessage(message: unknown): void;
}
const scope = self as unknown as Scope;

scope.onmessage = ({ data }) => {
  scope.postMessage({ id: data.id, drawing: layout(data.input) });
};
