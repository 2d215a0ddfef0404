/** Values of parameters and configuration as text. */
import type { Json } from "../../src/core/json";
import { visible } from "../ui/format";
import { formatNumber } from "../ui/numbers";

export function valueText(value: Json): string {
  if (typeof value === "number") return formatNumber(value);
  return visible(typeof value === "string" ? value : JSON.stringify(value));
}
