/** What a person did in each title: one may direct a film and play in it. */
import type { Schemas } from '@/lib/api';

export interface PartIn {
  roles: string[];
  characters: string[];
}

/** The roles and the characters of a person by title. */
export function partsOf(
  parts: readonly Pick<Schemas['Part'], 'title_id' | 'role' | 'character'>[],
): Map<string, PartIn> {
  const found = new Map<string, PartIn>();
  for (const { title_id, role, character } of parts) {
    const part = found.get(title_id) ?? { roles: [], characters: [] };
    if (!part.roles.includes(role)) part.roles.push(role);
    if (character && !part.characters.includes(character)) part.characters.push(character);
    found.set(title_id, part);
  }
  return found;
}
