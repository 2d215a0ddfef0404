/** The manifest, the registry and the strings say the same, in every direction. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import {
  commandTable,
  contextKeyTable,
  settingDefaults,
  viewIds,
  walkthroughId,
} from "../../../src/ui/registry";

const root = path.resolve(import.meta.dirname, "../../..");
const read = (file: string): string => readFileSync(path.join(root, file), "utf8");

interface Manifest {
  readonly publisher: string;
  readonly name: string;
  readonly contributes: {
    readonly commands: readonly {
      readonly command: string;
      readonly title: string;
      readonly enablement?: string;
    }[];
    readonly menus: Readonly<Record<string, readonly { readonly command: string; readonly when: string }[]>>;
    readonly keybindings: readonly { readonly command: string }[];
    readonly views: Readonly<Record<string, readonly { readonly id: string; readonly icon: string }[]>>;
    readonly viewsWelcome: readonly {
      readonly view: string;
      readonly when: string;
      readonly contents: string;
    }[];
    readonly configuration: readonly {
      readonly properties: Readonly<
        Record<string, { readonly default: unknown; readonly markdownDescription: string }>
      >;
    }[];
    readonly colors: readonly { readonly id: string }[];
    readonly walkthroughs: readonly {
      readonly id: string;
      readonly steps: readonly {
        readonly media: { readonly svg: string };
        readonly completionEvents: readonly string[];
      }[];
    }[];
  };
}

const text = read("package.json");
const manifest = JSON.parse(text) as Manifest;
const { contributes } = manifest;
const nls = JSON.parse(read("package.nls.json")) as Record<string, string>;
const nlsGerman = JSON.parse(read("package.nls.de.json")) as Record<string, string>;
const sorted = (items: Iterable<string>): readonly string[] => [...items].sort();

test("every command of the registry is in the manifest, and no other", () => {
  assert.deepEqual(sorted(contributes.commands.map((one) => one.command)), sorted(Object.keys(commandTable)));
});

test("the palette hides what only makes sense on a row", () => {
  const hidden = (contributes.menus["commandPalette"] ?? []).map((one) => one.command);
  const rowsOnly = Object.entries(commandTable).filter(([, { palette }]) => !palette);
  assert.deepEqual(sorted(hidden), sorted(rowsOnly.map(([id]) => id)));
});

test("menus, keys, welcomes and the walkthrough name commands that exist", () => {
  const ours = new Set(Object.keys(commandTable));
  const named = [
    ...Object.values(contributes.menus)
      .flat()
      .map((one) => one.command),
    ...contributes.keybindings.map((one) => one.command),
    ...[...JSON.stringify([nls, nlsGerman]).matchAll(/\(command:([\w.]+)\)/g)].map(([, id = ""]) => id),
    ...contributes.walkthroughs.flatMap(({ steps }) =>
      steps.flatMap((step) =>
        step.completionEvents.flatMap((event) => /^onCommand:(.*)$/.exec(event)?.[1] ?? []),
      ),
    ),
  ];
  const unknown = named.filter((id) => id.startsWith("headrace.") && !ours.has(id));
  assert.deepEqual(unknown, []);
});

test("settings have the registry's names and defaults", () => {
  const properties = contributes.configuration.flatMap((group) => Object.entries(group.properties));
  const defaults = Object.fromEntries(
    properties.map(([id, setting]) => [id.replace("headrace.", ""), setting.default]),
  );
  assert.deepEqual(defaults, settingDefaults);
});

test("views and walkthrough have the registry's ids, and each view welcomes in every state", () => {
  assert.deepEqual(
    contributes.views["headrace"]?.map((view) => view.id),
    [...viewIds],
  );
  assert.equal(
    `${manifest.publisher}.${manifest.name}#${contributes.walkthroughs[0]?.id ?? ""}`,
    walkthroughId,
  );
  assert.ok((contributes.walkthroughs[0]?.steps.length ?? 99) <= 5);
  for (const view of viewIds) {
    const states = contributes.viewsWelcome
      .filter((welcome) => welcome.view === view)
      .map((welcome) => welcome.when);
    assert.ok(
      states.some((when) => when === "workspaceFolderCount == 0"),
      `${view} without a folder`,
    );
    assert.ok(states.length >= 3, `${view} has a welcome for each state`);
  }
});

test("clauses name context keys that the code sets", () => {
  const clauses = [...text.matchAll(/"(?:when|enablement)": "([^"]*)"/g)].map(([, clause = ""]) => clause);
  const named = clauses.flatMap((clause) =>
    [...clause.matchAll(/(?:^|[\s!(])(headrace\.\w+)/g)].map(([, key = ""]) => key),
  );
  const known = new Set<string>([...Object.keys(contextKeyTable), ...viewIds]);
  assert.deepEqual(
    named.filter((key) => !known.has(key)),
    [],
  );
  for (const key of Object.keys(contextKeyTable)) assert.ok(named.includes(key), `${key} is used by nothing`);
});

test("colours that statuses are shown in are contributed", () => {
  const used = [...read("src/ui/status.ts").matchAll(/"(headrace\.\w+)"/g)].map(([, id = ""]) => id);
  const known = new Set(contributes.colors.map((color) => color.id));
  assert.deepEqual(
    [...new Set(used)].filter((id) => !known.has(id)),
    [],
  );
});

test("pictures that the manifest names are there", () => {
  const named = [...text.matchAll(/"(media\/[^"]+)"/g)].map(([, file = ""]) => file);
  assert.deepEqual(
    named.filter((file) => !existsSync(path.join(root, file))),
    [],
  );
});

test("every string of the manifest is there in English and German, and no other", () => {
  const used = new Set([...text.matchAll(/"%([^%"]+)%"/g)].map(([, key = ""]) => key));
  assert.deepEqual(sorted(Object.keys(nls)), sorted(used));
  assert.deepEqual(sorted(Object.keys(nlsGerman)), sorted(used));
});

test("every string of the code is there in German, with the same places, and no other", () => {
  const german = JSON.parse(read("l10n/bundle.l10n.de.json")) as Record<string, string>;
  const used = new Set(
    sourceFiles(path.join(root, "src")).flatMap((file) => translatable(readFileSync(file, "utf8"))),
  );
  assert.deepEqual(sorted(Object.keys(german)), sorted(used));
  const places = (one: string): readonly string[] => sorted(one.match(/\{\d\}/g) ?? []);
  for (const [key, translated] of Object.entries(german)) {
    assert.deepEqual(places(translated), places(key), key);
  }
});

function sourceFiles(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const full = path.join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === "sdk" ? [] : sourceFiles(full);
    return entry.name.endsWith(".ts") ? [full] : [];
  });
}

/** First arguments of `l10n.t(…)`, and of the panels' `t(…)`. */
function translatable(source: string): readonly string[] {
  return [...source.matchAll(/\bl10n\.t\(\s*"((?:[^"\\]|\\.)*)"/g)].map(
    ([, key = ""]) => JSON.parse(`"${key}"`) as string,
  );
}
