/** The genres of the catalogue, said in the language of now; one that nobody translated is said as it is. */
import { language } from './i18n';

const IN_FRENCH: Readonly<Record<string, string>> = {
  Adventure: 'Aventure',
  Children: 'Jeunesse',
  Comedy: 'Comédie',
  Crime: 'Policier',
  Documentary: 'Documentaire',
  Drama: 'Drame',
  Fantasy: 'Fantastique',
  'Film-Noir': 'Film noir',
  Horror: 'Horreur',
  Musical: 'Comédie musicale',
  Mystery: 'Mystère',
  'Sci-Fi': 'Science-fiction',
  War: 'Guerre',
};
const IN_ENGLISH: Readonly<Record<string, string>> = {
  'Sci-Fi': 'Science fiction',
  'Film-Noir': 'Film noir',
};

/** Say a genre. */
export function genreName(genre: string): string {
  return (language() === 'fr' ? IN_FRENCH : IN_ENGLISH)[genre] ?? genre;
}
