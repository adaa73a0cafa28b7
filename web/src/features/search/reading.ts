/** What was typed beside what it was read as, and which words of a name answer to it. */

/** A piece of a text, and whether it is marked. */
export interface Piece {
  text: string;
  isMarked: boolean;
}

/** A text without accents and capitals, one character for each of its own. */
function folded(text: string): string {
  return Array.from(text, (each) => {
    const plain = each.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
    return plain.length === 1 ? plain : each.toLowerCase().charAt(0);
  }).join('');
}

function pieces(characters: readonly string[], isMarked: (at: number) => boolean): Piece[] {
  const found: Piece[] = [];
  characters.forEach((text, at) => {
    const last = found.at(-1);
    if (last && last.isMarked === isMarked(at)) last.text += text;
    else found.push({ text, isMarked: isMarked(at) });
  });
  return found;
}

/** For each place of two texts, how long the longest thread is that both have from there on. */
function threads(one: string, other: string): number[][] {
  const longest = Array.from({ length: one.length + 1 }, () => new Array<number>(other.length + 1).fill(0));
  const at = (i: number, j: number) => longest[i]?.[j] ?? 0;
  for (let i = one.length - 1; i >= 0; i -= 1)
    for (let j = other.length - 1; j >= 0; j -= 1) {
      const line = longest[i];
      if (line) line[j] = one[i] === other[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  return longest;
}

/** Past this share another name was read, in another language perhaps: its letters correct nothing. */
const MOST_CORRECTED = 0.4;

/** What was read, its letters marked that nobody typed there; accents and capitals count as typed. */
export function corrections(typed: string, read: string): Piece[] {
  const characters = Array.from(read);
  const [from, to] = [folded(typed), folded(read)];
  const longest = threads(to, from);
  const kept = new Set<number>();
  let [i, j] = [0, 0];
  while (i < to.length && j < from.length) {
    if (to[i] === from[j]) {
      kept.add(i);
      i += 1;
      j += 1;
    } else if ((longest[i + 1]?.[j] ?? 0) >= (longest[i]?.[j + 1] ?? 0)) i += 1;
    else j += 1;
  }
  const isMarked = (at: number) => !kept.has(at) && characters[at] !== ' ';
  const marks = characters.filter((_, at) => isMarked(at)).length;
  return pieces(characters, marks > to.length * MOST_CORRECTED ? () => false : isMarked);
}

const LETTERS = /[\p{L}\p{N}]/u;

/** A name, with the words marked that begin as a word that is looked for. */
export function marked(name: string, words: string): Piece[] {
  const wanted = folded(words)
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);
  const characters = Array.from(name);
  const plain = folded(name);
  const lit = new Set<number>();
  for (let start = 0; start < plain.length; start += 1) {
    if (!LETTERS.test(plain.charAt(start)) || LETTERS.test(plain.charAt(start - 1))) continue;
    let end = start;
    while (end < plain.length && LETTERS.test(plain.charAt(end))) end += 1;
    if (!wanted.some((each) => plain.slice(start, end).startsWith(each))) continue;
    for (let at = start; at < end; at += 1) lit.add(at);
  }
  return pieces(characters, (at) => lit.has(at));
}
