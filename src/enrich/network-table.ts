/**
 * The flattened network data: one buffer of sorted range starts and row numbers that is searched in
 * place, so that starting costs one read and no parsing, and 412,000 ranges need no objects.
 *
 * Little-endian words: magic, checksum of all that follows, counts (IPv4 ranges, IPv6 ranges, rows, ASes,
 * bytes of names), then the columns in the order of `layoutOf`.
 */

/** What `encodeNetworkTable` packs; rows and ASes at index 0 mean "unknown". */
export interface NetworkColumns {
  readonly starts4: readonly number[];
  readonly rows4: readonly number[];
  /** Upper 64 bits of the address. */
  readonly starts6: readonly bigint[];
  readonly rows6: readonly number[];
  /** Per row: index of its AS, and its country as two ASCII bytes (0: unknown). */
  readonly rowAs: readonly number[];
  readonly rowCountry: readonly number[];
  readonly asns: readonly number[];
  readonly names: readonly string[];
}

// The last digit counts format versions: an older file then reads as corrupt and is rebuilt.
const magic = 0x5350_4e31;
const headerWords = 7;

interface Counts {
  readonly ranges4: number;
  readonly ranges6: number;
  readonly rows: number;
  readonly ases: number;
  readonly nameBytes: number;
}

function layoutOf(buffer: ArrayBuffer, counts: Counts) {
  let offset = headerWords * 4;
  const words = (length: number) => {
    const column = new Uint32Array(buffer, offset, length);
    offset += length * 4;
    return column;
  };
  return {
    starts4: words(counts.ranges4),
    rows4: words(counts.ranges4),
    high6: words(counts.ranges6),
    low6: words(counts.ranges6),
    rows6: words(counts.ranges6),
    rowAs: words(counts.rows),
    rowCountry: words(counts.rows),
    asns: words(counts.ases),
    nameEnds: words(counts.ases),
    names: new Uint8Array(buffer, offset, counts.nameBytes),
  };
}

function byteLengthOf(counts: Counts): number {
  const words = headerWords + 2 * counts.ranges4 + 3 * counts.ranges6 + 2 * counts.rows + 2 * counts.ases;
  return words * 4 + counts.nameBytes;
}

function checksumOf(buffer: ArrayBuffer): number {
  return Bun.hash.xxHash32(new Uint8Array(buffer, 8));
}

/** Packs the columns into the file's bytes. */
export function encodeNetworkTable(columns: NetworkColumns): ArrayBuffer {
  const encoded = columns.names.map((name) => Buffer.from(name, "utf8"));
  const names = Buffer.concat(encoded);
  const counts: Counts = {
    ranges4: columns.starts4.length,
    ranges6: columns.starts6.length,
    rows: columns.rowAs.length,
    ases: columns.asns.length,
    nameBytes: names.length,
  };
  const buffer = new ArrayBuffer(byteLengthOf(counts));
  const layout = layoutOf(buffer, counts);
  layout.starts4.set(columns.starts4);
  layout.rows4.set(columns.rows4);
  layout.high6.set(columns.starts6.map((start) => Number(start >> 32n)));
  layout.low6.set(columns.starts6.map((start) => Number(start & 0xffffffffn)));
  layout.rows6.set(columns.rows6);
  layout.rowAs.set(columns.rowAs);
  layout.rowCountry.set(columns.rowCountry);
  layout.asns.set(columns.asns);
  let end = 0;
  layout.nameEnds.set(encoded.map((name) => (end += name.length)));
  layout.names.set(names);
  const header = new Uint32Array(buffer, 0, headerWords);
  header.set([magic, 0, counts.ranges4, counts.ranges6, counts.rows, counts.ases, counts.nameBytes]);
  header[1] = checksumOf(buffer);
  return buffer;
}

/** Looks addresses up in the flattened data; row 0 means that nothing is known. */
export class NetworkTable {
  readonly rowCount: number;
  private readonly columns: ReturnType<typeof layoutOf>;
  private readonly firstByPrefix: Uint32Array;

  private constructor(buffer: ArrayBuffer, counts: Counts) {
    this.rowCount = counts.rows;
    this.columns = layoutOf(buffer, counts);
    this.firstByPrefix = prefixIndex(this.columns.starts4);
  }

  /** Opens a file's bytes without copying; undefined if they are not a whole, intact table of this version. */
  static open(buffer: ArrayBuffer): NetworkTable | undefined {
    if (buffer.byteLength < headerWords * 4) return undefined;
    const [found = 0, checksum = 0, ranges4 = 0, ranges6 = 0, rows = 0, ases = 0, nameBytes = 0] =
      new Uint32Array(buffer, 0, headerWords);
    const counts = { ranges4, ranges6, rows, ases, nameBytes };
    if (found !== magic || byteLengthOf(counts) !== buffer.byteLength) return undefined;
    return checksumOf(buffer) === checksum ? new NetworkTable(buffer, counts) : undefined;
  }

  /** The row of an IPv4 address, given as an unsigned word. */
  row4(word: number): number {
    const { starts4, rows4 } = this.columns;
    // The range that holds the address starts at or before it, and after the prefix's first candidate.
    let low = this.firstByPrefix[word >>> 16] as number;
    let high = this.firstByPrefix[(word >>> 16) + 1] as number;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((starts4[middle] as number) <= word) low = middle;
      else high = middle - 1;
    }
    return rows4[low] ?? 0;
  }

  /** The row of an IPv6 address, given as its two upper words. */
  row6(a: number, b: number): number {
    const { high6, low6, rows6 } = this.columns;
    let low = 0;
    let high = high6.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      const start = high6[middle] as number;
      if (start < a || (start === a && (low6[middle] as number) <= b)) low = middle;
      else high = middle - 1;
    }
    return rows6[low] ?? 0;
  }

  /** The AS number of a row; undefined where nobody announces the addresses. */
  asn(row: number): number | undefined {
    return this.columns.asns[this.columns.rowAs[row] ?? 0] || undefined;
  }

  /** The registered name of a row's AS. */
  asName(row: number): string | undefined {
    const as = this.columns.rowAs[row] ?? 0;
    const start = as === 0 ? 0 : (this.columns.nameEnds[as - 1] ?? 0);
    const bytes = this.columns.names.subarray(start, this.columns.nameEnds[as] ?? start);
    return bytes.length === 0 ? undefined : Buffer.from(bytes).toString("utf8");
  }

  /** The country of a row's registration, ISO 3166-1 alpha-2. */
  country(row: number): string | undefined {
    const code = this.columns.rowCountry[row] ?? 0;
    return code === 0 ? undefined : String.fromCharCode(code >>> 8, code & 0xff);
  }
}

// For each upper half of an address the last range that starts at or before it: sixteen steps of the
// binary search less.
function prefixIndex(starts: Uint32Array): Uint32Array {
  const index = new Uint32Array(65_537);
  let position = 0;
  for (let prefix = 0; prefix < 65_536; prefix++) {
    const word = prefix * 65_536;
    while (position + 1 < starts.length && (starts[position + 1] as number) <= word) position++;
    index[prefix] = position;
  }
  index[65_536] = Math.max(0, starts.length - 1);
  return index;
}
