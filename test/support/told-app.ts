/** An app in front of whose login Sallyport stands, and a receiver that flaps and is told who got in: what tests of telling share. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FlappingReceiver, startFlappingReceiver } from "./flapping-receiver.ts";
import { type RunningSallyport, startSallyport } from "./sallyport.ts";

/** What the calls are signed with. */
export const resetSecret = `whsec_${Buffer.from("the reset hook's own secret, 32b").toString("base64")}`;

/** The app, the receiver, and the folders of the processes that one after the other stand in front of it. */
export interface ToldApp {
  readonly receiver: FlappingReceiver;
  readonly dataDir: string;
  /** Starts a process on the data that the one before left. */
  start(env?: Readonly<Record<string, string>>): Promise<RunningSallyport>;
  /** Signs in as a tool does: names that start with `taken` get in. Rejects when the process is gone. */
  logIn(edgeUrl: string, email: string): Promise<number>;
  remove(): Promise<void>;
}

/** Makes it; `policies` gets the URLs of the app and of the receiver, and finds the secret in `secrets/reset`. */
export async function makeToldApp(
  policies: (urls: { readonly origin: string; readonly receiver: string }) => string,
): Promise<ToldApp> {
  const receiver = startFlappingReceiver(resetSecret);
  const origin = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: async (request) => {
      const { email } = (await request.json()) as { email: string };
      return Response.json({}, { status: email.startsWith("taken") ? 200 : 401 });
    },
  });
  const folder = await mkdtemp(join(tmpdir(), "sallyport-told-"));
  const policiesDir = join(folder, "policies");
  const dataDir = join(folder, "data");
  await mkdir(join(policiesDir, "secrets"), { recursive: true });
  await writeFile(join(policiesDir, "secrets/reset"), `${resetSecret}\n`);
  const urls = { origin: `http://127.0.0.1:${origin.port}`, receiver: receiver.url };
  await writeFile(join(policiesDir, "shop.policy"), policies(urls));
  const args = ["--policies", policiesDir, "--allow-webhook-target", "127.0.0.1", "--tell-timeout", "1"];
  return {
    receiver,
    dataDir,
    start: (env = {}) => startSallyport({ dataDir, args, env }),
    logIn: async (edgeUrl, email) => {
      const headers = { "content-type": "application/json", "x-tool": "stuffer" };
      const body = JSON.stringify({ email });
      const answer = await fetch(`${edgeUrl}/login`, { method: "POST", headers, body });
      await answer.arrayBuffer();
      return answer.status;
    },
    remove: async () => {
      await origin.stop(true);
      receiver.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
