import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { toRow } from '../in-turns.ts'
import type { Measured } from '../row.ts'

/** Measures what a page with passkeys loads: the SDK's class with all it needs, in one minified and compressed bundle. */
export async function sdk(): Promise<Measured> {
  const ours = await sizeOf('sallyport.ts')
  const theirs = await sizeOf('authsignal.ts')
  return {
    rows: [
      toRow(
        {
          name: 'browser SDK, passkeys only, minified and compressed',
          peer: '`@authsignal/browser`',
          unit: 'bytes',
          atMost: 0.35,
          note: 'theirs does more than passkeys and is not available without the rest',
        },
        [ours],
        [theirs],
      ),
    ],
  }
}

async function sizeOf(page: string): Promise<number> {
  const { outputFiles } = await build({
    entryPoints: [path.join(import.meta.dirname, '../pages', page)],
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    write: false,
  })
  return outputFiles.reduce((sum, { contents: bytes }) => sum + gzipSync(bytes, { level: 9 }).length, 0)
}
