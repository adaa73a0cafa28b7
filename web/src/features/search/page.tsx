import './search.css';

import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Search, X } from 'lucide-react';
import { useEffect, useRef, useState, type KeyboardEvent } from 'react';

import { IconButton } from '@/components/Button';
import { Icon } from '@/components/Icon';
import { EmptyState, ErrorState, Waiting } from '@/components/States';
import { api, type Schemas } from '@/lib/api';
import { useT } from '@/lib/i18n';
import { useDocumentTitle } from '@/lib/page';

import { Beginnings } from './beginnings';
import { moveAlong } from './moving';
import { corrections } from './reading';
import { Results } from './results';

const route = getRouteApi('/inside/search');
const WAITS_MS = 120;
const SAYS_MS = 700;
const LONGEST = 200;

const searchQuery = (words: string) =>
  queryOptions({
    queryKey: ['search', words],
    queryFn: ({ signal }) => api.get('/search', { query: { q: words, limit: 24 }, signal }),
    placeholderData: keepPreviousData,
    enabled: words !== '',
  });

/** Finds titles, people and genres while somebody types. */
export function SearchPage() {
  const t = useT();
  const { text, words, setText } = useWords();
  const { data, error, isFetching, isPlaceholderData, refetch } = useQuery(searchQuery(words));
  useDocumentTitle(words ? t('search.titleOf', { words }) : t('search.title'));
  const found = words === '' ? undefined : data;
  const place = useRef<HTMLDivElement>(null);
  return (
    <div className="search" ref={place} onKeyDown={(event) => moveAlong(event, place.current)}>
      <h1 className="sr-only">{t('search.title')}</h1>
      <SearchField text={text} onType={setText} />
      <Said found={isFetching || isPlaceholderData ? undefined : found} words={words} />
      {words === '' && <Beginnings />}
      {words !== '' && error && !found && <ErrorState error={error} onRetry={() => void refetch()} />}
      {words !== '' && !error && !found && (
        <div aria-busy="true">
          <Waiting />
        </div>
      )}
      {found && (
        <>
          <ReadAs typed={words} read={found.read_as} />
          {isNothing(found) ? (
            !isPlaceholderData && (
              <>
                <Nothing words={words} />
                <Beginnings />
              </>
            )
          ) : (
            <Results found={found} words={found.read_as ?? words} />
          )}
        </>
      )}
    </div>
  );
}

/** What is typed, and the words that are looked for: those of the address, a moment after the last key. */
function useWords() {
  const { q = '' } = route.useSearch();
  const navigate = route.useNavigate();
  const [text, setText] = useState(q);
  const sent = useRef(q);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => {
    if (q !== sent.current) {
      sent.current = q;
      setText(q);
    }
    return () => clearTimeout(timer.current);
  }, [q]);
  const type = (next: string) => {
    setText(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      const words = next.trim();
      sent.current = words;
      void navigate({
        search: words ? { q: words } : {},
        replace: true,
        viewTransition: false,
        resetScroll: false,
      });
    }, WAITS_MS);
  };
  return { text, words: q.trim().slice(0, LONGEST), setText: type };
}

function SearchField({ text, onType }: { text: string; onType: (text: string) => void }) {
  const t = useT();
  const input = useRef<HTMLInputElement>(null);
  const clear = () => {
    onType('');
    input.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && text) {
      event.preventDefault();
      clear();
    }
  };
  return (
    <form role="search" className="seeking" onSubmit={(event) => event.preventDefault()}>
      <Icon of={Search} size={30} />
      <input
        ref={input}
        type="search"
        value={text}
        maxLength={LONGEST}
        placeholder={t('search.placeholder')}
        aria-label={t('search.label')}
        autoComplete="off"
        autoCorrect="off"
        spellCheck={false}
        enterKeyHint="search"
        autoFocus
        onChange={(event) => onType(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <span className="seeking-end">
        {text && <IconButton label={t('search.clear')} icon={X} size={24} onClick={clear} />}
      </span>
    </form>
  );
}

/** What was found, said aloud when the typing has stopped. */
function Said({ found, words }: { found: Schemas['Found'] | undefined; words: string }) {
  const t = useT();
  const [said, setSaid] = useState('');
  const sentence =
    !found || words === ''
      ? ''
      : isNothing(found)
        ? t('search.nothing.title')
        : t('search.said', {
            titles: found.items.length,
            people: found.people.length,
            genres: found.genres.length,
          });
  useEffect(() => {
    const timer = setTimeout(() => setSaid(sentence), SAYS_MS);
    return () => clearTimeout(timer);
  }, [sentence]);
  return (
    <p className="sr-only" role="status">
      {said}
    </p>
  );
}

function ReadAs({ typed, read }: { typed: string; read: string | null }) {
  const t = useT();
  if (!read) return <div className="read-as" />;
  const [before = '', after = ''] = t('search.readAs', { words: '\u0000' }).split('\u0000');
  return (
    <p className="read-as voice">
      {before}
      {corrections(typed, read).map((piece, at) =>
        piece.isMarked ? <mark key={at}>{piece.text}</mark> : <span key={at}>{piece.text}</span>,
      )}
      {after}
    </p>
  );
}

function Nothing({ words }: { words: string }) {
  const t = useT();
  return (
    <EmptyState
      icon={Search}
      kicker={t('search.nothing.kicker', { words })}
      title={t('search.nothing.title')}
      sentence={t('search.nothing.sentence')}
    />
  );
}

function isNothing(found: Schemas['Found']): boolean {
  return found.items.length + found.people.length + found.genres.length === 0;
}
