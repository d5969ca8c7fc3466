import { expect, test } from "bun:test";
import { readUserAgent } from "./user-agent.ts";

const webkit = "AppleWebKit/537.36 (KHTML, like Gecko)";
const cases: [
  value: string,
  browser: string | undefined,
  version: number | undefined,
  os: string | undefined,
  isBot: boolean,
][] = [
  [`Mozilla/5.0 (X11; Linux x86_64) ${webkit} Chrome/140.0.0.0 Safari/537.36`, "chrome", 140, "linux", false],
  [
    `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${webkit} Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0`,
    "edge",
    140,
    "windows",
    false,
  ],
  ["Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0", "firefox", 143, "linux", false],
  [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
    "safari",
    18,
    "ios",
    false,
  ],
  [
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15",
    "safari",
    17,
    "macos",
    false,
  ],
  ["curl/8.14.1", "curl", 8, undefined, false],
  ["python-requests/2.32.3", "python-requests", 2, undefined, false],
  ["okhttp/4.12.0", "okhttp", 4, undefined, false],
  [
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    undefined,
    undefined,
    undefined,
    true,
  ],
  ["Mozilla/4.0 (Hydra)", undefined, undefined, undefined, false],
  ["Chrome/", "chrome", undefined, undefined, false],
  ["", undefined, undefined, undefined, false],
  [`${"x".repeat(100_000)}Chrome/1`, undefined, undefined, undefined, false],
];
test.each(cases)("%s", (value, browser, version, os, isBot) => {
  expect(readUserAgent(value)).toEqual({ browser, version, os, isBot });
});
