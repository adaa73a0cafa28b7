import { Link } from '@tanstack/react-router';
import { Bookmark, BookmarkCheck, CircleQuestionMark, Info, Ticket } from 'lucide-react';
import { useState } from 'react';

import { Button, buttonClass } from '@/components/Button';
import { Cited } from '@/components/Cited';
import { Icon } from '@/components/Icon';
import { PlayLink } from '@/components/PlayLink';
import { Poster } from '@/components/Poster';
import { RailOutline, Waiting } from '@/components/States';
import { WhyDialog } from '@/components/WhyDialog';
import type { Schemas } from '@/lib/api';
import { duration, list } from '@/lib/format';
import { genreName } from '@/lib/genres';
import { useT } from '@/lib/i18n';
import { useTitleState } from '@/lib/viewing';

const SHORT = 16;
const MIDDLING = 30;
const LONG = 52;

/** How large a title may be set, by how much of it there is. */
export function sizeOf(name: string): 'short' | 'middling' | 'long' | 'endless' {
  if (name.length <= SHORT) return 'short';
  if (name.length <= MIDDLING) return 'middling';
  return name.length <= LONG ? 'long' : 'endless';
}

function partOfDay(): 'morning' | 'afternoon' | 'evening' | 'night' {
  const hour = new Date().getHours();
  if (hour < 5) return 'night';
  if (hour < 12) return 'morning';
  return hour < 18 ? 'afternoon' : 'evening';
}

/** The title that opens the page: its name first, its picture second, cut on the lamp's diagonal. */
export function Hero({ item, name }: { item: Schemas['RecommendedItem']; name: string }) {
  const t = useT();
  const [asks, setAsks] = useState(false);
  const made = [item.directors.length > 0 ? list(item.directors) : null, item.year]
    .filter(Boolean)
    .join(', ');
  const facts = [
    made,
    item.genres.slice(0, 2).map(genreName).join(', '),
    item.length_s ? duration(item.length_s) : null,
    item.certification,
  ].filter(Boolean);
  return (
    <section className="hero" aria-labelledby="hero-title">
      <div className="said">
        <p className="evidence">
          <Icon of={Ticket} size={18} />
          {t('home.hero.for', { part: partOfDay(), name })}
        </p>
        <h1 id="hero-title" data-size={sizeOf(item.name)}>
          {item.name}
        </h1>
        <p className="voice">
          <Cited text={item.evidence.text} name={item.evidence.name} />
        </p>
        <p className="facts">{facts.join(' · ')}</p>
        <div className="actions" data-arrows>
          {item.has_media ? (
            <PlayLink face={item} positionS={item.position_s} />
          ) : (
            <Link
              to="/titles/$titleId"
              params={{ titleId: item.title_id }}
              className={buttonClass({ look: 'primary' })}
            >
              <Icon of={Info} />
              {t('home.hero.open')}
            </Link>
          )}
          <ListButton key={item.title_id} item={item} />
          <Button icon={CircleQuestionMark} className="ask" onClick={() => setAsks(true)}>
            {t('components.do.why')}
          </Button>
        </div>
        {!item.has_media && <p className="small absent">{t('home.hero.absent')}</p>}
      </div>
      <div className="canvas" aria-hidden>
        <Poster face={item} wide eager />
      </div>
      {asks && <WhyDialog title={item} onClose={() => setAsks(false)} />}
    </section>
  );
}

function ListButton({ item }: { item: Schemas['RecommendedItem'] }) {
  const t = useT();
  const { state, change } = useTitleState(item);
  const isListed = state?.is_listed ?? false;
  return (
    <Button
      icon={isListed ? BookmarkCheck : Bookmark}
      aria-pressed={isListed}
      onClick={() => {
        change({ is_listed: !isListed });
      }}
    >
      {t('home.hero.myList')}
    </Button>
  );
}

/** The shape of the page before it is known. */
export function HomeOutline() {
  const t = useT();
  return (
    <div className="home" aria-busy>
      <h1 className="sr-only">{t('home.title')}</h1>
      <div className="hero">
        <div className="said">
          <Waiting />
        </div>
        <div className="canvas outline" />
      </div>
      <div className="row" aria-hidden>
        <div className="cartouche" />
        <RailOutline />
      </div>
    </div>
  );
}
