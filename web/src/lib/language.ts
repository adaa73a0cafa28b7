/** The language of the page and that of the profile who watches go together: the server's sentences follow. */
import { api } from './api';
import { keepLanguage, language, speak, spokenOf, type Language } from './i18n';
import { queryClient } from './query';
import { chosenOf, meQuery, type Profile } from './session';

/** What was chosen in this browser while nobody watched: the language of every profile that has chosen none. */
const HOUSEHOLD = 'cinoche.language.household';

/** After somebody chose a language: the profile that watches speaks it from now on. */
export async function whenLanguageChosen(chosen: Language): Promise<void> {
  const me = queryClient.getQueryData(meQuery.queryKey);
  const profile = chosenOf(me);
  if (!profile) localStorage.setItem(HOUSEHOLD, chosen);
  else if (profile.language !== chosen) {
    await api.patch('/profiles/{profile_id}', {
      path: { profile_id: profile.profile_id },
      body: { language: chosen },
    });
  }
  await queryClient.invalidateQueries();
}

/** When a profile begins to watch: the page speaks the language that it chose, else the browser's. */
export async function followProfile(profile: Pick<Profile, 'language'>): Promise<void> {
  const kept = profile.language ?? spokenOf([localStorage.getItem(HOUSEHOLD)]);
  const next = kept ?? spokenOf(navigator.languages) ?? 'en';
  if (next !== language()) await speak(next);
  keepLanguage(kept);
}
