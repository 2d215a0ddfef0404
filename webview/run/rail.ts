/** What else is known about the run: note, tags, parameters, configuration and where each value comes from, model, environment. */
import type { Json } from "../../src/core/json";
import { fill } from "../../src/panels/messages";
import type {
  ConfigValue,
  RunCommand,
  RunHead,
  RunSnapshot,
  RunStrings,
} from "../../src/panels/run/messages";
import { element, replaceChildren, type Child } from "../ui/dom";
import { formatMoment, visible } from "../ui/format";
import { formatNumber } from "../ui/numbers";
import { link, metadataList, pairs, section } from "../ui/parts";
import { button, iconButton } from "../ui/toolkit";

export interface RailHost {
  tell(command: RunCommand): void;
  setNote(text: string): Promise<unknown>;
  setTags(tags: readonly string[]): Promise<unknown>;
}

export class Rail {
  readonly root: HTMLElement;
  readonly #note = element("div", {});
  readonly #tags = element("div", {});
  readonly #facts = element("div", {});
  #shownNote: string | null = null;
  #shownTags: string | null = null;

  constructor(
    private readonly strings: RunStrings,
    private readonly host: RailHost,
  ) {
    this.root = element("aside", { class: "rail-box", "aria-label": strings.about, tabindex: 0 });
  }

  show(snapshot: RunSnapshot): void {
    const { strings } = this;
    this.#shownNote = null;
    this.#shownTags = null;
    this.update(snapshot.head);
    this.#writeFacts(snapshot);
    const { parameters, config, defaults, environment, notices } = snapshot;
    replaceChildren(
      this.root,
      section(strings.note, this.#note),
      section(strings.tags, this.#tags),
      section(strings.details, this.#facts),
      section(
        strings.parameters,
        parameters.length === 0
          ? element("p", { class: "note" }, strings.noParameters)
          : this.#values(parameters, false),
      ),
      section(strings.configuration, this.#values(config, true), this.#defaults(defaults)),
      notices.length === 0
        ? null
        : section(
            strings.notices,
            element("ul", { class: "notices" }, ...notices.map((text) => element("li", {}, visible(text)))),
          ),
      this.#environment(environment),
    );
  }

  /** Note and tags may have been edited elsewhere; what is being written here stays. */
  update(head: RunHead): void {
    const { strings, host } = this;
    if (this.#shownNote !== head.note) {
      this.#shownNote = head.note;
      const note =
        head.note === ""
          ? element("span", { class: "note" }, strings.noNote)
          : element("span", { class: "written" }, head.note);
      this.#editable(this.#note, note, strings.note, strings.addNote, head.note, (text) =>
        host.setNote(text),
      );
    }
    const tags = head.tags.join(", ");
    if (this.#shownTags !== tags) {
      this.#shownTags = tags;
      const shown =
        head.tags.length === 0
          ? element("span", { class: "note" }, strings.noTags)
          : element(
              "span",
              { class: "tags" },
              ...head.tags.map((tag) => element("span", { class: "badge" }, visible(tag))),
            );
      this.#editable(this.#tags, shown, strings.tags, strings.tagsHelp, tags, (text) =>
        host.setTags([...new Set(text.split(",").map((tag) => tag.trim()))].filter((tag) => tag !== "")),
      );
    }
  }

  #editable(
    box: HTMLElement,
    shown: HTMLElement,
    name: string,
    help: string,
    value: string,
    save: (text: string) => Promise<unknown>,
  ): void {
    const { strings } = this;
    const edit = iconButton("edit", fill(strings.edit, name), () => write());
    const read = (): void => replaceChildren(box, element("div", { class: "editable" }, shown, edit));
    const write = (): void => {
      const area = element("textarea", { rows: 2, "aria-label": name, placeholder: help }, value);
      const problem = element("p", { role: "alert", class: "problem" });
      const done = (): void => {
        save(area.value).then(read, (error: unknown) => {
          problem.textContent = error instanceof Error ? error.message : String(error);
        });
      };
      area.addEventListener("keydown", (event) => {
        if (event.key === "Escape") {
          read();
          edit.focus();
        } else if (event.key === "Enter" && !event.shiftKey) {
          event.preventDefault();
          done();
        }
      });
      replaceChildren(
        box,
        area,
        problem,
        element(
          "div",
          { class: "actions" },
          button(strings.save, done, { appearance: "primary" }),
          button(strings.cancel, read),
        ),
      );
      area.focus();
    };
    read();
  }

  #writeFacts({ head, model, rerunOf, origin }: RunSnapshot): void {
    const { strings, host } = this;
    const rows: (readonly [string, Child])[] = [
      [strings.run, visible(head.name)],
      [strings.origins, strings[`origin.${origin}`]],
    ];
    if (rerunOf !== null)
      rows.push([
        strings.repeats,
        link(visible(rerunOf.label), () => host.tell({ do: "openRun", runId: rerunOf.id })),
      ]);
    if (model !== null) {
      const stage = model.stage === null ? null : element("span", { class: "badge" }, model.stage);
      const open = link(visible(`${model.name} ${model.version}`), () =>
        host.tell({ do: "openModel", modelVersionId: model.id }),
      );
      rows.push([strings.model, element("span", { class: "tags" }, open, stage)]);
    }
    rows.push([strings.startedAt.replace(/\s*\{0\}\s*/, ""), formatMoment(head.started)]);
    replaceChildren(this.#facts, pairs(rows));
  }

  #values(values: readonly ConfigValue[], always: boolean): Child {
    const { strings } = this;
    return pairs(
      values.map(({ name, value, origin }): readonly [string, Child] => [
        visible(name),
        element(
          "span",
          {},
          element("span", { class: "value" }, valueText(value)),
          origin === null && !always
            ? null
            : element(
                "span",
                { class: "origin note" },
                fill(strings.origin, visible(origin ?? strings.fromCode)),
              ),
        ),
      ]),
    );
  }

  #defaults(defaults: readonly ConfigValue[]): Child {
    const { strings } = this;
    if (defaults.length === 0) return null;
    const rows = defaults.map(({ name, value }): readonly [string, Child] => [
      visible(name),
      value === null
        ? element("span", { class: "note" }, strings.notSet)
        : element("span", { class: "value" }, valueText(value)),
    ]);
    return element(
      "details",
      { class: "defaults" },
      element("summary", {}, fill(strings.defaults, defaults.length)),
      pairs(rows),
    );
  }

  #environment(environment: RunSnapshot["environment"]): Child {
    const { strings } = this;
    const entries = Object.entries(environment);
    const simple = Object.fromEntries(entries.filter(([, value]) => typeof value !== "object"));
    const nested = entries.flatMap(([name, value]): Child[] => {
      if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
      const count = Object.keys(value).length;
      const title = name === "packages" ? fill(strings.packages, count) : visible(name);
      const list = metadataList(value as RunSnapshot["environment"]);
      return list === null ? [] : [element("details", {}, element("summary", {}, title), list)];
    });
    return section(strings.environment, metadataList(simple), ...nested);
  }
}

function valueText(value: Json): string {
  if (typeof value === "number") return formatNumber(value);
  return visible(typeof value === "string" ? value : JSON.stringify(value));
}
