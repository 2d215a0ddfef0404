/**
 * Where processes reach the engine: one server per engine, which only this user can connect to and which wants a token.
 * Unix domain socket in a private folder on POSIX, loopback TCP on Windows.
 */
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo, Server, Socket } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import * as v from "valibot";
import { HeadraceError } from "../core/errors";
import { deferred } from "../core/deferred";
import { thisProcess } from "../store/processes";
import { publishEndpoint } from "./endpointFile";
import type { PublishedEndpoint } from "./endpointFile";
import { ConnectionPeer } from "./peer";
import { ENVIRONMENT, PROTOCOL_VERSION } from "./protocol";
import type { EndpointFile, HelloResult } from "./protocol";
import { RpcConnection } from "./rpc";
import type { PeerService } from "./runtime";
import { helloSchema } from "./schemas";
import { TokenRing } from "./tokens";

/** How long a stranger may stay silent. */
const HELLO_DEADLINE_MS = 10_000;
/** Connections that have not said hello yet; more are turned away, so that a flood can't use up file descriptors. */
const STRANGERS_LIMIT = 32;
const CONNECTIONS_LIMIT = 512;
/** `sun_path` holds 104 bytes on macOS, 108 on Linux. */
const SOCKET_PATH_LIMIT = 100;

export interface EndpointOptions {
  /** What every peer learns about this engine. */
  readonly welcome: Omit<HelloResult, "protocol">;
}

/** A worker that was told its token and has not connected yet. */
export interface ExpectedWorker {
  readonly environment: Readonly<Record<string, string>>;
  readonly peer: Promise<ConnectionPeer>;
  /** The token is worth nothing from now on. */
  forget(): void;
}

export class Endpoint {
  readonly address: string;
  readonly #folder: string;
  readonly #server: Server;
  readonly #welcome: HelloResult;
  readonly #tokens = new TokenRing();
  readonly #connections = new Set<RpcConnection>();
  readonly #strangers = new Set<Socket>();
  readonly #service = deferred<PeerService>();
  readonly #published: PublishedEndpoint;

