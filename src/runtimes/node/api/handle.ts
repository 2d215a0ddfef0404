/** What stands for a step's output while a pipeline's function is called. */
import { StepInterfaceError } from "./errors";
import type { Trace } from "./trace";

export class Handle {
  readonly trace: Trace;
  readonly invocation: string;
  readonly output: string;

  constructor(trace: Trace, invocation: string, output: string) {
    this.trace = trace;
    this.invocation = invocation;
    this.output = output;
  }
}

const own: ReadonlySet<string | symbol> = new Set(["trace", "invocation", "output", "constructor"]);
/** Asked by the language itself, of anything: by `await`, by `console.log`, by assertions. */
const silent: ReadonlySet<string | symbol> = new Set([
  "then",
  "toJSON",
  "inspect",
  "nodeType",
  "asymmetricMatch",
]);

/** A handle that says what is wrong when it is taken for its value. */
export function handle(trace: Trace, invocation: string, output: string): Handle {
  return new Proxy(new Handle(trace, invocation, output), {
    get(target, key, receiver): unknown {
      if (own.has(key)) return Reflect.get(target, key, receiver);
      if (key === Symbol.iterator || key === Symbol.toPrimitive) throw mistaken(target, "used as a value");
      if (typeof key === "symbol" || silent.has(key)) return undefined;
      throw mistaken(target, `asked for its \`${key}\``);
    },
    set(target, key): boolean {
      throw mistaken(target, `given a \`${String(key)}\``);
    },
  });
}

function mistaken({ invocation, output }: Handle, what: string): StepInterfaceError {
  return new StepInterfaceError(
    `The output \`${output}\` of step \`${invocation}\` can't be ${what} in the pipeline's function, where no step has run ` +
      "yet. Do that in a step that takes it as an input.",
  );
}
