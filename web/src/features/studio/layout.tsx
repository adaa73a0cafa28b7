import { Link, Outlet } from '@tanstack/react-router';
import {
  ChartColumn,
  Clapperboard,
  DoorClosed,
  FlaskConical,
  HeartPulse,
  Languages,
  Layers,
  Undo2,
} from 'lucide-react';

import { buttonClass } from '@/components/Button';
import { Icon } from '@/components/Icon';
import { Brand, ThemeButton } from '@/components/Masthead';
import { OpenShell } from '@/components/Shell';
import { EmptyState } from '@/components/States';
import { speak, useLanguage, useT } from '@/lib/i18n';
import { whenLanguageChosen } from '@/lib/language';
import { useDocumentTitle } from '@/lib/page';
import { useSession } from '@/lib/session';

import { useJobs } from './queries';
import './studio.css';

const PLACES = [
  { to: '/studio', label: 'studio.nav.overview', icon: ChartColumn, isExact: true },
  { to: '/studio/titles', label: 'studio.nav.catalogue', icon: Clapperboard, isExact: false },
  { to: '/studio/media', label: 'studio.nav.media', icon: Layers, isExact: false },
  { to: '/studio/health', label: 'studio.nav.health', icon: HeartPulse, isExact: false },
  { to: '/studio/experiments', label: 'studio.nav.experiments', icon: FlaskConical, isExact: false },
] as const;

/** The frame of the Studio, for operators; others are told that it is not for them. */
export function StudioLayout() {
  const { me } = useSession();
  if (!me) return <main id="content" tabIndex={-1} aria-busy />;
  return me.account.role === 'operator' ? <Frame /> : <ForOperators />;
}

function Frame() {
  const t = useT();
  return (
    <div className="studio">
      <a
        className="skip"
        href="#content"
        onClick={(event) => {
          event.preventDefault();
          document.getElementById('content')?.focus();
        }}
      >
        {t('studio.skip')}
      </a>
      <header className="studio-rail">
        <div>
          <div className="studio-brand">
            <Brand to="/home" />
            <span>{t('studio.title')}</span>
          </div>
          <nav aria-label={t('studio.nav.label')}>
            <ul>
              {PLACES.map(({ to, label, icon, isExact }) => (
                <li key={to}>
                  <Link to={to} activeOptions={{ exact: isExact, includeSearch: false }}>
                    <Icon of={icon} />
                    {t(label)}
                    {to === '/studio/media' && <Failed />}
                  </Link>
                </li>
              ))}
            </ul>
          </nav>
          <RailFoot />
        </div>
      </header>
      <main id="content" tabIndex={-1} className="studio-page">
        <Outlet />
      </main>
    </div>
  );
}

/** How many films could not be made playable, beside the place where that can be mended. */
function Failed() {
  const t = useT();
  const { data: jobs = [] } = useJobs();
  const count = jobs.filter((each) => each.state === 'failed').length;
  if (count === 0) return null;
  return (
    <em>
      <span aria-hidden>{count}</span>
      <span className="sr-only">{t('studio.nav.failed', { count })}</span>
    </em>
  );
}

function RailFoot() {
  const t = useT();
  const other = useLanguage() === 'fr' ? 'en' : 'fr';
  return (
    <div className="studio-foot">
      <Link to="/home" className="icon-button" aria-label={t('studio.nav.back')} title={t('studio.nav.back')}>
        <Icon of={Undo2} />
      </Link>
      <ThemeButton />
      <button
        type="button"
        className="studio-language"
        lang={other}
        onClick={() => {
          void speak(other, true).then(() => whenLanguageChosen(other));
        }}
      >
        <Icon of={Languages} size={18} />
        <span>{other === 'fr' ? 'Français' : 'English'}</span>
      </button>
    </div>
  );
}

function ForOperators() {
  const t = useT();
  useDocumentTitle(t('studio.title'));
  return (
    <OpenShell bare>
      <div className="page">
        <EmptyState
          level={1}
          icon={DoorClosed}
          kicker={t('studio.forbidden.kicker')}
          title={t('studio.forbidden.title')}
          sentence={t('studio.forbidden.sentence')}
        >
          <Link to="/home" className={buttonClass({ look: 'primary' })}>
            {t('studio.forbidden.home')}
          </Link>
        </EmptyState>
      </div>
    </OpenShell>
  );
}
