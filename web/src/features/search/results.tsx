import { Link } from '@tanstack/react-router';

import { PlayLink } from '@/components/PlayLink';
import { Poster } from '@/components/Poster';
import type { Schemas } from '@/lib/api';
import { certificationWords } from '@/lib/certifications';
import { duration, list } from '@/lib/format';
import { genreName } from '@/lib/genres';
import { useT, type Key } from '@/lib/i18n';

import { Alike } from './alike';
import { marked } from './reading';

type Face = Schemas['Face'];

/** As many titles or fewer leave the page to what is like the first of them. */
const FEW = 3;

/** What was found: the likeliest large, the others beside it; under a few, what is like the likeliest. */
export function Results({ found, words }: { found: Schemas['Found']; words: string }) {
  const t = useT();
  const [first, ...others] = found.items;
  const hasAside = found.people.length + found.genres.length > 0;
  const near = others.length > 0 && <Near faces={others} words={words} />;
  if (!first)
    return (
      <div className="results">
        <Aside found={found} words={words} />
      </div>
    );
  const isAlone = others.length === 0 && !hasAside;
  return (
    <>
      <div className={isAlone ? 'results alone' : 'results'}>
        <div>
          <section aria-labelledby="likeliest" className="result-block">
            <h2 id="likeliest">{isAlone ? t('search.found') : t('search.likeliest')}</h2>
            <Likeliest face={first} words={words} />
          </section>
          {hasAside && near}
        </div>
        {hasAside ? <Aside found={found} words={words} /> : near}
      </div>
      {found.items.length <= FEW && <Alike key={first.title_id} face={first} />}
    </>
  );
}

function Near({ faces, words }: { faces: readonly Face[]; words: string }) {
  const t = useT();
  return (
    <section aria-labelledby="near" className="result-block">
      <h2 id="near">{t('search.near')}</h2>
      <ul role="list" className="result-list">
        {faces.map((face) => (
          <TitleLine key={face.title_id} face={face} words={words} />
        ))}
      </ul>
    </section>
  );
}

function Aside({ found, words }: { found: Schemas['Found']; words: string }) {
  const t = useT();
  return (
    <div>
      {found.people.length > 0 && (
        <section aria-labelledby="people" className="result-block">
          <h2 id="people">{t('search.people')}</h2>
          <ul role="list" className="result-people">
            {found.people.map((person) => (
              <PersonLine key={person.person_id} person={person} words={words} />
            ))}
          </ul>
        </section>
      )}
      {found.genres.length > 0 && (
        <section aria-labelledby="genres" className="result-block">
          <h2 id="genres">{t('search.genres')}</h2>
          <ul role="list" className="result-people">
            {found.genres.map(({ genre, titles }) => (
              <li key={genre}>
                <Link to="/genres/$genre" params={{ genre }} data-result>
                  <span>
                    <b>{genreName(genre)}</b>
                    <span className="small">{t('search.titles', { count: titles })}</span>
                  </span>
                </Link>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

function Marked({ text, words }: { text: string; words: string }) {
  return (
    <>
      {marked(text, words).map((piece, at) =>
        piece.isMarked ? <mark key={at}>{piece.text}</mark> : <span key={at}>{piece.text}</span>,
      )}
    </>
  );
}

function factsOf(face: Face, withGenres: boolean): string {
  const made = [face.directors.length > 0 ? list(face.directors) : null, face.year]
    .filter(Boolean)
    .join(', ');
  const genres =
    withGenres && face.genres.length > 0 ? face.genres.slice(0, 3).map(genreName).join(', ') : null;
  return [made, face.length_s ? duration(face.length_s) : null, genres].filter(Boolean).join(' · ');
}

function Likeliest({ face, words }: { face: Face; words: string }) {
  const t = useT();
  return (
    <div className="likeliest">
      <Link
        to="/titles/$titleId"
        params={{ titleId: face.title_id }}
        tabIndex={-1}
        aria-hidden
        className="lit"
      >
        <Poster face={face} eager />
      </Link>
      <div>
        <h3>
          <Link to="/titles/$titleId" params={{ titleId: face.title_id }} data-result aria-label={face.name}>
            <Marked text={face.name} words={words} />
          </Link>
        </h3>
        <p className="small">{factsOf(face, true)}</p>
        {face.certification && <p className="small">{certificationWords(face.certification, t)}</p>}
        <div className="likeliest-end">
          {face.has_media ? <PlayLink face={face} /> : <p className="voice">{t('search.notHere')}</p>}
        </div>
      </div>
    </div>
  );
}

function TitleLine({ face, words }: { face: Face; words: string }) {
  return (
    <li>
      <Link to="/titles/$titleId" params={{ titleId: face.title_id }} data-result>
        <Poster face={face} />
        <span>
          <b>
            <Marked text={face.name} words={words} />
          </b>
          <span className="small">{factsOf(face, true)}</span>
        </span>
      </Link>
    </li>
  );
}

const ROLES: Readonly<Record<string, Key>> = {
  director: 'search.role.director',
  actor: 'search.role.actor',
  writer: 'search.role.writer',
  composer: 'search.role.composer',
  producer: 'search.role.producer',
};

function PersonLine({ person, words }: { person: Schemas['PersonFace']; words: string }) {
  const t = useT();
  const roles = person.roles.map((role) => {
    const key = ROLES[role];
    return key ? t(key as 'search.role.director') : role;
  });
  return (
    <li>
      <Link to="/people/$personId" params={{ personId: person.person_id }} data-result>
        <Monogram name={person.name} />
        <span>
          <b>
            <Marked text={person.name} words={words} />
          </b>
          <span className="small">{[t('search.titles', { count: person.titles }), ...roles].join(', ')}</span>
        </span>
      </Link>
    </li>
  );
}

/** The first letters of a name, where nobody has a portrait. */
function Monogram({ name }: { name: string }) {
  const parts = name.split(/\s+/);
  const letters = [parts[0], parts.length > 1 ? parts.at(-1) : ''].map(
    (each) => Array.from(each ?? '')[0] ?? '',
  );
  return (
    <span className="monogram" aria-hidden>
      {letters.join('')}
    </span>
  );
}
