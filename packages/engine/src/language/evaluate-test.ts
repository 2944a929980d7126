import type { Signals } from '../signals/signals.ts'
import type { Test } from './compiler.ts'
import { OPEN, type Truth } from './truth.ts'

/** What is known about whether a condition holds. Never throws: a test that does is undetermined. */
export function evaluateTest(test: Test, signals: Signals): Truth {
  try {
    return test(signals, undefined)
  } catch {
    return OPEN
  }
}
