import { Link } from '@tanstack/react-router';
import { memo, useId, type ReactNode } from 'react';

import type { Schemas } from '@/lib/api';
import { duration } from '@/lib/format';

import { Coupon } from './Coupon';
import { Poster } from './Poster';

interface TitleCardProps {
  face: Schemas['Face'];
  /** Why this title is here: shown in yellow when the card is lit. */
  sentence?: string | undefined;
  /** The title that the sentence names. */
  cites?: string | null | undefined;
  /** What stands under the name; by default the year and the length. */
  facts?: ReactNode;
  /** A button over the poster's corner. */
  more?: ReactNode;
  eager?: boolean;
}

/** "1962 · 1 h 30". */
export function shortFacts(face: Pick<Schemas['Face'], 'year' | 'length_s'>): string {
  return [face.year, face.length_s ? duration(face.length_s) : null].filter(Boolean).join(' · ');
}

/** Name the poster that was pressed, so that it moves to its page; the same title may stand in another row. */
function letTravel(link: HTMLElement, titleId: string): void {
  const poster = link.parentElement?.querySelector<HTMLElement>('.poster');
  if (poster) poster.style.viewTransitionName = `title-${titleId}`;
}

/** A poster of a row: its link goes to the title's page, its coupon says why it is here. */
export const TitleCard = memo(function TitleCard({
  face,
  sentence,
  cites,
  facts,
  more,
  eager,
}: TitleCardProps) {
  const id = useId();
  return (
    <li className="card" data-title={face.title_id}>
      <Link
        className="over"
        to="/titles/$titleId"
        params={{ titleId: face.title_id }}
        onClick={(event) => letTravel(event.currentTarget, face.title_id)}
        aria-describedby={sentence ? `${id}-why ${id}-facts` : `${id}-facts`}
      >
        <span className="sr-only">{face.name}</span>
      </Link>
      <span className="lit" aria-hidden>
        <Poster face={face} eager={eager ?? false} />
        {sentence && <Coupon id={`${id}-why`} name={face.name} text={sentence} cites={cites} />}
      </span>
      <span className="caption" aria-hidden>
        <b>{face.name}</b>
        <span id={`${id}-facts`}>{facts ?? shortFacts(face)}</span>
      </span>
      {more}
    </li>
  );
});
