/**
 * Commands of lenses, each under an id of its own and without arguments. For a command with arguments VS Code remembers them
 * only until lenses are asked for again, while a lens that was out of sight keeps the old command until it has been drawn
 * anew: a click in between would find nothing to execute.
 */
import { Disposable, type IDisposable } from "../ui/lifecycle";
import type { Command, VSCode } from "../ui/vscodeTypes";

/** Of a file, that no lens has any more but one which VS Code has not drawn anew: every name that was typed leaves some. */
const MOST_LEFT_OVER = 50;

interface Slot extends IDisposable {
  readonly id: string;
  command: Command;
}

export interface PlacedCommand {
  /** Within its file. */
  readonly place: string;
  readonly command: Command;
}

export class LensCommands extends Disposable {
  /** By file and place in it, those that were wanted last at the end. */
  private readonly files = new Map<string, Map<string, Slot>>();
  private made = 0;

  constructor(private readonly vscode: VSCode) {
    super();
  }

  /** For all lenses of a file: a place's command does what was last wanted there. */
  of(file: string, wanted: readonly PlacedCommand[]): Command[] {
    const slots = this.files.get(file) ?? new Map<string, Slot>();
    this.files.set(file, slots);
    const places = numbered(wanted.map(({ place }) => place));
    const commands = wanted.map(({ command }, i) => {
      const place = places[i] ?? "";
      const slot = slots.get(place) ?? this.add();
      slot.command = command;
      slots.delete(place);
      slots.set(place, slot);
      return { title: command.title, command: slot.id };
    });
    const leftOver = slots.size - wanted.length;
    for (const place of [...slots.keys()].slice(0, Math.max(0, leftOver - MOST_LEFT_OVER)))
      this.remove(slots, place);
    return commands;
  }

  /** Once nobody can see its lenses. */
  forget(file: string): void {
    for (const slot of this.files.get(file)?.values() ?? []) slot.dispose();
    this.files.delete(file);
  }

  override dispose(): void {
    for (const file of [...this.files.keys()]) this.forget(file);
    super.dispose();
  }

  private remove(slots: Map<string, Slot>, place: string): void {
    slots.get(place)?.dispose();
    slots.delete(place);
  }

  private add(): Slot {
    const { commands } = this.vscode;
    const id = `headrace.lens.${this.made++}`;
    const registered = commands.registerCommand(id, () => {
      const args: readonly unknown[] = slot.command.arguments ?? [];
      return commands.executeCommand(slot.command.command, ...args);
    });
    const slot: Slot = { id, command: { title: "", command: id }, dispose: () => void registered.dispose() };
    return slot;
  }
}

/** What is there twice (a function defined again, say) is told apart by its number. */
function numbered(places: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  return places.map((place) => {
    const count = (counts.get(place) ?? 0) + 1;
    counts.set(place, count);
    return count === 1 ? place : `${place}\n${count}`;
  });
}
