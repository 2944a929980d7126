import type { JsonValue } from '../facts/json-value.ts'
import { parseNetwork } from '../language/cidr.ts'
import { operationOf } from '../language/condition.ts'
import { arities, describeArity } from '../language/operator-signatures.ts'
import {
  type Check,
  checkChoices,
  checkElements,
  checkEquality,
  checkOrder,
  checkPattern,
  expect,
  maySuggest,
  type Place,
  report,
} from './check-operands.ts'
import { type ConditionFinding, pathTo } from './condition-finding.ts'
import { anyType, type ConditionsContext, typeOfLiteral, typeOfVariable, type ValueType } from './variable-type.ts'

/** Checks that every operator and variable exists and that operators are given what they can work on. */
export function checkTypes(conditions: JsonValue, context: ConditionsContext): ConditionFinding[] {
  const check: Check = { context, findings: [] }
  typeOf(check, conditions, { path: '$' })
  return check.findings
}

function typeOf(check: Check, logic: JsonValue, at: Place): ValueType {
  const operation = operationOf(logic)
  if (operation === undefined) return checkLiteral(check, logic, at)
  const { operator, args } = operation
  const arity = arities.get(operator)
  if (arity === undefined) {
    report(check, 'error', at.path, `unknown operator \`${operator.slice(0, 64)}\``)
    return anyType
  }
  const path = pathTo(at.path, operator)
  if (args.length < arity.min || args.length > arity.max) {
    report(check, 'error', path, `\`${operator}\` takes ${describeArity(arity)}, not ${args.length}`)
    return anyType
  }
  // A single argument may stand without its array.
  const isBare = typeof logic === 'object' && logic !== null && !Array.isArray(Object.values(logic)[0])
  const places = args.map((_, i): Place => ({ path: isBare ? path : pathTo(path, i), element: at.element }))
  return typeOfOperation(check, operator, args, places, { path, element: at.element })
}

