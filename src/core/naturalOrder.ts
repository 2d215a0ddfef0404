/** The order of names in every list: as people count, `features_2` before `features_10`, and without regard to capitals. */

const LONGEST_NUMBER = 64;

/** Keys in the order of code points are names in their order: what a database sorts by, and what lists in memory compare. */
export function orderKey(name: string): string {
  return name.toLowerCase().replace(/\d+/g, (digits) => {
    const number = digits.replace(/^0+(?=\d)/, "");
    // How many digits a number has decides before they do.
    const size = String.fromCharCode("0".charCodeAt(0) + Math.min(number.length, LONGEST_NUMBER));
    return `${size}${number}`;
  });
}

export function byName(a: string, b: string): number {
  const [one, other] = [orderKey(a), orderKey(b)];
  if (one !== other) return one < other ? -1 : 1;
  return a === b ? 0 : a < b ? -1 : 1;
}
