/** Write the compressed forms of a built site beside its files: `node compress.mjs FOLDER`. */
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const WORTH_IT = new Set(['.css', '.html', '.js', '.json', '.map', '.svg', '.txt', '.wasm', '.webmanifest']);
const LEAST_BYTES = 600;

const folder = process.argv[2];
for (const entry of readdirSync(folder, { recursive: true })) {
  const path = join(folder, entry);
  if (!WORTH_IT.has(extname(path)) || !statSync(path).isFile()) continue;
  const body = readFileSync(path);
  if (body.length < LEAST_BYTES) continue;
  const forms = {
    '.br': brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: body.length } }),
    '.gz': gzipSync(body, { level: 9 }),
  };
  for (const [suffix, packed] of Object.entries(forms)) if (packed.length < body.length) writeFileSync(path + suffix, packed);
}
