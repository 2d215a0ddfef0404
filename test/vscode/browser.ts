/** The browser that shows VS Code's workbench: Chromium or Chrome from the system; installed by apt where that is possible. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chromium, type Browser } from "playwright-core";

const CANDIDATES = [
  process.env["HEADRACE_CHROMIUM"],
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

/** What keeps Chromium quiet on a machine without a network or a GPU. */
export const CHROMIUM_FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  `--disable-features=${[
    // Two renderers for the suggestions of an address bar, in every window that opens: more work than most tests are.
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    // This switch takes the place of Playwright's own, which turns these off.
    "AimEnabled",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "ThirdPartyStoragePartitioning",
  ].join(",")}`,
];

export function findChromium(): string | undefined {
  return CANDIDATES.find(
    (candidate): candidate is string => candidate !== undefined && existsSync(candidate),
  );
}

export function installChromium(log: (line: string) => void = console.log): string {
  const found = findChromium();
  if (found !== undefined) return found;
  log("Installing Chromium with apt; this happens once.");
  const sudo = process.getuid?.() === 0 ? [] : ["sudo"];
  for (const command of [
    ["apt-get", "update", "-qq"],
    ["apt-get", "install", "-y", "-qq", "chromium"],
  ]) {
    const [program = "", ...args] = [...sudo, ...command];
    execFileSync(program, args, {
      stdio: ["ignore", "ignore", "inherit"],
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    });
  }
  const installed = findChromium();
  if (installed === undefined) {
    throw new Error("No Chromium or Chrome was found. Install one, or name it in HEADRACE_CHROMIUM.");
  }
  return installed;
}

export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: installChromium(), args: CHROMIUM_FLAGS });
}
