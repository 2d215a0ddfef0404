/** A colour as a browser computed it, for pictures: viewers of SVG know no `color(srgb …)`, and opacity only by itself. */
export interface PlainColor {
  readonly color: string;
  readonly opacity: number;
}

/** Null for what is no colour, such as `none`. */
export function plainColor(computed: string): PlainColor | null {
  const found = /^(rgba?|color)\((?:srgb )?([^)]*)\)$/.exec(computed);
  if (found === null) return null;
  const [, kind, list = ""] = found;
  const whole = kind === "color" ? 255 : 1;
  const [red = 0, green = 0, blue = 0, opacity = 1] = list
    .split(/[\s,/]+/)
    .filter((part) => part !== "")
    .map(Number);
  const hex = [red, green, blue].map((channel) =>
    Math.round(Math.min(255, Math.max(0, channel * whole)))
      .toString(16)
      .padStart(2, "0"),
  );
  return { color: `#${hex.join("")}`, opacity };
}
