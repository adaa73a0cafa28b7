import { Star } from 'lucide-react';
import { useEffect, useId, useRef, useState } from 'react';

import { useT, type Translate } from '@/lib/i18n';

import { ALL_STARS, litShare, toHalf } from './stars';

const SETTLES_MS = 500;

function words(stars: number, t: Translate): string {
  if (stars === 0.5) return t('title.stars.half');
  return t('title.stars.many', { stars });
}

/**
 * Five stars in ten halves, as radio buttons: the arrow keys go by halves. What is chosen shows at once; keys that go on
 * choosing are told to the server when they have stopped.
 */
export function Rating({
  rating,
  onRate,
}: {
  rating: number | null;
  onRate: (stars: number | null) => void;
}) {
  const t = useT();
  const id = useId();
  const { shown, choose } = useSettled(toHalf(rating), onRate);
  const [pointed, setPointed] = useState<number | null>(null);
  return (
    <div className="rating">
      <p id={`${id}-label`} className="rating-label">
        {t('title.stars.label')}
      </p>
      <div
        className="stars"
        role="radiogroup"
        aria-labelledby={`${id}-label`}
        onPointerLeave={() => setPointed(null)}
      >
        {[0, 1, 2, 3, 4].map((at) => (
          <span key={at} className="star">
            <StarDrawing share={litShare(pointed ?? shown, at)} />
            {[ALL_STARS[at * 2], ALL_STARS[at * 2 + 1]].map((stars) =>
              stars === undefined ? null : (
                <input
                  key={stars}
                  type="radio"
                  name={id}
                  value={stars}
                  checked={shown === stars}
                  aria-label={words(stars, t)}
                  title={words(stars, t)}
                  onPointerEnter={(event) => event.pointerType === 'mouse' && setPointed(stars)}
                  onChange={(event) => choose(stars, isPointed(event.nativeEvent))}
                />
              ),
            )}
          </span>
        ))}
        <span className="stars-said" aria-hidden>
          {(pointed ?? shown) ? words(pointed ?? shown ?? 0, t) : t('title.stars.none')}
        </span>
      </div>
      {shown !== null && (
        <button type="button" className="link" onClick={() => choose(null, true)}>
          {t('title.stars.clear')}
        </button>
      )}
    </div>
  );
}

/** Whether a change came from something that points: the keys that go from star to star click without a place. */
function isPointed(event: Event): boolean {
  return event instanceof MouseEvent && event.detail > 0;
}

function StarDrawing({ share }: { share: 0 | 0.5 | 1 }) {
  return (
    <span className="star-drawing" aria-hidden>
      <Star size={30} strokeWidth={1.5} focusable={false} />
      {share > 0 && (
        <Star
          size={30}
          strokeWidth={1.5}
          focusable={false}
          className={share === 0.5 ? 'lit-star half' : 'lit-star'}
        />
      )}
    </span>
  );
}

/** What was chosen last, told when the choosing has stopped. */
function useSettled(value: number | null, tell: (value: number | null) => void) {
  const [draft, setDraft] = useState<{ value: number | null; isTold: boolean } | null>(null);
  const [last, setLast] = useState(value);
  if (value !== last) {
    setLast(value);
    if (draft?.isTold) setDraft(null);
  }
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const pending = useRef<(() => void) | null>(null);
  useEffect(() => {
    const tellNow = () => {
      clearTimeout(timer.current);
      pending.current?.();
    };
    addEventListener('pagehide', tellNow);
    return () => {
      removeEventListener('pagehide', tellNow);
      tellNow();
    };
  }, []);
  const choose = (next: number | null, atOnce = false) => {
    setDraft({ value: next, isTold: false });
    clearTimeout(timer.current);
    const done = () => {
      pending.current = null;
      // What was chosen stays shown until what it becomes is known, so that no star goes out in between.
      setDraft({ value: next, isTold: true });
      tell(next);
    };
    pending.current = done;
    if (atOnce) done();
    else timer.current = setTimeout(done, SETTLES_MS);
  };
  return { shown: draft ? draft.value : value, choose };
}
