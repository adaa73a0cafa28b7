/** What somebody just did with a title; the home page listens, changes below the fold, and says why. */

export type MoveKind =
  'rated' | 'unrated' | 'liked' | 'disliked' | 'listed' | 'unlisted' | 'dismissed' | 'restored' | 'played';

export interface Move {
  kind: MoveKind;
  title: { title_id: string; name: string };
  /** Whether the server knows it; before, the page shows it in advance. */
  isSettled: boolean;
}

const listeners = new Set<(move: Move) => void>();
let unseen: Move | null = null;
let changedAt = 0;

/** Tell what was done. */
export function move(done: Move): void {
  if (done.isSettled) {
    unseen = done;
    changedAt = Date.now();
  }
  listeners.forEach((each) => {
    each(done);
  });
}

/** The last settled move that no page has said anything about; asking takes it. */
export function takeUnseen(): Move | null {
  const last = unseen;
  unseen = null;
  return last;
}

/** Listen to what is done; the answer stops listening. */
export function onMove(listener: (done: Move) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Pages that were made before now may be out of date: something was watched. */
export function pagesAreOld(): void {
  changedAt = Date.now();
}

/** When something was done last that changes pages. */
export function lastChange(): number {
  return changedAt;
}
