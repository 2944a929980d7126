import { RE2JS } from 're2js'
import type { JsonValue } from '../facts/json-value.ts'
import { joined, toNumber, toText } from './coerce.ts'
import { type Compiler, type Operator, spend, type Test, type Value } from './compiler.ts'
import { operandsOf } from './operands.ts'
import { comparedWithUnknown, FAILS, HOLDS, notProvided, OPEN, type Truth } from './truth.ts'

/** The longest text that a rule may build: nothing sensible is longer, and doubling in a `reduce` must not fill the memory. */
const maxTextLength = 65_536

/** The most steps of the matcher, pattern instructions times characters. Beyond, a match is undetermined. */
const maxMatchSteps = 200_000

/** The most instructions that a pattern may compile to. */
export const maxPatternSize = 500

function compileCat(args: readonly JsonValue[], compiler: Compiler): Value {
  const values = args.map((arg) => compiler.value(arg))
  compiler.budget.drawn = true
  return (signals, data) => {
    const parts = operandsOf(values, signals, data)
    if (typeof parts === 'symbol') return parts
    const text = joined(parts, '')
    spend(compiler.budget, text.length >> 6)
    if (text.length > maxTextLength) throw new RangeError('the text is too long')
    return text
  }
}

function compileSubstr(args: readonly JsonValue[], compiler: Compiler): Value {
  const values = args.slice(0, 3).map((arg) => compiler.value(arg))
  return (signals, data) => {
    const parts = operandsOf(values, signals, data)
    return typeof parts === 'symbol' ? parts : substr(toText(parts[0]), parts[1], parts[2])
  }
}

/**
 * The part from `start` on, counted from the end when negative. `length` limits it or, when negative, is the number of characters dropped
 * at the end.
 */
function substr(text: string, start: unknown, length: unknown): string {
  const from = start === undefined ? 0 : Math.trunc(toNumber(start)) || 0
  const begin = from < 0 ? Math.max(text.length + from, 0) : from
  if (length === undefined) return text.slice(begin)
  const count = Math.trunc(toNumber(length)) || 0
  if (count >= 0) return text.slice(begin, begin + count)
  const rest = text.slice(begin)
  return rest.slice(0, Math.max(rest.length + count, 0))
}

/** Tests a text against one text or any of an array of texts. A value that is not a text never passes. */
function textTest(passes: (text: string, affix: string) => boolean): Operator {
  return {
    test: (args, compiler) => {
      const text = compiler.value(args[0] ?? null)
      const affix = compiler.value(args[1] ?? null)
      return (signals, data) => {
        const a = text(signals, data) ?? notProvided
        const b = affix(signals, data) ?? notProvided
        if (typeof a === 'symbol' || typeof b === 'symbol') return comparedWithUnknown(a, b)
        if (typeof a !== 'string') return FAILS
        const affixes: readonly unknown[] = Array.isArray(b) ? b : [b]
        return affixes.some((one) => typeof one === 'string' && passes(a, one)) ? HOLDS : FAILS
      }
    },
  }
}

/** Compiles a pattern for the linear-time matcher. Throws when it is malformed or too large. */
export function compilePattern(pattern: string): RE2JS {
  if (pattern.length > 1_000) throw new RangeError('the pattern is too long')
  const compiled = RE2JS.compile(pattern)
  if (compiled.programSize() > maxPatternSize) throw new RangeError('the pattern is too complex')
  return compiled
}

/** `matches` [text, pattern]: true when the pattern is found anywhere in the text. The pattern is a literal, never computed from data. */
function compileMatches(args: readonly JsonValue[], compiler: Compiler): Test {
  const text = compiler.value(args[0] ?? null)
  const source = args[1]
  if (typeof source !== 'string') throw new TypeError('the pattern of `matches` is a text')
  const compiled = compilePattern(source)
  const size = compiled.programSize()
  compiler.budget.drawn = true
  return (signals, data): Truth => {
    const value = text(signals, data) ?? notProvided
    if (typeof value === 'symbol') return comparedWithUnknown(value)
    if (typeof value !== 'string') return FAILS
    if (value.length * size > maxMatchSteps) return OPEN
    spend(compiler.budget, (value.length * size) >> 6)
    return compiled.test(value) ? HOLDS : FAILS
  }
}

export const concatenation: Operator = { value: compileCat }
export const substring: Operator = { value: compileSubstr }
export const prefix: Operator = textTest((text, start) => text.startsWith(start))
export const suffix: Operator = textTest((text, end) => text.endsWith(end))
export const pattern: Operator = { test: compileMatches }
