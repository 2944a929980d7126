import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseAddress } from '../language/cidr.ts'
import { signalRegistry } from '../signals/registry.ts'
import type { SignalDefinition } from '../signals/signals.ts'
import { canonicalAddress } from './addresses.ts'
import { countryCodes } from './countries.ts'
import { partProblem, spellingProblem } from './text-forms.ts'

test('C1: the example of every signal is spelled in its form', () => {
  for (const { name, form, example } of signalRegistry as readonly SignalDefinition[]) {
    for (const each of form === undefined ? [] : [example].flat())
      assert.equal(spellingProblem(form ?? 'country', String(each)), undefined, name)
  }
})

test('C1: the countries are those of ISO 3166, with Kosovo', () => {
  assert.equal(countryCodes.size, 250)
})

test('C1: every address has one canonical spelling, and its parts can be asked for', () => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
      const canonical = canonicalAddress(text) ?? ''
      assert.deepEqual(parseAddress(canonical), parseAddress(text))
      assert.equal(canonicalAddress(canonical), canonical)
      assert.equal(canonicalAddress(text.toUpperCase()), canonical)
      assert.equal(spellingProblem('address', canonical), undefined)
      for (let i = 0; i <= canonical.length; i++) {
        assert.equal(partProblem('address', canonical.slice(0, i), 'start'), undefined)
        assert.equal(partProblem('address', canonical.slice(i), 'end'), undefined)
      }
    }),
  )
})
