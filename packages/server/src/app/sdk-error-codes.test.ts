import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { invalidReasons } from '../challenges/invalid-reasons.ts'
import { errorStatus } from '../errors/api-error.ts'

/** The members of a union in a source file of an SDK, which does not import the server. */
function unionIn(file: string, name: string): string[] {
  const source = readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8')
  const union = new RegExp(`export type ${name} =\\n((?: {2}\\| '\\w+'\\n)+)`).exec(source)?.[1] ?? assert.fail(`${file} has no ${name}`)
  return [...union.matchAll(/'(\w+)'/g)].map(([, code = '']) => code)
}

for (const file of ['node/src/sallyport-error.ts', 'browser/src/result.ts']) {
  test(`the error codes in packages/${file} are those of the server, in the same order`, () => {
    assert.deepEqual(unionIn(file, 'ServerErrorCode'), Object.keys(errorStatus))
  })
}

test('the reasons of `validate` in the server SDK are those of the server, in the same order', () => {
  assert.deepEqual(unionIn('node/src/validate-challenge.ts', 'InvalidReason'), Object.keys(invalidReasons))
})
