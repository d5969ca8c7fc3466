/** What a User-Agent claims to be; small on purpose, since nothing that matters may rest on it. */

/** The claims; undefined where nothing is recognised. */
export interface UserAgentClaims {
  readonly browser: string | undefined;
  /** The major version. */
  readonly version: number | undefined;
  readonly os: string | undefined;
  readonly isBot: boolean;
}

/** Only the beginning is read: real ones are shorter, and hostile ones cost no more. */
const maxLength = 512;

/** Order matters: everyone claims to be Safari, and Chromium's children claim to be Chrome. */
const browsers: readonly (readonly [name: string, product: string])[] = [
  ["edge", "Edg/"],
  ["edge", "EdgA/"],
  ["edge", "EdgiOS/"],
  ["opera", "OPR/"],
  ["samsung", "SamsungBrowser/"],
  ["firefox", "Firefox/"],
  ["firefox", "FxiOS/"],
  ["chrome", "CriOS/"],
  ["chrome", "HeadlessChrome/"],
  ["chrome", "Chrome/"],
  ["safari", "Version/"],
  ["curl", "curl/"],
  ["wget", "Wget/"],
  ["python-requests", "python-requests/"],
  ["python", "Python-urllib/"],
  ["aiohttp", "aiohttp/"],
  ["okhttp", "okhttp/"],
  ["go", "Go-http-client/"],
  ["java", "Java/"],
  ["dart", "Dart/"],
  ["cfnetwork", "CFNetwork/"],
  ["postman", "PostmanRuntime/"],
  ["axios", "axios/"],
  ["node-fetch", "node-fetch"],
];

const systems: readonly (readonly [name: string, mark: string])[] = [
  ["android", "Android"],
  ["ios", "iPhone"],
  ["ios", "iPad"],
  ["windows", "Windows NT"],
  ["chromeos", "CrOS"],
  ["macos", "Mac OS X"],
  ["ios", "Darwin"],
  ["linux", "Linux"],
];

const botMark = /bot\b|bot[/;)_-]|crawl|spider|slurp|bingpreview|facebookexternalhit|headless|\+https?:\/\//i;

/** Reads the claims of a User-Agent value. */
export function readUserAgent(value: string): UserAgentClaims {
  const text = value.length > maxLength ? value.slice(0, maxLength) : value;
  const found = browsers.find(
    ([name, product]) => text.includes(product) && (name !== "safari" || isSafari(text)),
  );
  const [browser, product] = found ?? [];
  const version =
    product === undefined ? undefined : majorVersion(text, text.indexOf(product) + product.length);
  const os = systems.find(([, mark]) => text.includes(mark))?.[0];
  return { browser, version, os, isBot: botMark.test(text) };
}

function isSafari(text: string): boolean {
  return text.includes("Safari/") && text.includes("AppleWebKit/");
}

function majorVersion(text: string, at: number): number | undefined {
  const version = Number.parseInt(text.slice(at, at + 5), 10);
  return Number.isNaN(version) ? undefined : version;
}
