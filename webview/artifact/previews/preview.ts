/** Chooses how a preview is shown by its kind. */
import type { Preview } from "../../../src/core/preview";
import { fill } from "../../../src/panels/messages";
import { element, type Child } from "../../ui/dom";
import type { Context } from "../context";
import { arrayView } from "./array";
import { curveOfJson, curveView } from "./curve";
import { estimatorView } from "./estimator";
import { imageView } from "./image";
import { jsonView } from "./json";
import { itemsView, bytesView, opaqueView, valueView } from "./plain";
import { plotlyView } from "./plotly";
import { tableView } from "./table";
import { switchable, textView } from "./text";
import { visualizationsView } from "./visualizations";

export function previewView(context: Context): HTMLElement {
  const { preview, previewMissing } = context.snapshot;
  const shown: Child =
    preview === null ? element("p", { class: "note" }, previewMissing ?? "") : view(preview, context);
  const label = fill(
    context.strings.preview,
    context.snapshot.artifact.alias ?? context.snapshot.artifact.name,
  );
  const besides = visualizationsView(context);
  const className = besides === null ? "preview" : "preview long";
  return element("main", { class: className, "aria-label": label }, shown, besides);
}

/** A figure or a curve when it is one, with the values behind it. */
function objectView(preview: Extract<Preview, { readonly kind: "json" }>, context: Context): HTMLElement {
  const { strings, snapshot } = context;
  const tree = (): HTMLElement => jsonView(preview.value, preview.truncated, strings);
  const figure = plotlyView(snapshot.figure, strings, context.say);
  if (figure !== null) return switchable(() => figure, tree, strings);
  const curve = curveOfJson(preview);
  return curve === null ? tree() : switchable(() => curveView(curve, strings), tree, strings);
}

function view(preview: Preview, context: Context): HTMLElement {
  switch (preview.kind) {
    case "table":
      return tableView(preview, context);
    case "array":
      return arrayView(preview, context);
    case "value":
      return valueView(preview, context);
    case "json":
      return objectView(preview, context);
    case "text":
      return textView(preview, context);
    case "image":
      return imageView(context.snapshot.image, preview.width, preview.height, context);
    case "estimator":
      return estimatorView(preview, context);
    case "bytes":
      return bytesView(preview, context.strings);
    case "items":
      return itemsView(preview, context.strings);
    case "opaque":
      return opaqueView(preview);
  }
}
