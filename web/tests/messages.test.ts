import { compileMessage } from '@lingui/message-utils/compileMessage';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

import { homes, parameters, written } from '../scripts/messages.mjs';

const src = join(import.meta.dirname, '..', 'src');
const READ_ALOUD = new Set([
  'aria-label',
  'title',
  'alt',
  'placeholder',
  'label',
  'hint',
  'kicker',
  'sentence',
  'aria-description',
]);
/** Words that are the same in every language. */
const NAMES = new Set(['cinoche', 'Français', 'English', '·', '—', '’']);

const files = readdirSync(src, { recursive: true, encoding: 'utf8' });
const sources = files.filter((file) => file.endsWith('.tsx') && !file.endsWith('.test.tsx'));
const hasLetters = (text: string) => /\p{L}/u.test(text);

describe('messages', () => {
  it('are kept in folders that have both languages', () => {
    for (const { folder } of homes()) expect(readdirSync(folder)).toContain('messages.fr.json');
  });

  it('have the same keys in both languages', () => {
    expect(Object.keys(written('fr')).sort()).toEqual(Object.keys(written('en')).sort());
  });

  it.each(['en', 'fr'])('are never empty in %s', (language) => {
    const empty = Object.entries(written(language)).filter(([, text]) => !text.trim());
    expect(empty).toEqual([]);
  });

  it('take the same parameters in both languages', () => {
    const french = written('fr');
    const taken = (text: string) => Object.keys(parameters(compileMessage(text))).sort();
    const unlike = Object.entries(written('en')).filter(
      ([key, text]) => taken(text).join() !== taken(french[key] ?? '').join(),
    );
    expect(unlike.map(([key]) => key)).toEqual([]);
  });

  it('are set as French is: apostrophes, quotes, and spaces that do not break', () => {
    const wrong = Object.entries(written('fr')).filter(([, text]) => {
      const plain = text.replace(/\{[^{}]*\}/g, 'x').replace(/<\/?\w+>/g, '');
      return /['"]|[^\u00a0][;!?»](?!\w)|[^\u00a0]:(?!\d)|«[^\u00a0]|\.\.\./.test(plain);
    });
    expect(wrong).toEqual([]);
  });

  it('are all used', () => {
    const text = files
      .filter((file) => /\.tsx?$/.test(file) && !file.includes('lib/messages/'))
      .map((file) => readFileSync(join(src, file), 'utf8'))
      .join('\n');
    const built = [...text.matchAll(/`([\w.-]+)\.\$\{/g)].map((match) => `${match[1]}.`);
    const dynamic = [...text.matchAll(/`(\w+)\.\$\{[^}]+\}\.(\w+)`/g)].map(
      (match) => new RegExp(`^${match[1]}\\..+\\.${match[2]}$`),
    );
    const unused = Object.keys(written('en')).filter(
      (key) =>
        !text.includes(`'${key}'`) &&
        !built.some((start) => key.startsWith(start)) &&
        !dynamic.some((form) => form.test(key)),
    );
    expect(unused).toEqual([]);
  });
});

describe('pages', () => {
  it.each(sources)('%s has no words of its own', (file) => {
    const tree = ts.createSourceFile(
      file,
      readFileSync(join(src, file), 'utf8'),
      ts.ScriptTarget.Latest,
      true,
      ts.ScriptKind.TSX,
    );
    const found: string[] = [];
    const look = (node: ts.Node): void => {
      if (ts.isJsxText(node)) found.push(node.text.trim());
      if (
        ts.isJsxExpression(node) &&
        node.expression &&
        ts.isStringLiteralLike(node.expression) &&
        !ts.isJsxAttribute(node.parent)
      ) {
        found.push(node.expression.text.trim());
      }
      if (
        ts.isJsxAttribute(node) &&
        READ_ALOUD.has(node.name.getText()) &&
        node.initializer &&
        ts.isStringLiteral(node.initializer)
      ) {
        found.push(node.initializer.text);
      }
      ts.forEachChild(node, look);
    };
    look(tree);
    expect(found.filter((text) => hasLetters(text) && !NAMES.has(text))).toEqual([]);
  });
});
