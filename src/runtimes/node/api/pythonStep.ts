/** `pythonStep("steps/train.py:train_model")`: a step of a TypeScript pipeline that is written in Python. */
import { StepInterfaceError } from "./errors";
import { userFrames } from "./frames";
import { checkStepOptions } from "./options";
import { Step, callable } from "./step";
import type { Callable, StepFunction, StepOptions } from "./step";

export function pythonStep(reference: string, options: StepOptions = {}): Callable {
  const made = userFrames();
  const at = reference.lastIndexOf(":");
  const [file, name] = [reference.slice(0, at), reference.slice(at + 1)];
  if (at <= 0 || name === "") {
    throw new StepInterfaceError(
      `pythonStep() wants "path/to/file.py:function", not "${reference}".`,
      made[0],
    );
  }
  checkStepOptions(`step \`${name}\``, options, () => made[0]);
  if (options.onFailure !== undefined || options.onSuccess !== undefined) {
    throw new StepInterfaceError(
      `The hooks of step \`${name}\` belong beside it, in ${file}: they are written in Python, too.`,
      made[0],
    );
  }
  const fn: StepFunction = () => undefined;
  return callable(new Step(fn, options, made, { language: "python", file, name }));
}
