/** Which language a source file is in, by its name: the one rule for runs, the editor and the command line. */
import type { Language } from "./entities";

/** Null for files that hold no pipelines: declarations of types are no code. */
export function languageOf(file: string): Language | null {
  if (/\.py$/i.test(file)) return "python";
  return /\.[cm]?[jt]s$/i.test(file) && !/\.d\.[cm]?ts$/i.test(file) ? "node" : null;
}
