/** The extension's own record, in the output panel. */
import { HeadraceError, messageOf } from "../core/errors";

export interface Log {
  info(message: string): void;
  warn(message: string): void;
  error(what: string, error: unknown): void;
  show(): void;
}

interface Channel {
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
  show(preserveFocus?: boolean): void;
}

export function logTo(channel: Channel): Log {
  return {
    info: (message) => channel.info(message),
    warn: (message) => channel.warn(message),
    error: (what, error) => channel.error(`${what}: ${describe(error)}`),
    show: () => channel.show(true),
  };
}

/** Everything that helps whoever reads the log; users see only the message and the advice. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return messageOf(error);
  const lines = [
    HeadraceError.is(error) ? `[${error.code}] ${error.message}` : (error.stack ?? error.message),
  ];
  if (error.cause !== undefined) lines.push(`  caused by ${describe(error.cause)}`);
  return lines.join("\n");
}
