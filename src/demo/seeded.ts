/**
 * What a seeded shop contains, derivable without a database: tests and load generators sign in as
 * `seededAccount(7)` and spend `seededCard(7)`. Every value is a pure function of index and seed.
 */
import { pick, seededRandom } from "./random.ts";

/** The seed of a shop that was started without one. */
export const defaultSeed = 1;

/** Accounts that a fresh shop has: indices 0 to 2,999. */
export const seededAccounts = 3000;

/** Gift cards that a fresh shop has: indices 0 to 1,999. */
export const seededCards = 2000;

const givenNames =
  "Amelia Callum Priya Owen Freya Tomasz Isla Kofi Nadia Rhys Yusuf Orla Mei Declan Sofia Hamish Leila Ewan Chloe Arjun Bronwen Mateo Zara Alasdair Ingrid Femi Poppy Stefan Aisha Lachlan".split(
    " ",
  );
const familyNames =
  "Hartley Okafor Pritchard MacLeod Nowak Fairweather Singh Tremayne Okonkwo Lindqvist Barrow Castellan Ahmed Penrose Whitlock Duarte Sinclair Rahman Ashdown Kowalski Thorne Mbeki Lockhart Greaves Chaudhry Winslow Alderton Farrow Jansen Quill".split(
    " ",
  );
const mailDomains = ["mailbox.example", "postbox.example", "quickmail.example", "inbox.example"];
const passwordWords =
  "sunflower Tigger marmalade Arsenal midnight Pebbles dragonfly Rosie seaside Whisky bluebell Hendrix".split(
    " ",
  );
const balances = [10, 10, 15, 20, 25, 25, 25, 50, 50, 75, 100, 150];

/** Credentials of the account at `index` (0-based), as a customer would type them. */
export function seededAccount(
  index: number,
  seed: number = defaultSeed,
): { email: string; password: string; name: string } {
  const random = seededRandom(seed, "account", index);
  const given = pick(random, givenNames);
  const family = pick(random, familyNames);
  // The index in the address keeps addresses unique whatever the names are.
  const email = `${given}.${family}${index + 1}@${pick(random, mailDomains)}`.toLowerCase();
  const year = 1950 + Math.floor(random() * 60);
  const password = `${pick(random, passwordWords)}${year}${pick(random, ["", "!", "?", "x", "_uk"])}`;
  return { email, password, name: `${given} ${family}` };
}

/** Code (with dashes) and fresh balance in pounds of the gift card at `index` (0-based); some are empty. */
export function seededCard(index: number, seed: number = defaultSeed): { code: string; balance: number } {
  const random = seededRandom(seed, "card", index);
  const digits = Array.from({ length: 3 }, () => String(Math.floor(random() * 10_000)).padStart(4, "0"));
  return { code: `HPGC-${digits.join("-")}`, balance: random() < 0.15 ? 0 : pick(random, balances) };
}
