/** Where the command line writes: results to stdout, everything else to stderr, colours only for eyes. */
import { isatty } from "node:tty";

type Style = "bold" | "dim" | "red" | "green" | "yellow" | "blue" | "magenta";

const CODES: Readonly<Record<Style, readonly [number, number]>> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  blue: [34, 39],
  magenta: [35, 39],
};

export interface Terminal {
  /** A result: what a pipe would want. */
  readonly out: (line: string) => void;
  /** Progress, hints and errors. */
  readonly err: (line: string) => void;
  /** Whether stdout shows colours. */
  readonly colour: boolean;
  /** Colours text that goes to stdout. */
  readonly paint: (style: Style, text: string) => string;
}

export interface TerminalStreams {
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
  readonly colour: boolean;
}

export function createTerminal({ stdout, stderr, colour }: TerminalStreams): Terminal {
  return {
    out: (line) => void stdout.write(`${line}\n`),
    err: (line) => void stderr.write(`${line}\n`),
    colour,
    paint: (style, text) => {
      const [on, off] = CODES[style];
      return colour ? `\u001b[${on}m${text}\u001b[${off}m` : text;
    },
  };
}

/** NO_COLOR and FORCE_COLOR as everywhere; else colours on a terminal that has any. */
export function wantsColour(environment: NodeJS.ProcessEnv): boolean {
  if ((environment["NO_COLOR"] ?? "") !== "") return false;
  if ((environment["FORCE_COLOR"] ?? "0") !== "0") return true;
  return isatty(1) && environment["TERM"] !== "dumb";
}
