import { z } from 'zod'

/** More problems than anybody corrects before trying again. */
const maxProblems = 20

/** For the `error` of a parse: says in words what is wrong with a value, to follow its name. A schema's own message comes before it. */
export const words: z.core.$ZodErrorMap = (issue) => {
  const said = describe(issue)
  return issue.input === undefined && issue.code !== 'unrecognized_keys' && issue.code !== 'custom'
    ? `is missing: it ${said}${exampleFor(issue)}`
    : said
}

/** All problems of a refused value, each with its place: `` `rules.0.type` is missing: … ``. */
export function problemsOf(error: z.core.$ZodError): string[] {
  const all = issuesOf(error)
  const problems = all.slice(0, maxProblems).map(({ path, message }) => {
    const place = path.map(String).join('.')
    return place === '' ? message : `\`${cut(place)}\`${isPredicate(message) ? '' : ':'} ${message}`
  })
  const more = all.length - maxProblems
  return more > 0 ? [...problems, `and ${more} more`] : problems
}

/** All problems with their paths. */
export function issuesOf(error: z.core.$ZodError): Pick<z.core.$ZodIssue, 'path' | 'message'>[] {
  return error.issues.flatMap((issue) => insideOf(issue))
}

/** What is wrong inside the alternative that a value is of; the issue itself when it is of none. */
function insideOf(issue: z.core.$ZodIssue): Pick<z.core.$ZodIssue, 'path' | 'message'>[] {
  if (issue.code !== 'invalid_union') return [issue]
  const inside = issue.errors.find(([first]) => first !== undefined && isInside(first))
  return inside === undefined ? [issue] : inside.map(({ path, message }) => ({ path: [...issue.path, ...path], message }))
}

function isInside({ code, path }: { code?: string | undefined; path?: PropertyKey[] | undefined }): boolean {
  return code !== 'invalid_type' || (path?.length ?? 0) > 0
}

/** `is empty`, `must be a number`: what can follow a name without a colon. */
function isPredicate(message: string): boolean {
  return /^(is|are|has|have|must|may|can|cannot|contains|does|belongs|goes|needs|differs|should) /.test(message)
}

function describe(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${kindOf(String(issue.expected))}`
    case 'invalid_value':
      return oneOf(issue.values as readonly unknown[], issue.input)
    case 'too_big':
      return tooBig(issue)
    case 'too_small':
      return tooSmall(issue)
    case 'invalid_format':
      return `is not ${formats[String(issue.format)] ?? 'in the expected form'}`
    case 'not_multiple_of':
      return `must be a multiple of ${String(issue.divisor)}`
    case 'unrecognized_keys':
      return unknownFields(issue)
    case 'invalid_union':
      return anyOf(issue)
    case 'invalid_key':
      return `has a name that ${inner(issue.issues)}`
    case 'invalid_element':
      return `has an entry that ${inner(issue.issues)}`
    default:
      return 'is not valid'
  }
}

const kinds: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  bigint: 'a whole number',
  boolean: '`true` or `false`',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  date: 'a time',
  null: '`null`',
  undefined: 'absent',
  never: 'absent',
}

function kindOf(expected: string): string {
  return kinds[expected] ?? 'of another type'
}

const formats: Readonly<Record<string, string>> = {
  datetime: 'a time with its offset in ISO 8601, such as `2027-01-31T12:00:00Z`',
  date: 'a day in ISO 8601, such as `2027-01-31`',
  email: 'an e-mail address, such as `jane@example.com`',
  url: 'a URL, such as `https://app.example.com/`',
  uuid: 'a UUID',
  base64: 'base64',
  base64url: 'base64url without padding',
}

function oneOf(values: readonly unknown[], input: unknown): string {
  // The words that stand for true or false in a query.
  if (values.includes('true') && values.includes('off')) return 'must be `true` or `false`'
  const names = values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value)))
  const meant = typeof input === 'string' ? names.find((name) => normalized(name) === normalized(input)) : undefined
  const which = names.length === 1 ? `must be ${names[0]}` : `must be one of ${names.join(', ')}`
  return meant === undefined ? which : `${which}; did you mean \`${meant}\`?`
}

