/** The software that customers and attackers use: browsers as captured, an app, crawlers, scripts. */
import { type CapturedKind, capturedHead } from "./browser-captures.ts";
import type { Dice } from "./seeded-dice.ts";

/** What is to be sent, before the software gives it its form. */
export interface Intent {
  readonly kind: CapturedKind;
  readonly method: string;
  readonly path: string;
  readonly body?: string;
  readonly cookies: readonly string[];
  readonly bearer?: string;
}

/** Gives a request the header lines of one piece of software. */
export interface Software {
  readonly name: string;
  headers(intent: Intent): readonly (readonly [string, string])[];
}

const host = "shop.example";

/** Versions and systems that people have; the order of their headers is that of the capture. */
const chromiumSystems = [
  ["Windows NT 10.0; Win64; x64", '"Windows"'],
  ["Macintosh; Intel Mac OS X 10_15_7", '"macOS"'],
  ["X11; Linux x86_64", '"Linux"'],
] as const;
const firefoxSystems = [
  "Windows NT 10.0; Win64; x64",
  "Macintosh; Intel Mac OS X 10.15",
  "X11; Linux x86_64",
];
const languages = [
  "en-GB,en;q=0.9",
  "en-US,en;q=0.9",
  "en-GB,en-US;q=0.9,en;q=0.8",
  "de-DE,de;q=0.9,en;q=0.8",
];

/** A person's browser: the captured heads, with his version, system and language. */
export function browser(name: "chromium" | "firefox", dice: Dice): Software {
  const system = dice.between(0, 2);
  const version = dice.pick(["154", "155", "156", "156", "156"]);
  const language = dice.pick(languages);
  const isChromium = name === "chromium";
  const agent = isChromium
    ? `Mozilla/5.0 (${chromiumSystems[system]?.[0]}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${version}.0.0.0 Safari/537.36`
    : `Mozilla/5.0 (${firefoxSystems[system]}; rv:140.0) Gecko/20100101 Firefox/140.0`;
  const valueOf = (header: string, captured: string, intent: Intent): string | undefined => {
    switch (header.toLowerCase()) {
      case "host":
        return host;
      case "user-agent":
        return agent;
      case "sec-ch-ua":
        return captured.replaceAll("156", version);
      case "sec-ch-ua-platform":
        return chromiumSystems[system]?.[1];
      case "accept-language":
        return isChromium ? language : captured;
      case "content-length":
        return String(Buffer.byteLength(intent.body ?? ""));
      case "origin":
        return `https://${host}`;
      case "referer":
        return `https://${host}/`;
      case "cookie":
        return intent.cookies.length > 0 ? intent.cookies.join("; ") : undefined;
      default:
        return captured;
    }
  };
  return {
    name,
    headers: (intent) => {
      const kind = intent.kind === "navigation" && intent.cookies.length > 0 ? "link" : intent.kind;
      return capturedHead(name, kind).headers.flatMap(([header, captured]) => {
        const value = valueOf(header, captured, intent);
        return value === undefined ? [] : [[header, value] as const];
      });
    },
  };
}

/** The shop's own app, as OkHttp sends; a release adds or moves headers. */
export function shopApp(release: "7.4.1" | "8.0.0", dice: Dice): Software {
  const isNew = release === "8.0.0";
  const device = dice.pick(["Pixel 9", "SM-S936B", "SM-A556B", "moto g85"]);
  return {
    name: `app ${release}`,
    headers: ({ body, bearer }) => [
      ["X-App-Version", release],
      ...(isNew ? ([["X-Device", device]] as const) : []),
      ["Accept", "application/json"],
      ...(bearer === undefined ? [] : ([["Authorization", `Bearer ${bearer}`]] as const)),
      ...(body === undefined
        ? []
        : ([
            ["Content-Type", "application/json; charset=utf-8"],
            ["Content-Length", String(Buffer.byteLength(body))],
          ] as const)),
      ["Host", host],
      ["Connection", "Keep-Alive"],
      ["Accept-Encoding", isNew ? "br,gzip" : "gzip"],
      ["User-Agent", isNew ? "okhttp/5.1.0" : "okhttp/4.12.0"],
    ],
  };
}

/** Which library's order of headers a script has. */
export type ScriptLibrary = "requests" | "go" | "axios" | "java";

const orders: Readonly<Record<ScriptLibrary, readonly string[]>> = {
  requests: [
    "Host",
    "User-Agent",
    "Accept-Encoding",
    "Accept",
    "Connection",
    "X-Request-Source",
    "Authorization",
    "Cookie",
    "Content-Length",
    "Content-Type",
  ],
  go: [
    "Host",
    "User-Agent",
    "Content-Length",
    "Accept",
    "Authorization",
    "Content-Type",
    "Cookie",
    "From",
    "Accept-Encoding",
  ],
  axios: [
    "Accept",
    "Content-Type",
    "Authorization",
    "X-Request-Source",
    "Cookie",
    "User-Agent",
    "Content-Length",
    "Accept-Encoding",
    "Host",
    "Connection",
  ],
  java: ["Content-Length", "Host", "User-Agent", "Accept", "Authorization", "Content-Type", "Cookie"],
};

/** A script or service with the headers that its library sends, and those of its own. */
export function script(
  library: ScriptLibrary,
  agent: string,
  extra: readonly (readonly [string, string])[] = [],
): Software {
  const order = orders[library];
  return {
    name: library,
    headers: ({ body, bearer, cookies, kind }) => {
      const values = new Map<string, string>([
        ["Host", host],
        ["User-Agent", agent],
        ["Accept-Encoding", "gzip, deflate"],
        ["Accept", "*/*"],
        ["Connection", "keep-alive"],
        ...extra,
      ]);
      if (bearer !== undefined) values.set("Authorization", `Bearer ${bearer}`);
      if (cookies.length > 0) values.set("Cookie", cookies.join("; "));
      if (body !== undefined) {
        values.set("Content-Length", String(Buffer.byteLength(body)));
        values.set(
          "Content-Type",
          kind === "form" ? "application/x-www-form-urlencoded" : "application/json",
        );
      }
      return order.flatMap((name) => {
        const value = values.get(name);
        return value === undefined ? [] : [[name, value] as const];
      });
    },
  };
}

/** Another order and another set of headers for each request: a tool that hides from exact prints. */
export function shuffled(dice: Dice): Software {
  const optional: readonly (readonly [string, string])[] = [
    ["Accept-Language", "en-US,en;q=0.5"],
    ["Cache-Control", "no-cache"],
    ["Pragma", "no-cache"],
    ["DNT", "1"],
    ["Sec-Fetch-Mode", "navigate"],
    ["Sec-Fetch-Site", "same-origin"],
    ["Upgrade-Insecure-Requests", "1"],
    ["Referer", `https://${host}/login`],
    ["Origin", `https://${host}`],
  ];
  return {
    name: "shuffled",
    headers: (intent) => {
      const agent = browser(dice.pick(["chromium", "firefox"]), dice)
        .headers({ ...intent, kind: "navigation" })
        .find(([name]) => name === "User-Agent")?.[1];
      const base = script("requests", agent ?? "Mozilla/5.0").headers(intent);
      return dice.shuffle([...base, ...optional.filter(() => dice.is(0.5))]);
    },
  };
}
