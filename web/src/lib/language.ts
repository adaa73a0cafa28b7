/** The language of the page and that of the profile who watches go together: the server's sentences follow. */
import { api } from './api';
import { language, speak, type Language } from './i18n';
import { queryClient } from './query';
import { chosenOf, meQuery, type Profile } from './session';

/** After somebody chose a language: the profile that watches speaks it from now on. */
export async function whenLanguageChosen(chosen: Language): Promise<void> {
  const me = queryClient.getQueryData(meQuery.queryKey);
  const profile = chosenOf(me);
  if (me && profile && profile.language !== chosen) {
    await api.patch('/profiles/{profile_id}', {
      path: { profile_id: profile.profile_id },
      body: { language: chosen },
    });
  }
  await queryClient.invalidateQueries();
}

/** When a profile begins to watch: the page speaks the language that it chose. */
export async function followProfile(profile: Profile): Promise<void> {
  if (profile.language !== language()) await speak(profile.language, true);
}
