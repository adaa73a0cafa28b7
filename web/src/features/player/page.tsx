import './player.css';

import { useParams } from '@tanstack/react-router';
import { useEffect, useState } from 'react';

import { useProfile } from '@/lib/session';

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
  const profile = useProfile();
  const [watch] = useState(() => {
    beginPlaySession(profile.profile_id, titleId).catch(() => undefined);
    return new Watch(profile.profile_id);
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
