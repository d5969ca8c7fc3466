/** A connection's logins are attempts, not routes that an attempt may lead to. */
import { expect, test } from "bun:test";
import type { EdgeConnection, EdgeRequest } from "../accept/edge-request.ts";
import { countLogins, loginsOn } from "./connection-logins.ts";

const connectionOf = () => ({}) as EdgeConnection;
const requestOn = (connection: EdgeConnection) => ({ connection }) as EdgeRequest;

test("each request counts once, however many login routes may take it", () => {
  const connection = connectionOf();
  const request = requestOn(connection);
  countLogins(request, 1);
  countLogins(request, 1);
  expect(loginsOn(connection)).toBe(1);
  countLogins(requestOn(connection), 1);
  expect(loginsOn(connection)).toBe(2);
});

test("a batch counts as so many attempts, also where only one reading sees it", () => {
  const connection = connectionOf();
  const request = requestOn(connection);
  countLogins(request, 1);
  countLogins(request, 40);
  countLogins(request, 1);
  expect(loginsOn(connection)).toBe(40);
});

test("connections are counted apart", () => {
  const [one, other] = [connectionOf(), connectionOf()];
  countLogins(requestOn(one), 1);
  expect(loginsOn(other)).toBe(0);
});
