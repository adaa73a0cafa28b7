import './player.css';

import { useParams } from '@tanstack/react-router';
import { useEffect, useState } from 'react';

import { useSession } from '@/lib/session';

import { beginPlaySession } from './begin';
import { WatchContext } from './context';
import { loadShaka } from './engine';
import { Player } from './Player';
import { Watch } from './watch';

// Whoever is about to press Play has this module fetched in advance; the engine comes with it.
loadShaka().catch(() => undefined);

/** A film that plays. */
export function WatchPage() {
  const { titleId } = useParams({ from: '/watch/$titleId' });
  const { profile } = useSession();
  const [watch] = useState(() => {
    // The profile of when the page was opened: who is signed out meanwhile is told so here, not on another page.
    const profileId = profile?.profile_id ?? '';
    beginPlaySession(profileId, titleId).catch(() => undefined);
    return new Watch(profileId);
  });
  useEffect(() => {
    void watch.open(titleId);
  }, [watch, titleId]);
  return (
    <WatchContext value={watch}>
      <Player titleId={titleId} />
    </WatchContext>
  );
}
