import './home.css';

import { Clapperboard } from 'lucide-react';
import { useCallback, useRef, useState, type FocusEvent } from 'react';
import { Link } from '@tanstack/react-router';

import { isTelevision } from '@/components/arrows';
import { buttonClass } from '@/components/Button';
import { EmptyState, ErrorState } from '@/components/States';
import type { Schemas } from '@/lib/api';
import { useT } from '@/lib/i18n';
import { useDocumentTitle } from '@/lib/page';
import { useProfile } from '@/lib/session';
import { useShownRows } from '@/lib/shown';

import { Because } from './because';
import { Hero, HomeOutline } from './hero';
import { HomeRowView } from './home-row';
import { heroOf, keyOf, rowsUnder, type HomeRow } from './merge';
import { useHome, type Page } from './use-home';

const HERO_FOLLOWS_MS = 180;

/** Where a profile lands: one title to begin with, then rows, each saying why it is there. */
export function HomePage() {
  const t = useT();
  const profile = useProfile();
  useDocumentTitle(t('home.title'));
  const { page, error, gone, reload } = useHome(profile);
  const place = useRef<HTMLDivElement>(null);
  const [opening, setOpening] = useState<Schemas['RecommendedItem'] | null>(null);
  const focused = useFocused(page?.rows);
  const chosen = opening ?? (page ? heroOf(page.rows) : null);
  if (page && !opening && chosen) setOpening(chosen);
  const rows = page ? rowsUnder(page.rows, chosen) : [];
  const factsOf = useCallback(
    (slug: string) => {
      const at = page?.rows.findIndex((row) => slugOf(row) === slug) ?? -1;
      const row = page?.rows[at];
      if (!row) return null;
      return {
        kind: row.kind,
        position: at,
        scorer: row.items[0]?.scorer ?? null,
        profile_id: profile.profile_id,
      };
    },
    [page, profile.profile_id],
  );
  useShownRows(place, page?.slateId, factsOf);

  if (error && !page) {
    return (
      <div className="page">
        <ErrorState error={error} onRetry={reload} level={1} />
      </div>
    );
  }
  if (!page) return <HomeOutline />;
  const hero = focused.item ?? chosen;
  if (!hero) return <NothingYet />;
  return (
    <div ref={place} className="home" onFocus={focused.onFocus}>
      <Hero item={hero} name={profile.name} />
      <p className="sr-only" role="status">
        {page.because && <Because because={page.because} plain />}
      </p>
      <Rows rows={rows} because={page.because} gone={gone} />
    </div>
  );
}

/** The rows, and before the first that changed, or after the last one, what it changed for. */
function Rows({
  rows,
  because,
  gone,
}: {
  rows: readonly HomeRow[];
  because: Page['because'];
  gone: ReadonlySet<string>;
}) {
  return (
    <>
      {rows.map((row, at) => (
        <div key={keyOf(row)} className="home-row">
          {because?.at === at && <Because because={because} />}
          <HomeRowView row={row} id={slugOf(row)} gone={gone} isFirst={at === 0} />
        </div>
      ))}
      {because && because.at >= rows.length && <Because because={because} />}
    </>
  );
}

function slugOf(row: HomeRow): string {
  return keyOf(row).replace(/[^\w-]+/g, '-');
}

/** On a television the hero becomes the title that the ring is on. */
function useFocused(rows: readonly HomeRow[] | undefined) {
  const [item, setItem] = useState<Schemas['RecommendedItem'] | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const onFocus = (event: FocusEvent) => {
    const id = event.target.closest<HTMLElement>('[data-title]')?.dataset.title;
    if (!id || !isTelevision()) return;
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      setItem(rows?.flatMap((row) => row.items).find((each) => each.title_id === id) ?? null);
    }, HERO_FOLLOWS_MS);
  };
  return { item, onFocus };
}

function NothingYet() {
  const t = useT();
  return (
    <div className="page">
      <EmptyState
        level={1}
        icon={Clapperboard}
        kicker={t('home.empty.kicker')}
        title={t('home.empty.title')}
        sentence={t('home.empty.sentence')}
        frames
      >
        <Link to="/welcome" className={buttonClass({ look: 'primary' })}>
          {t('home.empty.pick')}
        </Link>
      </EmptyState>
    </div>
  );
}
