/**
 * Commands of lenses, each under an id of its own and without arguments. For a command with arguments VS Code remembers them
 * only until lenses are asked for again, while a lens that was out of sight keeps the old command until it has been drawn
 * anew: a click in between would find nothing to execute.
 */
import { Disposable } from "../ui/lifecycle";
import type { Command, VSCode } from "../ui/vscodeTypes";

export class LensCommands extends Disposable {
  private readonly slots = new Map<string, { readonly id: string; command: Command }>();

  constructor(private readonly vscode: VSCode) {
    super();
  }

  /** The command of a place, which does what was last given for it. */
  at(place: string, command: Command): Command {
    const known = this.slots.get(place);
    if (known !== undefined) known.command = command;
    return { title: command.title, command: (known ?? this.add(place, command)).id };
  }

  private add(place: string, command: Command): { readonly id: string } {
    const { commands } = this.vscode;
    const slot = { id: `headrace.lens.${this.slots.size}`, command };
    this.slots.set(place, slot);
    this.register(
      commands.registerCommand(slot.id, () => {
        const args: readonly unknown[] = slot.command.arguments ?? [];
        return commands.executeCommand(slot.command.command, ...args);
      }),
    );
    return slot;
  }
}
