/**
 * Compile the messages of every folder that has some (`messages.en.json`, `messages.fr.json`) into one module a
 * language, and their keys and parameters into types. A key is the folder's name, a dot, and the key in the file.
 */
import { compileMessage } from '@lingui/message-utils/compileMessage';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const LANGUAGES = ['en', 'fr'];

/** The features whose words come with their page: nobody who is not there needs them. */
export const APART = ['account', 'player', 'studio'];

const src = join(dirname(fileURLToPath(import.meta.url)), '..', 'src');
const out = join(src, 'lib', 'messages');

/** The folders that may hold messages, by the name that their keys begin with. */
export function homes() {
  const features = readdirSync(join(src, 'features'), { withFileTypes: true }).filter((each) =>
    each.isDirectory(),
  );
  const folders = [
    join(src, 'app'),
    join(src, 'components'),
    join(src, 'lib'),
    ...features.map((each) => join(src, 'features', each.name)),
  ];
  return folders
    .filter((folder) => existsSync(join(folder, 'messages.en.json')))
    .map((folder) => ({ name: folder.slice(folder.lastIndexOf('/') + 1), folder }));
}

/** French binds its high punctuation and its quotes to the word with spaces that do not break. */
export function setFrench(text) {
  return text.replace(/ (?=[:;!?»%])/g, '\u00a0').replace(/« /g, '«\u00a0');
}

/** Every message of a language, as it is set. */
export function written(language) {
  const all = {};
  for (const { name, folder } of homes()) {
    const file = join(folder, `messages.${language}.json`);
    const own = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
    for (const [key, text] of Object.entries(own))
      all[`${name}.${key}`] = language === 'fr' ? setFrench(text) : text;
  }
  return all;
}

const NUMBERS = new Set(['plural', 'selectordinal', 'number']);

/** Which parameters a compiled message takes, and of which kind. */
export function parameters(compiled, found = {}) {
  const tokens = Array.isArray(compiled) ? compiled.filter(Array.isArray) : [];
  for (const [name, format, more] of tokens) {
    if (found[name] !== 'number') found[name] = NUMBERS.has(format) ? 'number' : 'text';
    const branches = more !== null && typeof more === 'object' ? Object.values(more) : [];
    for (const branch of branches) parameters(branch, found);
  }
  return found;
}

export function compile() {
  mkdirSync(out, { recursive: true });
  for (const language of LANGUAGES) {
    const compiled = Object.fromEntries(
      Object.entries(written(language)).map(([key, text]) => [key, pressed(compileMessage(text))]),
    );
    const partOf = (key) => APART.find((name) => key.startsWith(`${name}.`)) ?? '';
    for (const part of ['', ...APART]) {
      const own = Object.fromEntries(Object.entries(compiled).filter(([key]) => partOf(key) === part));
      save(
        part ? `${part}.${language}.ts` : `${language}.ts`,
        `import type { Words } from '../i18n';\n\nexport default ${JSON.stringify(own)} as Words;\n`,
      );
    }
    if (language === 'en') save('keys.d.ts', typed(compiled));
  }
  save('parts.ts', listed());
}

/** A message without parameters is a plain text. */
function pressed(message) {
  const isPlain = Array.isArray(message) && message.every((part) => typeof part === 'string');
  return isPlain ? message.join('') : message;
}

function typed(compiled) {
  const types = Object.entries(compiled).map(([key, message]) => {
    const fields = Object.entries(parameters(message)).map(
      ([name, kind]) => `${name}: ${kind === 'number' ? 'number' : 'string | number'}`,
    );
    return `  '${key}': ${fields.length ? `{ ${fields.join('; ')} }` : 'null'};`;
  });
  return `/** Every message, and what it takes. */\nexport interface Messages {\n${types.join('\n')}\n}\n`;
}

function listed() {
  const parts = APART.map((part) => {
    const loads = LANGUAGES.map((language) => `${language}: () => import('./${part}.${language}')`);
    return `  ${part}: { ${loads.join(', ')} },`;
  });
  return `/** The words that come with their page. */\nexport const parts = {\n${parts.join('\n')}\n};\n`;
}

function save(name, text) {
  const file = join(out, name);
  if (!existsSync(file) || readFileSync(file, 'utf8') !== text) writeFileSync(file, text);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) compile();
