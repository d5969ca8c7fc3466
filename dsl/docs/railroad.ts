/** Railroad diagrams of productions, as SVG paths and boxes. */
import type { Production } from "./production.ts";

/** A drawing: its line enters at the left and leaves at the right, on its axis; `up` and `down` are the room around it. */
interface Track {
  readonly width: number;
  readonly up: number;
  readonly down: number;
  readonly draw: (x: number, y: number) => string;
}

const boxHeight = 24;
const charWidth = 7.5;
const gap = 12;
const turn = 10;
/** A sequence that would be wider goes on in another line. */
const longest = 900;

/** A production's diagram as an SVG group and its size. */
export function railroad(production: Production): { width: number; height: number; svg: string } {
  const track = trackOf(production);
  const ends = `<path d="M4 ${track.up - 6}v12M${track.width + 36} ${track.up - 6}v12"/>`;
  const rails = `<path d="M4 ${track.up}h16M${track.width + 20} ${track.up}h16"/>`;
  return {
    width: track.width + 40,
    height: track.up + track.down,
    svg: `${ends}${rails}${track.draw(20, track.up)}`,
  };
}

function trackOf(production: Production): Track {
  switch (production.kind) {
    case "token":
      return box(production.text.replaceAll('"', ""), production.isLiteral ? "word" : "token");
    case "rule":
      return box(production.name, "rule");
    case "sequence":
      return stacked(production.parts.map(trackOf));
    case "choice":
      return choice(production.parts.map(trackOf));
    case "optional":
      return choice([empty, trackOf(production.part)]);
    case "some":
      return loop(trackOf(production.part));
    case "repeated":
      return choice([empty, loop(trackOf(production.part))]);
  }
}

const empty: Track = {
  width: 0,
  up: turn,
  down: turn,
  draw: () => "",
};

function box(text: string, kind: "word" | "token" | "rule"): Track {
  const width = Math.ceil(text.length * charWidth) + 20;
  const half = boxHeight / 2;
  return {
    width,
    up: half + 3,
    down: half + 3,
    draw: (x, y) => {
      const radius = kind === "rule" ? 0 : half;
      const rect = `<rect class="${kind}" x="${x}" y="${y - half}" width="${width}" height="${boxHeight}" rx="${radius}"/>`;
      return `${rect}<text x="${x + width / 2}" y="${y + 4}">${escaped(text)}</text>`;
    },
  };
}

function row(tracks: readonly Track[]): Track {
  const width = tracks.reduce((sum, track) => sum + track.width, gap * Math.max(0, tracks.length - 1));
  return {
    width,
    up: Math.max(turn, ...tracks.map((track) => track.up)),
    down: Math.max(turn, ...tracks.map((track) => track.down)),
    draw: (x, y) => {
      let at = x;
      return tracks
        .map((track, index) => {
          const rail = index === 0 ? "" : `<path d="M${at} ${y}h${gap}"/>`;
          if (index > 0) at += gap;
          const drawn = rail + track.draw(at, y);
          at += track.width;
          return drawn;
        })
        .join("");
    },
  };
}

/** A sequence, in several rows where it is long. */
function stacked(tracks: readonly Track[]): Track {
  const rows: Track[][] = [[]];
  let used = 0;
  for (const track of tracks) {
    if (used > 0 && used + gap + track.width > longest) {
      rows.push([]);
      used = 0;
    }
    rows.at(-1)?.push(track);
    used += gap + track.width;
  }
  const lines = rows.map(row);
  const [first] = lines;
  if (!first || lines.length === 1) return first ?? empty;
  const width = Math.max(...lines.map((line) => line.width)) + 2 * turn;
  const offsets: number[] = [];
  let depth = 0;
  for (const [index, line] of lines.entries()) {
    if (index > 0) depth += line.up;
    offsets.push(depth);
    depth += line.down + gap;
  }
  const last = offsets.at(-1) ?? 0;
  return {
    width: width + 2 * turn,
    up: first.up,
    down: depth,
    draw: (x, y) =>
      lines
        .map((line, index) => {
          const at = y + (offsets[index] ?? 0);
          const end = x + line.width + 2 * turn;
          const drawn = `<path d="M${x} ${at}h${turn}M${x + turn + line.width} ${at}h${turn}"/>${line.draw(x + turn, at)}`;
          if (index === lines.length - 1) {
            return `${drawn}<path d="M${end} ${at}H${x + width + turn}V${y}h${turn}"/>`;
          }
          const middle = at + line.down + gap / 2;
          return `${drawn}<path d="M${end} ${at}V${middle}H${x}V${y + (offsets[index + 1] ?? last)}"/>`;
        })
        .join(""),
  };
}

function choice(tracks: readonly Track[]): Track {
  const inner = Math.max(...tracks.map((track) => track.width));
  const width = inner + 4 * turn;
  let depth = 0;
  const offsets = tracks.map((track, index) => {
    if (index > 0) depth += track.up;
    const offset = depth;
    depth += track.down;
    return offset;
  });
  return {
    width,
    up: tracks[0]?.up ?? turn,
    down: depth,
    draw: (x, y) =>
      tracks
        .map((track, index) => {
          const at = y + (offsets[index] ?? 0);
          const start = x + 2 * turn;
          const end = start + track.width;
          const tail = `M${end} ${at}H${x + width - 2 * turn}`;
          const rails =
            index === 0
              ? `M${x} ${y}H${start}${tail}H${x + width}`
              : `M${x} ${y}h${turn}V${at}H${start}${tail}h${turn}V${y}h${turn}`;
          return `<path d="${rails}"/>${track.draw(start, at)}`;
        })
        .join(""),
  };
}

function loop(track: Track): Track {
  const width = track.width + 2 * turn;
  return {
    width,
    up: track.up + gap,
    down: track.down,
    draw: (x, y) => {
      const top = y - track.up - gap / 2;
      const back = `M${x + width - turn} ${y}h${turn / 2}V${top}H${x + turn / 2}V${y}`;
      return `<path d="M${x} ${y}h${turn}M${x + width - turn} ${y}h${turn}${back}"/>${track.draw(x + turn, y)}`;
    },
  };
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
