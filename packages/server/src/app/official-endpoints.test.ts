import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { officialEndpoints } from '../../tools/official-endpoints.ts'

const require = createRequire(import.meta.url)

/** What the published code of a package has between these two. */
function found(packageName: string, pattern: RegExp): string[] {
  const text = readFileSync(require.resolve(packageName), 'utf8')
  return [...new Set([...text.matchAll(pattern)].map(([, path = '']) => path.replaceAll('${', '{')))].sort()
}

const listed = (client: string) => [...new Set(officialEndpoints.filter((one) => one.client === client).map(({ path }) => path))].sort()

test('the table of official clients lists every endpoint that the published packages call', () => {
  const isOfAnotherService = (path: string) => path.startsWith('/call/')
  assert.deepEqual(
    found('@authsignal/node', /\$\{this\.apiUrl\}(\/[^`]*)`/g).filter((path) => !isOfAnotherService(path)),
    listed('node'),
  )
  assert.deepEqual(found('@authsignal/browser', /"\/client(\/[\w/?=-]+)"/g), listed('browser'))
  assert.equal(officialEndpoints.length, 51)
})
