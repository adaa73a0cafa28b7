import { api } from '@/lib/api';
import { followProfile } from '@/lib/language';
import { forgetSession, type Profile } from '@/lib/session';

/** Let a profile watch in this session; nothing that was fetched for another one is kept. */
export async function choose(profile: Profile, pin: string | null): Promise<void> {
  const me = await api.put('/sessions/current/profile', { body: { profile_id: profile.profile_id, pin } });
  forgetSession(me);
  await followProfile(profile);
}
