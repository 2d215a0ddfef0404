/** How numbers, times and names are written on pages. */
export { visible } from "../../src/core/visible";

/** `840 ms`, `3.2 s`, `4 m 05 s`, `2 h 07 m`: as in the rest of the extension. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} m ${String(seconds % 60).padStart(2, "0")} s`;
  const minutes = Math.floor(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} m`;
}

/** For what is still going on: whole seconds, so that it ticks evenly. */
export function formatElapsed(ms: number): string {
  return ms < 59_950 ? `${Math.max(0, Math.floor(ms / 1000))} s` : formatDuration(ms);
}

export function formatBytes(count: number): string {
  const units = ["B", "KB", "MB", "GB", "TB"];
  let value = count;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? String(Math.round(value)) : value.toFixed(1)} ${units[unit] ?? ""}`;
}

/** Date and time as the user's language writes them. */
export function formatMoment(time: number): string {
  return new Date(time).toLocaleString(document.documentElement.lang);
}
