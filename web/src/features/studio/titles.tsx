import { useNavigate, useSearch } from '@tanstack/react-router';
import { Plus, Rows3, Rows4, SearchX } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';

import { Button } from '@/components/Button';
import { EmptyState, ErrorState, Waiting } from '@/components/States';
import { genreName } from '@/lib/genres';
import { useT } from '@/lib/i18n';
import { useDocumentTitle } from '@/lib/page';

import { NewTitle } from './new-title';
import { useGenres, useTitles, type StudioTitle, type TitleFilter } from './queries';
import { TitleSheet } from './title-sheet';
import { filterOf, KINDS, MEDIA_STATES, SORTS } from './title-filter';
import { TitlesTable } from './titles-table';

const COMPACT = 'cinoche.studio.compact';
const TYPED_MS = 250;

/** Every title of the catalogue, to look through and to put right. */
export function StudioTitlesPage() {
  const t = useT();
  useDocumentTitle(t('studio.titles.title'));
  const search: Record<string, unknown> = useSearch({ strict: false });
  const filter = filterOf(search);
  const navigate = useNavigate();
  const [isCompact, setCompact] = useState(() => localStorage.getItem(COMPACT) === 'yes');
  const [opened, setOpened] = useState<StudioTitle | null>(null);
  const [isAdding, setAdding] = useState(false);
  const list = useTitles(filter);
  const titles = list.data?.pages.flatMap((page) => page.items) ?? [];
  const total = list.data?.pages[0]?.total;
  const change = (next: Partial<Record<keyof TitleFilter, unknown>>) => {
    const asked = Object.entries({ ...filter, ...next }).filter(
      ([, value]) => value !== undefined && value !== '',
    );
    void navigate({ to: '.', search: Object.fromEntries(asked) as never, replace: true });
  };
  return (
    <>
      <header className="studio-head">
        <div>
          <h1>{t('studio.titles.title')}</h1>
          <p className="voice" role="status">
            {total === undefined ? '\u00a0' : t('studio.titles.total', { count: total })}
          </p>
        </div>
        <div className="studio-tools">
          <Button
            compact
            icon={isCompact ? Rows4 : Rows3}
            aria-pressed={isCompact}
            className="wide-only"
            onClick={() => {
              localStorage.setItem(COMPACT, isCompact ? 'no' : 'yes');
              setCompact(!isCompact);
            }}
          >
            {t('studio.titles.compact')}
          </Button>
          <Button
            compact
            look="primary"
            icon={Plus}
            onClick={() => {
              setAdding(true);
            }}
          >
            {t('studio.titles.add')}
          </Button>
        </div>
      </header>
      <Filters filter={filter} onChange={change} />
      {list.error && !list.data ? (
        <ErrorState error={list.error} onRetry={() => void list.refetch()} />
      ) : !list.data ? (
        <Waiting />
      ) : titles.length === 0 ? (
        <EmptyState
          icon={SearchX}
          kicker={t('studio.titles.none.kicker')}
          title={t('studio.titles.none.title')}
          sentence={t('studio.titles.none.sentence')}
        />
      ) : (
        <>
          <TitlesTable
            titles={titles}
            sort={filter.sort ?? 'name'}
            isCompact={isCompact}
            isOld={list.isPlaceholderData}
            onSort={(sort) => {
              change({ sort: sort === 'name' ? undefined : sort });
            }}
            onOpen={setOpened}
          />
          <More
            shown={titles.length}
            total={total ?? titles.length}
            hasMore={list.hasNextPage}
            onMore={() => {
              if (!list.isFetching) void list.fetchNextPage();
            }}
          />
        </>
      )}
      {opened && (
        <TitleSheet
          key={opened.title_id}
          title={titles.find((each) => each.title_id === opened.title_id) ?? opened}
          onClose={() => {
            setOpened(null);
          }}
        />
      )}
      {isAdding && (
        <NewTitle
          onClose={() => {
            setAdding(false);
          }}
        />
      )}
    </>
  );
}

