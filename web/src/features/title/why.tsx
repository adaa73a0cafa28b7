import { Link } from '@tanstack/react-router';
import { Eye } from 'lucide-react';

import { Icon } from '@/components/Icon';
import type { Schemas } from '@/lib/api';
import { genreName } from '@/lib/genres';
import { useT } from '@/lib/i18n';

/** The yellow slip of a title's page: why this title is here, and every fact that says so. */
export function WhyHere({ why, kind }: { why: Schemas['Why']; kind: string }) {
  const t = useT();
  const [first, ...others] = why.facts;
  const sentence = first?.text === why.text ? first : undefined;
  return (
    <section className="why-here" aria-labelledby="why-title">
      <h2 id="why-title">
        <Icon of={Eye} size={18} />
        {t('title.why', { kind })}
      </h2>
      <p className="voice">{sentence ? <Linked fact={sentence} /> : why.text}</p>
      {others.length > 0 && (
        <ul role="list">
          {others.map((fact) => (
            <li key={`${fact.kind} ${fact.text}`}>
              <Linked fact={fact} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** A fact as a sentence, in which what it names leads to its page. */
function Linked({ fact }: { fact: Schemas['Evidence'] }) {
  // A genre is said in the language of the page, and known by its own name.
  const name = fact.name && fact.kind === 'taste' ? genreName(fact.name) : fact.name;
  const at = name ? fact.text.indexOf(name) : -1;
  if (!name || at < 0) return <>{fact.text}</>;
  return (
    <>
      {fact.text.slice(0, at)}
      <NamedLink fact={fact} name={name} />
      {fact.text.slice(at + name.length)}
    </>
  );
}

function NamedLink({ fact, name }: { fact: Schemas['Evidence']; name: string }) {
  if (fact.title_id)
    return (
      <Link to="/titles/$titleId" params={{ titleId: fact.title_id }}>
        <cite>{name}</cite>
      </Link>
    );
  if (fact.person_id)
    return (
      <Link to="/people/$personId" params={{ personId: fact.person_id }}>
        {name}
      </Link>
    );
  if (fact.kind === 'taste' && fact.name)
    return (
      <Link to="/genres/$genre" params={{ genre: fact.name }}>
        {name}
      </Link>
    );
  return <>{name}</>;
}
