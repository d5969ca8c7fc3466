/** The address of the accounts page: what it is filtered by, and where the page begins. */

/** What may stand in the address; `q` is a name as a person wrote it, or a keyed hash. */
export const accountQueryNames = ["q", "state", "app", "policy", "after"] as const;

/** The accounts page's query; empty values are left out. */
export type AccountQuery = Readonly<Partial<Record<(typeof accountQueryNames)[number], string>>>;

/** The address of a path with a query, changed as told; a change of the filter begins at the first page. */
export function accountsHref(path: string, query: AccountQuery, change: AccountQuery = {}): string {
  const parameters = new URLSearchParams();
  const { after: _, ...filter } = query;
  for (const name of accountQueryNames) {
    const value = { ...filter, ...change }[name];
    if (value !== undefined && value !== "") parameters.set(name, value);
  }
  const text = parameters.toString();
  return text === "" ? path : `${path}?${text}`;
}
