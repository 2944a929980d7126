import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'

const built = resolve(import.meta.dirname, '../../../packages/server/portal')
/** Bytes, with everything that a first visit loads before the page itself. */
const budget = 210_000

test('the first load stays within 210 kB: page, script, style and font', () => {
  const page = readFileSync(join(built, 'index.html'), 'utf8')
  const files = [...page.matchAll(/(?:src|href)="\/portal\/(assets\/[^"]+)"/g)].map(([, file = '']) => file)
  const styles = files.filter((file) => file.endsWith('.css')).map((file) => readFileSync(join(built, file), 'utf8'))
  // Other alphabets are loaded when a text needs them.
  const fonts = styles.flatMap((style) =>
    [...style.matchAll(/url\(\/portal\/(assets\/inter-latin-wght[^)]+)\)/g)].map(([, file = '']) => file),
  )
  assert.equal(fonts.length, 1)
  const sizes = [...files, ...fonts].map((file) => [file, sizeOf(readFileSync(join(built, file)), file)] as const)
  const sum = sizes.reduce((total, [, size]) => total + size, gzipSync(page).length)
  assert.ok(sizes.some(([file]) => file.endsWith('.js')) && styles.length > 0)
  assert.ok(sum <= budget, `${sum} bytes: ${sizes.map(([file, size]) => `${file} ${size}`).join(', ')}`)
})

function sizeOf(bytes: Buffer, file: string): number {
  return file.endsWith('.woff2') ? bytes.length : gzipSync(bytes, { level: 9 }).length
}
