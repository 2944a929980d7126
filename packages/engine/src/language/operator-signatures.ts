/** How many arguments an operator takes. */
export interface Arity {
  readonly min: number
  readonly max: number
}

const many = Number.POSITIVE_INFINITY

/** The operators and how many arguments each takes. */
export const arities: ReadonlyMap<string, Arity> = new Map(
  Object.entries({
    var: { min: 1, max: 2 },
    missing: { min: 1, max: many },
    missing_some: { min: 2, max: 2 },
    if: { min: 2, max: many },
    '?:': { min: 2, max: many },
    '==': { min: 2, max: 2 },
    '===': { min: 2, max: 2 },
    '!=': { min: 2, max: 2 },
    '!==': { min: 2, max: 2 },
    '!': { min: 1, max: 1 },
    '!!': { min: 1, max: 1 },
    and: { min: 0, max: many },
    or: { min: 1, max: many },
    '>': { min: 2, max: 2 },
    '>=': { min: 2, max: 2 },
    '<': { min: 2, max: 3 },
    '<=': { min: 2, max: 3 },
    max: { min: 1, max: many },
    min: { min: 1, max: many },
    '+': { min: 1, max: many },
    '-': { min: 1, max: 2 },
    '*': { min: 1, max: many },
    '/': { min: 2, max: 2 },
    '%': { min: 2, max: 2 },
    map: { min: 2, max: 2 },
    reduce: { min: 3, max: 3 },
    filter: { min: 2, max: 2 },
    all: { min: 2, max: 2 },
    none: { min: 2, max: 2 },
    some: { min: 2, max: 2 },
    merge: { min: 1, max: many },
    in: { min: 2, max: 2 },
    cat: { min: 1, max: many },
    substr: { min: 2, max: 3 },
    isMissing: { min: 1, max: 2 },
    startsWith: { min: 2, max: 2 },
    endsWith: { min: 2, max: 2 },
    matches: { min: 2, max: 2 },
    inCidr: { min: 2, max: 2 },
    between: { min: 3, max: 3 },
    distanceWithinKm: { min: 5, max: 5 },
  }),
)

/** `2 arguments`, `2 to 3 arguments`, `at least 1 argument`. */
export function describeArity({ min, max }: Arity): string {
  const count = max === many ? `at least ${min}` : min === max ? String(min) : `${min} to ${max}`
  return `${count} ${(max === many ? min : max) === 1 ? 'argument' : 'arguments'}`
}
