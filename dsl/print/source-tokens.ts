/** The tokens of a file with the comments and line ends around them. */
import type { IToken } from "chevrotain";

/** A comment on lines of its own. */
interface OwnComment {
  readonly text: string;
  readonly hasBlankBefore: boolean;
}

/** A token and what stands around it. The last one of a file is its end, with an empty image. */
export interface SourceToken {
  readonly type: string;
  readonly image: string;
  readonly previous: SourceToken | undefined;
  /** Comments between the token before and this one, each on its own line. */
  readonly comments: readonly OwnComment[];
  /** The comment behind it on its line. */
  trailing: string | undefined;
  readonly startsLine: boolean;
  readonly hasBlankBefore: boolean;
}

/** Tokens by their offset. */
export class SourceTokens {
  private readonly list: SourceToken[] = [];
  private readonly indices = new Map<number, number>();

  constructor(text: string, tokens: readonly IToken[], comments: readonly IToken[]) {
    let next = 0;
    let end = 0;
    for (const token of [...tokens, undefined]) {
      const start = token?.startOffset ?? text.length;
      const own: OwnComment[] = [];
      for (let comment = comments[next]; comment && comment.startOffset < start; comment = comments[++next]) {
        const breaks = lineBreaks(text, end, comment.startOffset);
        const before = this.list.at(-1);
        const image = comment.image.trimEnd();
        if (breaks === 0 && before && own.length === 0) before.trailing = image;
        else own.push({ text: image, hasBlankBefore: breaks > 1 });
        end = comment.startOffset + comment.image.length;
      }
      const breaks = lineBreaks(text, end, start);
      this.indices.set(start, this.list.length);
      this.list.push({
        type: token?.tokenType.name ?? "end",
        image: token?.image ?? "",
        previous: this.list.at(-1),
        comments: own,
        trailing: undefined,
        startsLine: breaks > 0 || own.length > 0,
        hasBlankBefore: breaks > 1,
      });
      end = start + (token?.image.length ?? 0);
    }
  }

  /** The token at an offset. */
  at(offset: number): SourceToken {
    return this.list[this.indices.get(offset) ?? this.list.length - 1] ?? this.end;
  }

  /** The end of the file. */
  get end(): SourceToken {
    const end = this.list.at(-1);
    if (!end) throw new Error("there is always an end");
    return end;
  }
}

function lineBreaks(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = from; at < to; at++) if (text.charCodeAt(at) === 10) count++;
  return count;
}
