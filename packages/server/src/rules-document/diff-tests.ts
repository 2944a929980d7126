import { isDeepStrictEqual } from 'node:util'
import type { PolicyTest } from '../rules/policy-test.ts'

export interface TestChange {
  kind: 'test_added' | 'test_changed' | 'test_removed'
  name: string
  sentence: string
}

/** The changes of the saved tests when `after` replaces them. */
export function diffTests(before: readonly PolicyTest[], after: readonly PolicyTest[]): TestChange[] {
  const changes: TestChange[] = []
  for (const test of after) {
    const { name } = test
    const was = before.find((other) => other.name === name)
    if (was === undefined) changes.push({ kind: 'test_added', name, sentence: `New test *${name}*: expects ${test.expect.outcome}.` })
    else if (!isDeepStrictEqual(was, test)) changes.push({ kind: 'test_changed', name, sentence: `Test *${name}* has changed.` })
  }
  for (const { name } of before) {
    if (!after.some((other) => other.name === name)) changes.push({ kind: 'test_removed', name, sentence: `Test *${name}* is gone.` })
  }
  return changes
}
