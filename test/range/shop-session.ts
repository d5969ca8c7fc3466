/** Somebody using the shop, customer or attacker: his software, his connection, his cookies, and what came of it. */
import type { Intent, Software } from "./client-software.ts";
import type { WireAnswer } from "./wire-answer.ts";
import type { WireClient } from "./wire-client.ts";

/** How a sign-in looked to its sender. */
export type SignInView = "in" | "refused" | "stopped" | "broken";

/** Statuses that the shop itself never gives: something in front of it does. */
const stopStatuses = new Set([403, 429, 503]);

/** One visit; pages and the app's interface are two ways of doing the same. */
export class ShopSession {
  readonly #client: WireClient;
  readonly #software: Software;
  readonly #isApp: boolean;
  readonly #cookies: Map<string, string>;
  readonly #sent: (address: string, path: string) => void;
  #bearer: string | undefined;
  /** Answers that only a proxy gives, so far. */
  stops = 0;
  /** Requests without any answer, and answers of a broken server. */
  breaks = 0;

  constructor(
    client: WireClient,
    software: Software,
    options: {
      readonly isApp: boolean;
      readonly sent: (address: string, path: string) => void;
      /** What a browser has kept from earlier visits, and keeps from this one; apps keep none. */
      readonly cookies?: Map<string, string>;
    },
  ) {
    this.#client = client;
    this.#software = software;
    this.#isApp = options.isApp;
    this.#cookies = options.cookies ?? new Map();
    this.#sent = options.sent;
  }

  async request(intent: Omit<Intent, "cookies" | "bearer">): Promise<WireAnswer | undefined> {
    const cookies = [...this.#cookies].map(([name, value]) => `${name}=${value}`);
    const whole: Intent = {
      ...intent,
      cookies: this.#isApp ? [] : cookies,
      ...(this.#bearer !== undefined && { bearer: this.#bearer }),
    };
    this.#sent(this.#client.address, intent.path);
    const answer = await this.#client.send({ ...intent, headers: this.#software.headers(whole) });
    if (!answer || (answer.status >= 500 && answer.status !== 503)) this.breaks++;
    else if (stopStatuses.has(answer.status)) this.stops++;
    for (const pair of answer?.cookies ?? []) {
      const equals = pair.indexOf("=");
      this.#cookies.set(pair.slice(0, equals), pair.slice(equals + 1));
    }
    return answer;
  }

  /** A page with what it loads. */
  async page(path: string, isFirst = false): Promise<void> {
    await this.request({ kind: "navigation", method: "GET", path });
    if (!isFirst) return;
    await this.request({ kind: "style", method: "GET", path: "/assets/shop.css" });
    await this.request({ kind: "script", method: "GET", path: "/assets/shop-client.js" });
  }

  get(path: string): Promise<WireAnswer | undefined> {
    return this.request({ kind: "fetch", method: "GET", path });
  }

  /** A form in a browser, JSON in the app. */
  post(
    page: string,
    api: string,
    fields: Readonly<Record<string, string | number>>,
  ): Promise<WireAnswer | undefined> {
    if (this.#isApp) {
      return this.request({ kind: "send", method: "POST", path: api, body: JSON.stringify(fields) });
    }
    const form = new URLSearchParams(
      Object.entries(fields).map(([name, value]): [string, string] => [name, String(value)]),
    );
    return this.request({ kind: "form", method: "POST", path: page, body: form.toString() });
  }

  async signIn(email: string, password: string): Promise<SignInView> {
    const answer = await this.post("/login", "/api/v1/session", { email, password });
    if (!answer) return "broken";
    if (stopStatuses.has(answer.status)) return "stopped";
    const token = /"access_token":"([^"]+)"/.exec(answer.body)?.[1];
    if (this.#isApp && answer.status === 200 && token !== undefined) {
      this.#bearer = token;
      return "in";
    }
    return answer.status === 303 ? "in" : "refused";
  }

  close(): void {
    this.#client.close();
  }
}
