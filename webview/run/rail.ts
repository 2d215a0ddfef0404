/** What else is known about the run: note, tags, parameters, configuration and where each value comes from, model, environment. */
import { fill } from "../../src/panels/messages";
import type {
  ConfigValue,
  RunCommand,
  RunHead,
  RunSnapshot,
  RunStrings,
} from "../../src/panels/run/messages";
import { element, replaceChildren, type Child } from "../ui/dom";
import { Editable, tagBadges, tagsIn } from "../ui/editable";
import { formatMoment, visible } from "../ui/format";
import { link, metadataList, pairs, section } from "../ui/parts";
import { valueText } from "./values";

export interface RailHost {
  tell(command: RunCommand): void;
  setNote(text: string): Promise<unknown>;
  setTags(tags: readonly string[]): Promise<unknown>;
}

export class Rail {
  readonly root: HTMLElement;
  readonly #note: Editable;
  readonly #tags: Editable;
  readonly #facts = element("div", {});

  constructor(
    private readonly strings: RunStrings,
    private readonly host: RailHost,
  ) {
    this.#note = new Editable(strings, {
      ...{ name: strings.note, help: strings.addNote, none: strings.noNote },
      save: (text) => host.setNote(text),
    });
    this.#tags = new Editable(strings, {
      ...{ name: strings.tags, help: strings.tagsHelp, none: strings.noTags },
      show: tagBadges,
      save: (text) => host.setTags(tagsIn(text)),
    });
    this.root = element("aside", { class: "rail-box", "aria-label": strings.about, tabindex: 0 });
  }

  show(snapshot: RunSnapshot): void {
    const { strings } = this;
    this.update(snapshot.head);
    this.#writeFacts(snapshot);
    const { parameters, config, defaults, environment, notices } = snapshot;
    replaceChildren(
      this.root,
      section(strings.note, this.#note.root),
      section(strings.tags, this.#tags.root),
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

  update(head: RunHead): void {
    this.#note.update(head.note);
    this.#tags.update(head.tags.join(", "));
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
    rows.push([strings.started, formatMoment(head.started)]);
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
