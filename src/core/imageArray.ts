/** Height and width of an array of bytes that can be seen as an image; null when it can't. */
export function imageShape(
  shape: readonly number[],
  dtype: string,
): { readonly height: number; readonly width: number; readonly channels: number } | null {
  if (!/^(\|u1|uint8)$/.test(dtype)) return null;
  const last = shape.at(-1) ?? 0;
  const isColoured = shape.length >= 3 && (last === 3 || last === 4);
  const [height = 0, width = 0] = isColoured ? shape.slice(-3, -1) : shape.slice(-2);
  return shape.length >= 2 && height >= 8 && width >= 8
    ? { height, width, channels: isColoured ? last : 1 }
    : null;
}
