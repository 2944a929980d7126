import fc from 'fast-check'
import { allows, type JsonSchema, resolve, type Schemas } from './json-schema.ts'
import type { Random } from './random.ts'

/** Values that mean something on the server under test, by the name of the member or parameter that takes them. */
export type Known = Readonly<Record<string, readonly unknown[]>>

export interface GenerateDeps {
  random: Random
  schemas: Schemas
  known: Known
}

/** What breaks careless code. All of it can be written as JSON. */
const odd: readonly unknown[] = [
  ...[null, '', ' ', 0, -1, 1e308, 1.5, 2 ** 53, -0.1, true, false, [], {}, [null], [[]], { a: { b: {} } }],
  ...['__proto__', 'constructor', "' OR 1=1--", 'a\u0000b', '\ud800', '%00', '../..', 'x'.repeat(10_000), '<img onerror=alert(1)>'],
  ...['１２３', '9007199254740993', '1e400', 'PASSKEY', 'ALLOW', 'CHALLENGE', '8.8.8.8', '::ffff:1.2.3.4', '2026-01-01T00:00:00Z'],
  ...[
    '2026-02-31',
    'NaN',
    'null',
    'true',
    '\u202e',
    'a\r\nb',
    '\ufeff',
    { $gt: 0 },
    { toString: 1 },
    { var: 'ip.isTor' },
    { if: [1, 2, 3] },
  ],
]

export function oddValue(random: Random): unknown {
  return random.pick(odd)
}

/** A value that the document allows under `name`. */
export function allowedValue(deps: GenerateDeps, given: JsonSchema, name = '', depth = 0): unknown {
  const { random, schemas, known } = deps
  const schema = resolve(given, schemas)
  const fitting = (Object.hasOwn(known, name) ? (known[name] ?? []) : []).filter((value) => allows(schema, value, schemas))
  if (fitting.length > 0 && random.chance(0.8)) return random.pick(fitting)
  if (schema.anyOf !== undefined) return allowedValue(deps, random.pick(schema.anyOf), name, depth)
  if (schema.allOf !== undefined) return Object.assign({}, ...schema.allOf.map((part) => allowedValue(deps, part, name, depth)))
  if (schema.enum !== undefined) return random.pick(schema.enum)
  if ('const' in schema) return schema.const
  const type = random.pick([schema.type ?? ['string', 'number', 'boolean', 'null', 'object']].flat())
  switch (type) {
    case 'null':
      return null
    case 'boolean':
      return random.chance(0.5)
    case 'integer':
    case 'number':
      return allowedNumber(random, schema, type === 'integer')
    case 'array': {
      const { minItems = 0, maxItems = 1000, items = {} } = schema
      const length = Math.min(maxItems, minItems + random.integer(depth > 2 ? 2 : 4))
      return Array.from({ length }, () => allowedValue(deps, items, name, depth + 1))
    }
    case 'object':
      return allowedObject(deps, schema, depth)
    default:
      return allowedText(random, schema)
  }
}

function allowedNumber(random: Random, schema: JsonSchema, isInteger: boolean): number {
  const low = schema.minimum ?? (schema.exclusiveMinimum ?? -1001) + 1
  const high = schema.maximum ?? (schema.exclusiveMaximum ?? low + 2001) - 1
  const number = random.pick([low, high, low + random.integer(Math.max(1, Math.min(1000, high - low)))])
  return isInteger || number + 0.5 > high ? number : number + random.pick([0, 0.5])
}

function allowedObject(deps: GenerateDeps, schema: JsonSchema, depth: number): Record<string, unknown> {
  const { random } = deps
  const object: Record<string, unknown> = {}
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const isRequired = schema.required?.includes(name) === true
    if (isRequired || random.chance(depth > 2 ? 0.1 : 0.4)) object[name] = allowedValue(deps, property, name, depth + 1)
  }
  const others = schema.additionalProperties
  if (typeof others !== 'object' || depth > 3) return object
  for (let count = random.integer(3); count > 0; count--) {
    const name = String(allowedValue(deps, schema.propertyNames ?? { type: 'string', maxLength: 20 }, '', depth + 1))
    if (name !== '__proto__') object[name] = allowedValue(deps, others, name, depth + 1)
  }
  return object
}

/** Texts of each pattern, made once: to make one takes longer than a request. */
const samples = new Map<string, readonly string[]>()

function allowedText(random: Random, schema: JsonSchema): string {
  const { minLength = 0, maxLength = 40, pattern, format } = schema
  if (format === 'uri') return random.pick(['https://app.example.com/a?b=c', 'http://localhost:3000/'])
  if (pattern !== undefined) {
    let texts = samples.get(pattern)
    if (texts === undefined) {
      // fast-check cannot make texts for a look-ahead, so those that it forbids are made and left out.
      const plain = new RegExp(pattern.replace(/\(\?[!=][^()]*\)/g, ''), 'u')
      texts = fc.sample(fc.stringMatching(plain), { numRuns: 30, seed: 1 }).filter((text) => new RegExp(pattern, 'u').test(text))
      samples.set(pattern, texts)
    }
    const fitting = texts.filter((text) => text.length >= minLength && text.length <= (schema.maxLength ?? 1e6))
    return fitting.length === 0 ? '' : random.pick(fitting)
  }
  const alphabet = random.pick(['abc', 'aé漢😀', 'a b-_.:/@|%', '0123456789'])
  const letters = [...alphabet]
  const length = random.chance(0.05) ? maxLength : minLength + random.integer(Math.max(1, Math.min(12, maxLength - minLength)))
  // JSON Schema counts code points, and each letter is one.
  const text = Array.from({ length }, () => random.pick(letters)).join('')
  return text.length <= maxLength ? text : 'a'.repeat(length)
}

/** The value with something odd in one or two places: another type, another size, a member too many or too few. */
export function spoiled(random: Random, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || random.chance(0.15)) return oddValue(random)
  if (Array.isArray(value)) {
    const list: unknown[] = [...value]
    if (list.length === 0 || random.chance(0.2)) list.push(oddValue(random))
    else if (random.chance(0.1)) return Array.from({ length: 5000 }, () => list[0])
    else {
      const index = random.integer(list.length)
      list[index] = spoiled(random, list[index])
    }
    return list
  }
  const object: Record<string, unknown> = { ...value }
  const names = Object.keys(object)
  if (names.length === 0 || random.chance(0.15))
    object[random.pick(['x', 'tenantId', 'isAdmin', 'toString', 'constructor', ''])] = oddValue(random)
  else {
    const name = random.pick(names)
    if (random.chance(0.15)) delete object[name]
    else object[name] = spoiled(random, object[name])
  }
  return object
}
