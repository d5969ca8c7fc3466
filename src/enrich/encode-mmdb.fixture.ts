/** Writes tiny mmdb files (IPv4, 24-bit records) for tests, because no package here writes them. */

interface MmdbMap {
  readonly [key: string]: string | number | MmdbMap;
}

type TreeNode = [left: TreeNode | number | undefined, right: TreeNode | number | undefined];

/** Encodes networks in CIDR notation and their records, MaxMind DB format 2.0. */
export function encodeMmdb(networks: readonly (readonly [cidr: string, record: MmdbMap])[]): Uint8Array {
  const root: TreeNode = [undefined, undefined];
  const data: Buffer[] = [];
  let dataLength = 0;
  for (const [cidr, record] of networks) {
    insert(root, cidr, dataLength);
    const encoded = encode(record);
    data.push(encoded);
    dataLength += encoded.length;
  }
  const nodes = flatten(root);
  const tree = Buffer.alloc(nodes.length * 6);
  for (const [index, node] of nodes.entries()) {
    for (const side of [0, 1] as const) {
      const child = node[side];
      const value =
        child === undefined
          ? nodes.length
          : typeof child === "number"
            ? nodes.length + 16 + child
            : nodes.indexOf(child);
      tree.writeUIntBE(value, index * 6 + side * 3, 3);
    }
  }
  const metadata = encode({
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: 1,
    database_type: "Test",
    ip_version: 4,
    node_count: nodes.length,
    record_size: 24,
  });
  const marker = Buffer.from("\xab\xcd\xefMaxMind.com", "latin1");
  return Buffer.concat([tree, Buffer.alloc(16), ...data, marker, metadata]);
}

function insert(root: TreeNode, cidr: string, offset: number): void {
  const [address = "", bits = "32"] = cidr.split("/");
  const word = address.split(".").reduce((sum, octet) => sum * 256 + Number(octet), 0);
  let node = root;
  for (let depth = 0; depth < Number(bits); depth++) {
    const side = Math.floor(word / 2 ** (31 - depth)) % 2 === 1 ? 1 : 0;
    const last = depth === Number(bits) - 1;
    const child = node[side];
    if (last) node[side] = offset;
    else if (Array.isArray(child)) node = child;
    else {
      const created: TreeNode = [undefined, undefined];
      node[side] = created;
      node = created;
    }
  }
}

function flatten(root: TreeNode): TreeNode[] {
  const nodes = [root];
  for (const node of nodes) for (const child of node) if (Array.isArray(child)) nodes.push(child);
  return nodes;
}

function encode(value: string | number | MmdbMap): Buffer {
  if (typeof value === "string")
    return Buffer.concat([control(2, Buffer.byteLength(value)), Buffer.from(value)]);
  if (typeof value === "number") {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return Buffer.concat([control(6, 4), bytes]);
  }
  const entries = Object.entries(value);
  return Buffer.concat([
    control(7, entries.length),
    ...entries.flatMap(([key, item]) => [encode(key), encode(item)]),
  ]);
}

function control(type: number, size: number): Buffer {
  return size < 29 ? Buffer.from([(type << 5) | size]) : Buffer.from([(type << 5) | 29, size - 29]);
}
