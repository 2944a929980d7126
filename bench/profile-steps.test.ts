import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { signInSteps, trackSteps } from './profile-steps.ts'

const root = path.join(import.meta.dirname, '..')

test('every place that a step of a profile names is there', () => {
  for (const [step, ...places] of [...trackSteps, ...signInSteps]) {
    for (const place of places) {
      const whole = place.startsWith('npm:') ? `node_modules/${place.slice(4)}` : `packages/${place}`
      const folder = whole.slice(0, whole.lastIndexOf('/'))
      const start = whole.slice(folder.length + 1)
      const found = readdirSync(path.join(root, folder)).filter((name) => name.startsWith(start))
      assert.notEqual(found.length, 0, `${step}: ${place}`)
    }
  }
})
