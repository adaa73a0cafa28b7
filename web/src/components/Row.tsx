import {
  ArrowLeft,
  ArrowRight,
  Bookmark,
  Clapperboard,
  Clock,
  Eye,
  Gem,
  HandHeart,
  Hourglass,
  Layers,
  RotateCcw,
  Sparkles,
  User,
  Users,
  type LucideIcon,
} from 'lucide-react';
import { Children, useCallback, useEffect, useRef, useState, type ReactNode, type RefObject } from 'react';

import { useT } from '@/lib/i18n';

import { isCalm, isTelevision, rove } from './arrows';
import { IconButton } from './Button';
import { Icon } from './Icon';

/** Where a row's reasons come from: what was seen, the house (many people), a hand, the clock, kinship, taste… */
export type RowSource =
  | 'seen'
  | 'house'
  | 'hand'
  | 'clock'
  | 'leaving'
  | 'kin'
  | 'screen'
  | 'list'
  | 'taste'
  | 'gem'
  | 'person'
  | 'again';

const ICONS: Record<RowSource, LucideIcon> = {
  seen: Eye,
  house: Users,
  hand: HandHeart,
  clock: Clock,
  leaving: Hourglass,
  kin: Layers,
  screen: Clapperboard,
  list: Bookmark,
  taste: Sparkles,
  gem: Gem,
  person: User,
  again: RotateCcw,
};

interface RowProps {
  id: string;
  source: RowSource;
  /** The small line over the heading: what kind of reason this row stands on. */
  kicker: string;
  title: string;
  sentence?: ReactNode;
  /** More under the sentence: a link, a button. */
  children?: ReactNode;
  /** `<li>` cards, or the lines of a programme. */
  items: ReactNode;
  shape?: 'posters' | 'panoramas' | 'programme';
  level?: 2 | 3;
  /** The lamp is on the first card, and then stays on the one that was pointed at last: for the only row of a page. */
  lamp?: boolean;
}

/** A programme entry: the cartouche on the left says why, the posters on the right bleed off the edge. */
export function Row({
  id,
  source,
  kicker,
  title,
  sentence,
  children,
  items,
  shape = 'posters',
  level = 2,
  lamp = false,
}: RowProps) {
  const rail = useRef<HTMLUListElement>(null);
  const { edges, measure } = useEdges(rail, Children.count(items), lamp);
  const Heading = `h${level}` as const;
  return (
    <section className="row" aria-labelledby={`${id}-title`} data-row={id}>
      <div className="cartouche">
        <p className="evidence">
          <Icon of={ICONS[source]} size={18} />
          {kicker}
        </p>
        <Heading id={`${id}-title`}>{title}</Heading>
        {sentence && <p className="voice">{sentence}</p>}
        {children}
        {shape !== 'programme' && edges.overflows && <Arrows rail={rail} edges={edges} />}
      </div>
      {shape === 'programme' ? (
        <ol className="programme" data-arrows>
          {items}
        </ol>
      ) : (
        <ul
          ref={rail}
          className={`rail ${shape === 'panoramas' ? 'panoramas' : ''}`.trim()}
          role="list"
          aria-labelledby={`${id}-title`}
          data-arrows
          onFocus={(event) => {
            const card = event.target.closest('li');
            rove(event.currentTarget, card);
            if (lamp) light(event.currentTarget, card);
          }}
          onPointerOver={
            lamp ? (event) => light(event.currentTarget, (event.target as Element).closest('li')) : undefined
          }
          onScroll={measure}
        >
          {items}
        </ul>
      )}
    </section>
  );
}

interface Edges {
  atStart: boolean;
  atEnd: boolean;
  overflows: boolean;
}

function Arrows({ rail, edges }: { rail: RefObject<HTMLUListElement | null>; edges: Edges }) {
  const t = useT();
  const turn = (way: 1 | -1) => {
    const list = rail.current;
    list?.scrollBy({ left: way * list.clientWidth * 0.8, behavior: isCalm() ? 'auto' : 'smooth' });
  };
  return (
    <div className="arrows">
      <IconButton
        label={t('components.row.back')}
        icon={ArrowLeft}
        disabled={edges.atStart}
        onClick={() => turn(-1)}
      />
      <IconButton
        label={t('components.row.on')}
        icon={ArrowRight}
        disabled={edges.atEnd}
        onClick={() => turn(1)}
      />
    </div>
  );
}

/** Where nothing hovers, the lamp is on the first card in view. */
function lightFirst(list: HTMLElement): void {
  const cards = Array.from(list.children) as HTMLElement[];
  const edge = list.scrollLeft - 12;
  const first = cards.find((card) => card.offsetLeft - list.offsetLeft >= edge);
  light(list, first ?? null);
}

function light(list: HTMLElement, lit: Element | null): void {
  if (lit) for (const card of list.children) card.toggleAttribute('data-lit', card === lit);
}

/** Whether a rail can still turn either way. */
function useEdges(rail: RefObject<HTMLUListElement | null>, count: number, lamp: boolean) {
  const [edges, setEdges] = useState<Edges>({ atStart: true, atEnd: false, overflows: false });
  const measure = useCallback(() => {
    const list = rail.current;
    if (!list) return;
    const atStart = list.scrollLeft < 8;
    const atEnd = list.scrollLeft + list.clientWidth > list.scrollWidth - 8;
    const overflows = list.scrollWidth > list.clientWidth + 8;
    const isDark = lamp && !list.querySelector(':scope > [data-lit]');
    if (isDark || (matchMedia('(hover: none)').matches && !isTelevision())) lightFirst(list);
    setEdges((now) =>
      now.atStart === atStart && now.atEnd === atEnd && now.overflows === overflows
        ? now
        : { atStart, atEnd, overflows },
    );
  }, [rail, lamp]);
  useEffect(() => {
    if (!rail.current) return;
    rove(rail.current);
    const observer = new ResizeObserver(measure);
    observer.observe(rail.current);
    return () => {
      observer.disconnect();
    };
  }, [rail, measure, count]);
  return { edges, measure };
}
