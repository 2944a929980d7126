import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { findSignal, signalRegistry, slot } from './registry.ts'
import type { SignalDefinition } from './signals.ts'

const rows: readonly SignalDefinition[] = signalRegistry

test('rows keep their position, their origin and their values: stored instances depend on them', () => {
  // Of release 0.1.0. New rows go to the end and do not change it.
  const published = rows.slice(0, 69).map(({ name, type, origin, values }) => [name, type, origin, values?.slice(0, 6)])
  const fingerprint = createHash('sha256').update(JSON.stringify(published)).digest('hex').slice(0, 16)
  assert.equal(fingerprint, '5ceff2dfbb38e28b')
})

test('every name and alias is found, and is there once', () => {
  const names = rows.flatMap(({ name, aliases = [] }) => [name, ...aliases])
  assert.equal(new Set(names).size, names.length)
  for (const [position, definition] of rows.entries()) {
    for (const name of [definition.name, ...(definition.aliases ?? [])]) assert.deepEqual(findSignal(name), { position, definition })
  }
  assert.equal(findSignal('ip.countryCode')?.definition.name, 'ip.location.country.countryCode')
})

test('what is no registered signal is not found, whatever objects inherit', () => {
  for (const name of ['', 'ip', 'ip.isanonymous', 'custom.amount', 'constructor', '__proto__', 'toString']) {
    assert.equal(findSignal(name), undefined)
  }
})

test('every row says what a builder, a sentence and a page of documentation need', () => {
  for (const row of rows) {
    assert.match(row.name, /^[a-z]+(\.[a-zA-Z0-9]+)+$/)
    assert.match(row.meaning, /^[a-z].*[^.]$/, row.name)
    assert.match(row.label, /^the [^.]*[^. ]$/, row.name)
    assert.equal(row.negatedLabel !== undefined, row.type === 'boolean', row.name)
    assert.equal(Array.isArray(row.example) ? 'strings' : typeof row.example, row.type, row.name)
    if (row.values !== undefined) assert.ok(row.values.includes(String(row.example)), row.name)
    assert.equal(row.family, row.name.split('.')[0])
    assert.equal(slot[row.name as keyof typeof slot], rows.indexOf(row))
  }
})
