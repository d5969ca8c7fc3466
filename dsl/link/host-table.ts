/** Finds an app by the host that was asked for. */

/** Hosts and wildcards to values: the exact host, then the longest wildcard, then `*`. */
export class HostTable<T> {
  private readonly exact = new Map<string, T>();
  private readonly wildcards = new Map<string, T>();
  private fallback: T | undefined;

  /** Adds a host in lower case, `*.example.com` (any depth below it), or `*`. */
  add(host: string, value: T): void {
    if (host === "*") this.fallback = value;
    else if (host.startsWith("*.")) this.wildcards.set(host.slice(1), value);
    else this.exact.set(host, value);
  }

  /** The value of a host in lower case without port. */
  find(host: string): T | undefined {
    const found = this.exact.get(host);
    if (found !== undefined) return found;
    if (this.wildcards.size > 0) {
      for (let dot = host.indexOf("."); dot >= 0; dot = host.indexOf(".", dot + 1)) {
        const wild = this.wildcards.get(host.slice(dot));
        if (wild !== undefined) return wild;
      }
    }
    return this.fallback;
  }
}
