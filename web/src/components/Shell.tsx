import { useRouterState } from '@tanstack/react-router';
import { useEffect, useRef, type ReactNode } from 'react';

import { useT } from '@/lib/i18n';
import { mayBeSignedIn, useSession } from '@/lib/session';

import { Footer } from './Footer';
import { BottomNav, Masthead, OpenMasthead } from './Masthead';

/** A link for the keyboard past everything that every page repeats. */
function SkipLink() {
  const t = useT();
  return (
    <a
      className="skip"
      href="#content"
      onClick={(event) => {
        event.preventDefault();
        document.getElementById('content')?.focus();
      }}
    >
      {t('components.skip')}
    </a>
  );
}

/** After another page was opened: says its title aloud and puts the focus on its content. */
export function RouteAnnouncer() {
  const path = useRouterState({ select: (state) => state.resolvedLocation?.pathname });
  const before = useRef(path);
  const said = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    if (before.current === undefined || before.current === path) {
      before.current = path;
      return;
    }
    before.current = path;
    const timer = setTimeout(() => {
      if (said.current) said.current.textContent = document.title;
      const active = document.activeElement;
      if (active === document.body || active === null)
        document.getElementById('content')?.focus({ preventScroll: true });
    }, 120);
    return () => {
      clearTimeout(timer);
    };
  }, [path]);
  return <p ref={said} className="sr-only" role="status" aria-live="polite" />;
}

/** A page of somebody who watches: the masthead, the content, the foot. */
export function Shell({ children, footer = true }: { children: ReactNode; footer?: boolean }) {
  const { me, profile } = useSession();
  return (
    <div className="with-tabs flex flex-1 flex-col">
      <SkipLink />
      {me && profile ? (
        <Masthead me={me} profile={profile} />
      ) : (
        <OpenMasthead isKnown={mayBeSignedIn()} bare />
      )}
      <main id="content" tabIndex={-1}>
        {children}
      </main>
      {footer && <Footer />}
      {me && profile && <BottomNav />}
    </div>
  );
}

/** A page for anybody; `bare` leaves out the ways in, on the pages that are one. */
export function OpenShell({
  children,
  bare = false,
  attributions = [],
}: {
  children: ReactNode;
  bare?: boolean;
  attributions?: readonly string[];
}) {
  return (
    <>
      <SkipLink />
      <OpenMasthead isKnown={mayBeSignedIn()} bare={bare} />
      <main id="content" tabIndex={-1}>
        {children}
      </main>
      <Footer attributions={attributions} />
    </>
  );
}
