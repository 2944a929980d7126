import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { toRow } from '../in-turns.ts'
import type { Measured } from '../row.ts'

/** What a page that uses passkeys loads: the SDK's class and all it needs, in one minified bundle, compressed. */
export async function sdk(): Promise<Measured> {
  const ours = await sizeOf(`import { Sallyport } from '@sallyport/browser'; globalThis.sallyport = Sallyport`)
  const theirs = await sizeOf(`import { Authsignal } from '@authsignal/browser'; globalThis.authsignal = Authsignal`)
  return {
    rows: [
      toRow(
        {
          name: 'browser SDK, passkeys only, minified and compressed',
          peer: '`@authsignal/browser`',
          unit: 'bytes',
          atMost: 0.35,
          note: 'theirs can do more than passkeys, and can not be had without it',
        },
        [ours],
        [theirs],
      ),
    ],
  }
}

async function sizeOf(contents: string): Promise<number> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: import.meta.dirname },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    write: false,
  })
  return outputFiles.reduce((sum, { contents: bytes }) => sum + gzipSync(bytes, { level: 9 }).length, 0)
}