function checkLiteral(check: Check, literal: JsonValue, at: Place): ValueType {
  if (Array.isArray(literal)) {
    literal.forEach((element, i) => {
      if (typeof element === 'object') typeOf(check, element, { ...at, path: pathTo(at.path, i) })
    })
  } else if (typeof literal === 'object' && literal !== null) {
    const keys = Object.keys(literal)
    report(
      check,
      'error',
      at.path,
      keys.length === 0
        ? 'an empty object stands where an operator should'
        : `an operation has one operator, here are ${keys.length}: ${keys
            .slice(0, 3)
            .map((key) => `\`${key.slice(0, 32)}\``)
            .join(', ')}`,
    )
  }
  return typeOfLiteral(literal)
}

function typeOfOperation(check: Check, operator: string, args: readonly JsonValue[], places: readonly Place[], at: Place): ValueType {
  const placed = (i: number): Place => places[i] ?? at
  const typed = (i: number): ValueType => typeOf(check, args[i] ?? null, placed(i))
  switch (operator) {
    case 'var':
      return typeOfVar(check, args, places, at)
    case 'and':
    case 'or': {
      const kinds = new Set(args.map((_, i) => typed(i).kind))
      return kinds.size === 1 && kinds.has('boolean') ? { kind: 'boolean' } : kinds.size === 0 ? { kind: 'boolean' } : anyType
    }
    case 'if':
    case '?:': {
      const types = args.map((_, i) => typed(i))
      const results = types.filter((_, i) => i % 2 === 1 || i === args.length - 1)
      const [first] = results
      return first !== undefined && results.every((type) => type.kind === first.kind)
        ? { kind: first.kind, elements: first.elements }
        : anyType
    }
    case '!':
    case '!!':
      typed(0)
      return { kind: 'boolean' }
    case '==':
    case '===':
    case '!=':
    case '!==':
      checkEquality(check, operator, args, [typed(0), typed(1)], places)
      return { kind: 'boolean' }
    case '<':
    case '<=':
    case '>':
    case '>=':
    case 'between':
      checkOrder(
        check,
        operator,
        args,
        args.map((_, i) => typed(i)),
        places,
      )
      return { kind: 'boolean' }
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
    case 'max':
    case 'min':
    case 'distanceWithinKm':
      args.forEach((_, i) => {
        expect(check, ['number'], typed(i), args[i] ?? null, placed(i), `\`${operator}\` computes with numbers`)
      })
      return { kind: operator === 'distanceWithinKm' ? 'boolean' : 'number' }
    case 'cat':
      args.forEach((_, i) => {
        expect(check, ['text', 'number', 'boolean', 'array'], typed(i), args[i] ?? null, placed(i), '`cat` joins texts')
      })
      return { kind: 'text' }
    case 'substr':
      expect(check, ['text', 'number'], typed(0), args[0] ?? null, placed(0), '`substr` cuts a text')
      for (let i = 1; i < args.length; i++) expect(check, ['number'], typed(i), args[i] ?? null, placed(i), '`substr` counts in numbers')
      return { kind: 'text' }
    case 'in':
      checkMembership(check, args, typed(0), placed(0), placed(1))
      return { kind: 'boolean' }
    case 'inCidr':
      expect(check, ['text'], typed(0), args[0] ?? null, placed(0), '`inCidr` tests an address')
      checkNetworks(check, args[1] ?? null, placed(1))
      return { kind: 'boolean' }
    case 'startsWith':
    case 'endsWith':
      expect(check, ['text'], typed(0), args[0] ?? null, placed(0), `\`${operator}\` tests a text`)
      expect(check, ['text', 'array'], typed(1), args[1] ?? null, placed(1), `\`${operator}\` compares with a text or an array of texts`)
      return { kind: 'boolean' }
    case 'matches':
      expect(check, ['text'], typed(0), args[0] ?? null, placed(0), '`matches` tests a text')
      checkPattern(check, args[1] ?? null, placed(1))
      return { kind: 'boolean' }
    case 'isMissing':
      typed(0)
      if (args.length > 1 && !['not_provided', 'not_applicable', 'unavailable'].includes(String(args[1]))) {
        report(check, 'error', placed(1).path, 'a value is missing because it is `not_provided`, `not_applicable` or `unavailable`')
      }
      return { kind: 'boolean' }
    case 'missing':
    case 'missing_some':
      if (operator === 'missing_some') expect(check, ['number'], typed(0), args[0] ?? null, placed(0), '`missing_some` counts in numbers')
      checkNames(check, operator === 'missing' ? args : [args[1] ?? null], operator === 'missing' ? places : [placed(1)])
      return { kind: 'array', elements: 'text' }
    case 'merge':
      args.forEach((_, i) => {
        typed(i)
      })
      return { kind: 'array', elements: 'any' }
    default:
      return typeOfIteration(check, operator, args, placed)
  }
}

function typeOfVar(check: Check, args: readonly JsonValue[], places: readonly Place[], at: Place): ValueType {
  const [name, fallback] = args
  const place = places[0] ?? at
  if (fallback !== undefined) typeOf(check, fallback, places[1] ?? at)
  if (typeof name !== 'string' && typeof name !== 'number' && !(at.element !== undefined && name === null)) {
    report(check, 'error', place.path, 'a signal is named by a text')
    return anyType
  }
  if (at.element !== undefined && !String(name ?? '').startsWith('lists.')) return name === '' || name === null ? at.element : anyType
  const type = typeOfVariable(String(name), check.context, maySuggest(check))
  if (typeof type === 'string') {
    report(check, 'error', place.path, type)
    return anyType
  }
  if (type.kind === 'list') {
    report(check, 'error', place.path, 'a list can only be searched, with `in` or `inCidr`')
    return anyType
  }
  if (fallback !== undefined && fallback !== null) {
    expect(check, [type.kind], typeOfLiteral(fallback), fallback, places[1] ?? at, 'the default is of another type than the signal')
  }
  return type
}