function normalized(text: string): string {
  return text.toLowerCase().replace(/[\s_-]+/g, '')
}

function tooBig({ origin, maximum, inclusive }: z.core.$ZodRawIssue): string {
  if (origin === 'string') return `is longer than ${String(maximum)} characters`
  if (origin === 'array' || origin === 'set' || origin === 'map') return `has more than ${String(maximum)} entries`
  return `must be ${inclusive === false ? 'under' : 'at most'} ${String(maximum)}`
}

function tooSmall({ origin, minimum, inclusive }: z.core.$ZodRawIssue): string {
  const least = Number(minimum)
  if (origin === 'string') return least === 1 ? 'is empty' : `is shorter than ${least} characters`
  if (origin === 'array' || origin === 'set' || origin === 'map') return least === 1 ? 'is empty' : `has fewer than ${least} entries`
  return `must be ${inclusive === false ? 'over' : 'at least'} ${String(minimum)}`
}

function unknownFields({ keys, inst }: z.core.$ZodRawIssue): string {
  const given = keys as readonly string[]
  const shape = inst instanceof z.ZodObject ? Object.keys(inst.shape) : []
  const texts = given.slice(0, 5).map((key) => {
    const meant = shape.find((name) => normalized(name) === normalized(key)) ?? shape.find((name) => differByOne(name, key))
    return `\`${cut(key)}\`${meant === undefined ? '' : ` (did you mean \`${meant}\`?)`}`
  })
  return `${given.length === 1 ? 'unknown field' : 'unknown fields'} ${texts.join(', ')}${given.length > 5 ? ' and more' : ''}`
}

/** One letter added, left out, exchanged for another or with its neighbour. */
function differByOne(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1 || b.length > 64) return false
  let start = 0
  while (start < a.length && a[start] === b[start]) start++
  let end = 0
  while (end < Math.min(a.length, b.length) - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++
  const [left, right] = [a.slice(start, a.length - end), b.slice(start, b.length - end)]
  return (left.length <= 1 && right.length <= 1) || (left.length === 2 && left[0] === right[1] && left[1] === right[0])
}

/** A value that is of no alternative. */
function anyOf({ errors }: z.core.$ZodRawIssue): string {
  const branches = (errors ?? []) as readonly (readonly z.core.$ZodRawIssue[])[]
  const expected = branches.flatMap(([first]) => (first?.code === 'invalid_type' ? kindOf(String(first.expected)) : []))
  return expected.length === 0 ? 'is not valid' : `must be ${[...new Set(expected)].join(' or ')}`
}

function inner(issues: unknown): string {
  const [first] = (issues ?? []) as readonly z.core.$ZodRawIssue[]
  return first === undefined ? 'is not valid' : (first.message ?? describe(first))
}

/** `, for example "isActive": true`. */
function exampleFor(issue: z.core.$ZodRawIssue): string {
  const name = issue.path?.at(-1)
  const value = exampleOf(issue)
  return value === undefined || typeof name !== 'string' ? '' : `, for example \`"${cut(name)}": ${JSON.stringify(value)}\``
}

function exampleOf({ code, expected, values, inst, minimum }: z.core.$ZodRawIssue): unknown {
  const examples = inst === undefined ? undefined : z.globalRegistry.get(inst as z.ZodType)?.examples
  if (Array.isArray(examples) && examples.length > 0) return examples[0]
  if (code === 'invalid_value') return (values as readonly unknown[])[0]
  if (code !== 'invalid_type') return undefined
  return { boolean: true, number: minimum ?? 1, int: 1, string: 'text', array: [], object: {}, record: {} }[String(expected)]
}

function cut(text: string): string {
  return text.length > 120 ? `${text.slice(0, 120)}…` : text
}
