import type { DagCommand } from "../../src/panels/dag/messages";
import { toPng, toSvg, type PictureParts } from "./exportPicture";
import { toDot, toJson, toMermaid } from "./exportText";
import type { Export } from "./toolbar";

/** What the host is told to save or to put on the clipboard. */
export async function exportAs(
  what: Export,
  parts: PictureParts & { readonly host: Element },
): Promise<DagCommand> {
  const { drawing, store, host } = parts;
  const { pipeline } = store.head;
  switch (what) {
    case "svg":
      return { kind: "save", name: `${pipeline}.svg`, content: toSvg(parts, host), encoding: "utf8" };
    case "png":
      return {
        kind: "save",
        name: `${pipeline}.png`,
        content: await toPng(toSvg(parts, host), drawing),
        encoding: "base64",
      };
    case "mermaid":
      return { kind: "copy", what: "Mermaid", text: toMermaid(drawing.scene, drawing.direction) };
    case "dot":
      return { kind: "copy", what: "DOT", text: toDot(drawing.scene, drawing.direction, pipeline) };
    case "json":
      return { kind: "copy", what: "JSON", text: toJson(store.state) };
  }
}