  static async open({ welcome }: EndpointOptions): Promise<Endpoint> {
    const folder = await privateFolder();
    const server = createServer();
    server.maxConnections = CONNECTIONS_LIMIT;
    try {
      const address = await listen(server, folder);
      const token = randomBytes(32).toString("base64url");
      const file: EndpointFile = { protocol: PROTOCOL_VERSION, address, token, ...thisProcess() };
      const published = await publishEndpoint(file, welcome.store, folder);
      return new Endpoint(server, folder, file, published, { ...welcome, protocol: PROTOCOL_VERSION });
    } catch (error) {
      server.close();
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  private constructor(
    server: Server,
    folder: string,
    file: EndpointFile,
    published: PublishedEndpoint,
    welcome: HelloResult,
  ) {
    this.#server = server;
    this.#folder = folder;
    this.#published = published;
    this.#welcome = welcome;
    this.address = file.address;
    this.#tokens.add(file.token);
    // Nobody may ever serve (the store fails to open): that is told by whoever opened it, not here.
    this.#service.promise.catch(() => undefined);
    server.on("connection", (socket) => this.#accept(socket));
  }

  /** Requests of peers wait until the engine is there to answer them, so that a worker may start before the store opens. */
  serve(service: PeerService): void {
    this.#service.resolve(service);
  }

  /** For a process that starts now: its address, and a token that is good for one connection. */
  expectWorker(): ExpectedWorker {
    const token = randomBytes(32).toString("base64url");
    const connected = deferred<ConnectionPeer>();
    // Whoever expects may stop caring (the process died first); the rejection in `close` then has no reader.
    connected.promise.catch(() => undefined);
    const forget = (): void => {
      this.#tokens.remove(token);
      connected.reject(new HeadraceError("worker-lost", "The process ended before it connected."));
    };
    this.#tokens.add(token, (peer) => connected.resolve(peer));
    return {
      environment: { [ENVIRONMENT.address]: this.address, [ENVIRONMENT.token]: token },
      peer: connected.promise,
      forget,
    };
  }

  /** For terminals and child processes. */
  environment(): Readonly<Record<string, string>> {
    return { [ENVIRONMENT.endpoint]: this.#published.path };
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#service.reject(new HeadraceError("cancelled", "The engine has closed."));
    for (const connection of this.#connections) connection.close();
    for (const stranger of this.#strangers) stranger.destroy();
    await Promise.all([closed, this.#published.remove()]);
    await rm(this.#folder, { recursive: true, force: true });
  }

  #accept(socket: Socket): void {
    if (this.#strangers.size >= STRANGERS_LIMIT) {
      socket.destroy();
      return;
    }
    this.#strangers.add(socket);
    const deadline = setTimeout(() => socket.destroy(), HELLO_DEADLINE_MS);
    let peer: ConnectionPeer | null = null;
    const rpc: RpcConnection = new RpcConnection(socket, {
      request: async (method, params) => {
        if (peer !== null) return this.#answer(method, params, peer);
        peer = this.#greet(method, params, rpc);
        clearTimeout(deadline);
        this.#strangers.delete(socket);
        return this.#welcome;
      },
      notification: (method, params) => {
        if (peer === null) return;
        if (method === "step.output") peer.output(params as Parameters<ConnectionPeer["output"]>[0]);
        else void this.#progress(params as Parameters<NonNullable<PeerService["progress"]>>[0], peer);
      },
    });
    this.#connections.add(rpc);
    rpc.closed.addEventListener("abort", () => {
      clearTimeout(deadline);
      this.#strangers.delete(socket);
      this.#connections.delete(rpc);
    });
  }

  /** The first request must be a `hello` with a token that we gave. Anything else ends the connection without a word. */
  #greet(method: string, params: unknown, rpc: RpcConnection): ConnectionPeer {
    const refuse = (): never => {
      rpc.close();
      throw new HeadraceError("no-permission", "Refused.");
    };
    const said = v.safeParse(helloSchema, params);
    if (method !== "hello" || !said.success) return refuse();
    const hello = said.output;
    const holder = this.#tokens.redeem(hello.token);
    if (holder === null) return refuse();
    if (hello.protocol !== PROTOCOL_VERSION) throw otherProtocol(hello.protocol);
    rpc.trust();
    const peer = new ConnectionPeer(hello, rpc);
    holder.welcome(peer);
    return peer;
  }

  async #answer(method: string, params: unknown, peer: ConnectionPeer): Promise<unknown> {
    if (method === "hello") throw new HeadraceError("invalid", "This connection has said hello already.");
    const service = await this.#service.promise;
    return service.request(method, params, peer);
  }

  async #progress(
    params: Parameters<NonNullable<PeerService["progress"]>>[0],
    peer: ConnectionPeer,
  ): Promise<void> {
    const service = await this.#service.promise.catch(() => null);
    service?.progress?.(params, peer);
  }
}

/** Opened by the first who needs it: an engine that only reads listens to nobody. */
export class EndpointOnDemand {
  readonly #options: EndpointOptions;
  readonly #service = deferred<PeerService>();
  #opening: Promise<Endpoint> | null = null;

  constructor(options: EndpointOptions) {
    this.#options = options;
  }

  readonly get = (): Promise<Endpoint> => {
    this.#opening ??= this.#open();
    return this.#opening;
  };

  serve(service: PeerService): void {
    this.#service.resolve(service);
  }

  async close(): Promise<void> {
    await this.#opening?.then(
      (endpoint) => endpoint.close(),
      // Whoever asked for it was told that it could not be opened.
      () => undefined,
    );
  }

  async #open(): Promise<Endpoint> {
    const endpoint = await Endpoint.open(this.#options);
    void this.#service.promise.then((service) => endpoint.serve(service));
    return endpoint;
  }
}

function otherProtocol(protocol: number): HeadraceError {
  const said = `This process speaks version ${protocol} of Headrace's protocol, the engine version ${PROTOCOL_VERSION}.`;
  const advice =
    "Open a new terminal, or reinstall the SDK from this version of the extension, so that both are alike.";
  return new HeadraceError("unsupported", said, { advice });
}

/** A new folder that only this user may enter (`mkdtemp` makes it 0700), with a path short enough for a socket. */
async function privateFolder(): Promise<string> {
  const base = tmpdir();
  const short =
    process.platform === "win32" || base.length <= SOCKET_PATH_LIMIT - "/headrace-XXXXXX/s".length;
  return mkdtemp(path.join(short ? base : "/tmp", "headrace-"));
}

async function listen(server: Server, folder: string): Promise<string> {
  const windows = process.platform === "win32";
  const socketPath = path.join(folder, "s");
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    const done = (): void => {
      server.off("error", reject);
      resolve();
    };
    if (windows) server.listen({ host: "127.0.0.1", port: 0, exclusive: true }, done);
    else server.listen(socketPath, done);
  });
  return windows ? `tcp:127.0.0.1:${(server.address() as AddressInfo).port}` : `unix:${socketPath}`;
}