/** The end of what is shown: coming near it brings more, and so does its button. */
function More({
  shown,
  total,
  hasMore,
  onMore,
}: {
  shown: number;
  total: number;
  hasMore: boolean;
  onMore: () => void;
}) {
  const t = useT();
  const place = useRef<HTMLDivElement>(null);
  const more = useRef(onMore);
  useEffect(() => {
    more.current = onMore;
  });
  useEffect(() => {
    if (!place.current || !hasMore) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((each) => each.isIntersecting)) more.current();
      },
      { rootMargin: '600px' },
    );
    observer.observe(place.current);
    return () => {
      observer.disconnect();
    };
  }, [hasMore, shown]);
  return (
    <div ref={place} className="table-end">
      <span>{t('studio.titles.shown', { shown, total })}</span>
      {hasMore && (
        <button type="button" className="link" onClick={onMore}>
          {t('studio.titles.more')}
        </button>
      )}
    </div>
  );
}

function Filters({
  filter,
  onChange,
}: {
  filter: TitleFilter;
  onChange: (next: Partial<Record<keyof TitleFilter, unknown>>) => void;
}) {
  const t = useT();
  const { data: genres = [] } = useGenres();
  const all = t('studio.titles.all');
  return (
    <search className="filters">
      <TextFilter
        text={filter.q ?? ''}
        onChange={(q) => {
          onChange({ q });
        }}
      />
      <Choice
        name={t('studio.titles.genre')}
        all={all}
        value={filter.genre}
        options={genres.map((each) => [each, genreName(each)])}
        onChange={(genre) => {
          onChange({ genre });
        }}
      />
      <Choice
        name={t('studio.titles.kind')}
        all={all}
        value={filter.kind}
        options={KINDS.map((each) => [each, t(`studio.kind.${each}`)])}
        onChange={(kind) => {
          onChange({ kind });
        }}
      />
      <Choice
        name={t('studio.titles.film')}
        all={all}
        value={filter.media}
        options={MEDIA_STATES.map((each) => [each, t(`studio.media.state.${each}`)])}
        onChange={(media) => {
          onChange({ media });
        }}
      />
      <Choice
        name={t('studio.titles.shownTo')}
        all={all}
        value={filter.withdrawn === undefined ? undefined : String(filter.withdrawn)}
        options={[
          ['false', t('studio.titles.offered')],
          ['true', t('studio.titles.withdrawn')],
        ]}
        onChange={(value) => {
          onChange({ withdrawn: value === undefined ? undefined : value === 'true' });
        }}
      />
      <Choice
        name={t('studio.titles.sort')}
        value={filter.sort ?? 'name'}
        options={SORTS.map((each) => [each, t(`studio.sort.${each}`)])}
        className="narrow-only"
        onChange={(sort) => {
          onChange({ sort: sort === 'name' ? undefined : sort });
        }}
      />
    </search>
  );
}

function TextFilter({ text, onChange }: { text: string; onChange: (text: string) => void }) {
  const t = useT();
  const [typed, setTyped] = useState(text);
  const [sent, setSent] = useState(text);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  if (text !== sent) {
    setSent(text);
    if (typed.trim() !== text) setTyped(text);
  }
  return (
    <label className="filter text-filter">
      <span>{t('studio.titles.name')}</span>
      <input
        type="search"
        className="studio-select"
        value={typed}
        placeholder={t('studio.titles.search')}
        onChange={(event) => {
          const { value } = event.target;
          setTyped(value);
          clearTimeout(timer.current);
          timer.current = setTimeout(() => {
            setSent(value.trim());
            onChange(value.trim());
          }, TYPED_MS);
        }}
      />
    </label>
  );
}

function Choice({
  name,
  all,
  value,
  options,
  className = '',
  onChange,
}: {
  name: string;
  /** What chooses nothing; without it something is always chosen. */
  all?: string;
  value: string | undefined;
  options: readonly (readonly [string, string])[];
  className?: string;
  onChange: (value: string | undefined) => void;
}) {
  return (
    <label className={`filter ${className}`.trim()}>
      <span>{name}</span>
      <select
        className="studio-select"
        value={value ?? ''}
        onChange={(event) => {
          onChange(event.target.value || undefined);
        }}
      >
        {all !== undefined && <option value="">{all}</option>}
        {options.map(([each, said]) => (
          <option key={each} value={each}>
            {said}
          </option>
        ))}
      </select>
    </label>
  );
}
