import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { errorStatus } from './api-error.ts'

/** The members of the union `ServerErrorCode` in a source file of an SDK, which does not import the server. */
function serverCodesIn(file: string): string[] {
  const source = readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8')
  const union = /export type ServerErrorCode =\n((?: {2}\| '\w+'\n)+)/.exec(source)?.[1] ?? assert.fail(`${file} has no ServerErrorCode`)
  return [...union.matchAll(/'(\w+)'/g)].map(([, code = '']) => code)
}

for (const file of ['node/src/sallyport-error.ts', 'browser/src/result.ts']) {
  test(`the error codes in packages/${file} are those of the server, in the same order`, () => {
    assert.deepEqual(serverCodesIn(file), Object.keys(errorStatus))
  })
}
