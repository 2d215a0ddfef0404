/** Up to six significant digits; whole numbers whole. */
export function formatNumber(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return String(value);
  const digits =
    Math.abs(value) >= 1e6 || (value !== 0 && Math.abs(value) < 1e-4)
      ? value.toExponential(4)
      : value.toPrecision(6);
  return digits.includes("e") ? digits : String(Number(digits));
}
