/** Debian's nginx as an origin: its own folder, its own configuration, in the foreground. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { waitUntil } from "./wait-until.ts";

/** A running nginx. */
export interface RunningNginx {
  readonly url: string;
  readonly port: number;
  stop(): Promise<void>;
}

/** Starts one server block with `root` as its folder; rejects with nginx's own words if it does not come up. */
export async function startNginx(root: string, server: string): Promise<RunningNginx> {
  const nginx = Bun.which("nginx", { PATH: `${process.env["PATH"] ?? ""}:/usr/sbin:/sbin` });
  if (nginx === null) throw new Error("nginx is not installed: apt-get install nginx");
  const folder = await mkdtemp(join(tmpdir(), "sallyport-nginx-"));
  const port = freePort();
  const scratch = ["body", "proxy", "fastcgi", "uwsgi", "scgi"];
  for (const name of scratch) await mkdir(join(folder, name));
  const file = join(folder, "nginx.conf");
  await writeFile(
    file,
    `daemon off;
master_process off;
pid ${folder}/nginx.pid;
error_log stderr error;
events { worker_connections 512; }
http {
  access_log off;
  default_type application/octet-stream;
  types { text/plain txt; text/html html; }
  ${scratch.map((name) => `${name === "body" ? "client_body" : name}_temp_path ${folder}/${name};`).join("\n  ")}
  server {
    listen 127.0.0.1:${port};
    root ${root};
    ${server}
  }
}
`,
  );
  const child = Bun.spawn([nginx, "-c", file, "-p", folder], {
    stdin: "ignore",
    stdout: "ignore",
    stderr: "pipe",
  });
  const stop = async () => {
    child.kill("SIGKILL");
    await child.exited;
    await rm(folder, { recursive: true, force: true });
  };
  const url = `http://127.0.0.1:${port}`;
  try {
    await waitUntil(
      "nginx answers",
      () =>
        child.exitCode !== null ||
        fetch(url).then(
          () => true,
          () => false,
        ),
    );
  } catch {
    child.kill("SIGKILL");
  }
  if (child.exitCode !== null || child.killed) {
    const words = await child.stderr.text();
    await stop();
    throw new Error(`nginx did not start\n${words}`);
  }
  return { url, port, stop };
}

/** A port that was free a moment ago: nginx cannot pick one itself and say which. */
function freePort(): number {
  using probe = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  return probe.port;
}
