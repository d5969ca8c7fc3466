/** The console as someone who is signed in sees it, over HTTP. */

/** A signed-in session. */
export interface ConsoleSession {
  /** The Cookie field's value. */
  readonly cookie: string;
  /** Asks for a path of the console; redirects are not followed, so that losing the session shows. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
}

/** Signs in; rejects with the answer if the console refuses. */
export async function signIn(consoleUrl: string, password: string, name = "admin"): Promise<ConsoleSession> {
  const answer = await fetch(`${consoleUrl}/sign-in`, {
    method: "POST",
    body: new URLSearchParams({ name, password, next: "/" }),
    redirect: "manual",
  });
  const cookie = answer.headers
    .getSetCookie()
    .map((field) => field.split(";", 1)[0])
    .join("; ");
  if (answer.status !== 303 || cookie === "") {
    throw new Error(`signing in as ${name} was answered with ${answer.status}\n${await answer.text()}`);
  }
  return {
    cookie,
    fetch: (path, init = {}) => {
      const headers = new Headers(init.headers);
      headers.set("cookie", cookie);
      return fetch(`${consoleUrl}${path}`, { redirect: "manual", ...init, headers });
    },
  };
}