/** The value list that an argument names, if it does. */
function listType(check: Check, logic: JsonValue, at: Place): ValueType | undefined {
  const operation = operationOf(logic)
  const name = operation?.operator === 'var' ? operation.args[0] : undefined
  if (typeof name !== 'string' || !name.startsWith('lists.')) return undefined
  const type = typeOfVariable(name, check.context, maySuggest(check))
  if (typeof type !== 'string') return type
  report(check, 'error', pathTo(at.path, 'var'), type)
  return { kind: 'list', elements: 'any' }
}

function checkMembership(check: Check, args: readonly JsonValue[], needle: ValueType, at: Place, containerAt: Place): void {
  const container = args[1] ?? null
  const list = listType(check, container, containerAt)
  if (needle.kind === 'array') report(check, 'error', at.path, '`in` looks for one value; use `some` or `all` to look for several')
  if (list !== undefined) {
    checkElements(check, needle, list, at.path, 'the list')
    return
  }
  const type = typeOf(check, container, containerAt)
  if (Array.isArray(container)) {
    container.forEach((element, i) => {
      const path = pathTo(containerAt.path, i)
      checkChoices(check, needle, element, path)
      if (typeof element === 'string' && element.includes('/') && parseNetwork(element) !== undefined) {
        report(check, 'warning', path, '`in` compares texts; use `inCidr` for networks')
      }
      if (typeof element === 'object' || needle.kind === 'any') return
      const { kind } = typeOfLiteral(element)
      if (kind !== needle.kind) report(check, 'error', path, `a ${needle.kind} is never equal to a ${kind}`)
    })
    if (container.length === 0) report(check, 'error', containerAt.path, 'nothing is in an empty array')
    return
  }
  if (type.kind === 'array') {
    checkElements(check, needle, type, at.path, 'the array')
    return
  }
  expect(check, ['text', 'array'], type, container, containerAt, '`in` looks into an array, a list or a text')
  if (type.kind === 'text') expect(check, ['text'], needle, args[0] ?? null, at, '`in` looks for a text in a text')
}

function checkNetworks(check: Check, networks: JsonValue, at: Place): void {
  const list = listType(check, networks, at)
  if (list !== undefined) return
  const type = typeOf(check, networks, at)
  if (operationOf(networks) !== undefined) {
    expect(check, ['text', 'array'], type, networks, at, '`inCidr` takes networks in CIDR notation')
    return
  }
  const entries = Array.isArray(networks) ? networks : [networks]
  entries.forEach((entry, i) => {
    if (typeof entry === 'string' && parseNetwork(entry) !== undefined) return
    report(
      check,
      'error',
      Array.isArray(networks) ? pathTo(at.path, i) : at.path,
      'not a network in CIDR notation, such as `203.0.113.0/24`',
    )
  })
}

function checkNames(check: Check, args: readonly JsonValue[], places: readonly Place[]): void {
  args.forEach((arg, i) => {
    const at = places[i] ?? { path: '$' }
    if (Array.isArray(arg)) {
      checkNames(
        check,
        arg,
        arg.map((_, j) => ({ ...at, path: pathTo(at.path, j) })),
      )
    } else if (typeof arg === 'string') {
      const type = at.element === undefined ? typeOfVariable(arg, check.context, maySuggest(check)) : anyType
      if (typeof type === 'string') report(check, 'error', at.path, type)
    } else typeOf(check, arg, at)
  })
}

function typeOfIteration(check: Check, operator: string, args: readonly JsonValue[], placed: (i: number) => Place): ValueType {
  const source = typeOf(check, args[0] ?? null, placed(0))
  expect(check, ['array'], source, args[0] ?? null, placed(0), `\`${operator}\` goes through an array`)
  const element: ValueType = { kind: source.elements === 'number' || source.elements === 'text' ? source.elements : 'any' }
  const body = typeOf(check, args[1] ?? null, { ...placed(1), element: operator === 'reduce' ? anyType : element })
  if (operator === 'reduce') return typeOf(check, args[2] ?? null, placed(2))
  if (operator === 'filter') return { kind: 'array', elements: source.elements }
  if (operator === 'map') return { kind: 'array', elements: body.kind === 'number' || body.kind === 'text' ? body.kind : 'any' }
  return { kind: 'boolean' }
}
