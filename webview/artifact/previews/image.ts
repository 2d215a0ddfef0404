/** An image that can be zoomed; it begins fitted to the width. */
import type { ArtifactSnapshot, ArtifactStrings } from "../../../src/panels/artifact/messages";
import { fill } from "../../../src/panels/messages";
import { element } from "../../ui/dom";
import { formatBytes, visible } from "../../ui/format";
import { iconButton } from "../../ui/toolkit";
import type { Context } from "../context";

const STEP = 1.25;
const LIMITS = [0.05, 32] as const;

export function imageView(
  dataUri: string | null,
  width: number | null,
  height: number | null,
  { strings, snapshot }: Context,
): HTMLElement {
  if (dataUri === null) return element("p", { class: "note" }, whyNot(snapshot, strings));
  const image = element("img", {
    class: "picture fitted",
    src: dataUri,
    alt: snapshot.artifact.alias ?? snapshot.artifact.name,
  });
  let zoom: number | null = null;
  const set = (next: number): void => {
    zoom = Math.min(LIMITS[1], Math.max(LIMITS[0], next));
    image.classList.remove("fitted");
    image.classList.toggle("pixels", zoom > 2);
    image.style.width = `${String((width ?? image.naturalWidth) * zoom)}px`;
  };
  const now = (): number => zoom ?? image.clientWidth / (width ?? (image.naturalWidth || 1));
  const tools = element(
    "div",
    { class: "tools" },
    element(
      "p",
      { class: "note" },
      width === null || height === null ? "" : `${String(width)} × ${String(height)}`,
    ),
    iconButton("zoom-in", strings.zoomIn, () => set(now() * STEP)),
    iconButton("zoom-out", strings.zoomOut, () => set(now() / STEP)),
    iconButton("screen-normal", strings.actualSize, () => set(1)),
  );
  return element(
    "div",
    { class: "fill-column" },
    tools,
    element("div", { class: "picture-box", tabindex: 0 }, image),
  );
}

function whyNot({ imageProblem, artifact }: ArtifactSnapshot, strings: ArtifactStrings): string {
  if (imageProblem === null) return strings.payloadMissing;
  const name = visible(artifact.alias ?? artifact.name);
  return imageProblem.kind === "format"
    ? strings.unknownFormat
    : fill(strings.tooLarge, name, formatBytes(imageProblem.bytes));
}
