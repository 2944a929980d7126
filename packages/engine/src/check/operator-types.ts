import { isMissingReason } from '../facts/missing.ts'
import type { OperatorName } from '../language/operator-name.ts'
import { checkMembership, checkNetworks, checkParts } from './check-membership.ts'
import { checkNames } from './check-names.ts'
import { checkEquality, checkOrder, checkPattern, expect, report } from './check-operands.ts'
import { argumentOf, type OperatorCall, placeOf, typeOfArgument, typesOfArguments } from './operator-call.ts'
import { typeOfVar } from './type-of-var.ts'
import { anyType, type ValueType } from './variable-type.ts'

type TypeRule = (call: OperatorCall) => ValueType

/** What each operator takes and yields. A rule returns the type of a use of the operator and reports arguments that it cannot work on. */
export const operatorTypes: Readonly<Record<OperatorName, TypeRule>> = {
  var: typeOfVar,
  and: connective,
  or: connective,
  if: choice,
  '?:': choice,
  '==': equality,
  '===': equality,
  '!=': equality,
  '!==': equality,
  '<': order,
  '<=': order,
  '>': order,
  '>=': order,
  '!': truth,
  '!!': truth,
  between: order,
  '+': computation,
  '*': computation,
  '-': computation,
  '/': computation,
  '%': computation,
  max: computation,
  min: computation,
  in: (call) => {
    checkMembership(call)
    return answer
  },
  inCidr: (call) => {
    const type = expectArgument(call, 0, ['text'], '`inCidr` tests an address')
    if (type.form !== undefined && type.form !== 'address') {
      report(call.check, 'error', placeOf(call, 0).path, '`inCidr` tests an address, and this is never one')
    }
    checkNetworks(call)
    return answer
  },
  cat: (call) => {
    call.args.forEach((_, i) => {
      expectArgument(call, i, ['text', 'number', 'boolean', 'array'], '`cat` joins texts')
    })
    return { kind: 'text' }
  },
  substr: (call) => {
    expectArgument(call, 0, ['text', 'number'], '`substr` cuts a text')
    for (let i = 1; i < call.args.length; i++) expectArgument(call, i, ['number'], '`substr` counts in numbers')
    return { kind: 'text' }
  },
  startsWith: (call) => affix(call, 'start'),
  endsWith: (call) => affix(call, 'end'),
  matches: (call) => {
    expectArgument(call, 0, ['text'], '`matches` tests a text')
    checkPattern(call.check, argumentOf(call, 1), placeOf(call, 1))
    return answer
  },
  map: (call) => {
    const { body } = iteration(call)
    return { kind: 'array', elements: body.kind === 'number' || body.kind === 'text' ? body.kind : 'any' }
  },
  filter: (call) => {
    const { elements, form } = iteration(call).source
    return { kind: 'array', elements, form }
  },
  reduce: (call) => {
    iteration(call, anyType)
    return typeOfArgument(call, 2)
  },
  all: quantifier,
  some: quantifier,
  none: quantifier,
  merge: (call) => {
    typesOfArguments(call)
    return { kind: 'array', elements: 'any' }
  },
  isMissing: (call) => {
    typeOfArgument(call, 0)
    if (call.args.length > 1 && !isMissingReason(String(call.args[1]))) {
      const message = 'a value is missing because it is `not_provided`, `not_applicable` or `unavailable`'
      report(call.check, 'error', placeOf(call, 1).path, message)
    }
    return answer
  },
  missing: (call) => {
    checkNames(call, call.args, call.places)
    return names
  },
  missing_some: (call) => {
    expectArgument(call, 0, ['number'], '`missing_some` counts in numbers')
    checkNames(call, [argumentOf(call, 1)], [placeOf(call, 1)])
    return names
  },
  distanceWithinKm: (call) => {
    computation(call)
    return answer
  },
}

const answer: ValueType = { kind: 'boolean' }
const names: ValueType = { kind: 'array', elements: 'text' }

/** `and` and `or` yield the value that decided. */
function connective(call: OperatorCall): ValueType {
  return typesOfArguments(call).every(({ kind }) => kind === 'boolean') ? answer : anyType
}

function choice(call: OperatorCall): ValueType {
  const types = typesOfArguments(call)
  const results = types.filter((_, i) => i % 2 === 1 || i === types.length - 1)
  const [first] = results
  return first !== undefined && results.every((type) => type.kind === first.kind) ? { kind: first.kind, elements: first.elements } : anyType
}

function truth(call: OperatorCall): ValueType {
  typeOfArgument(call, 0)
  return answer
}

function equality(call: OperatorCall): ValueType {
  checkEquality(call.check, call.operator, call.args, [typeOfArgument(call, 0), typeOfArgument(call, 1)], call.places)
  return answer
}

function order(call: OperatorCall): ValueType {
  checkOrder(call.check, call.operator, call.args, typesOfArguments(call), call.places)
  return answer
}

function computation(call: OperatorCall): ValueType {
  call.args.forEach((_, i) => {
    expectArgument(call, i, ['number'], `\`${call.operator}\` computes with numbers`)
  })
  return { kind: 'number' }
}

function affix(call: OperatorCall, at: 'start' | 'end'): ValueType {
  const { form } = expectArgument(call, 0, ['text'], `\`${call.operator}\` tests a text`)
  expectArgument(call, 1, ['text', 'array'], `\`${call.operator}\` compares with a text or an array of texts`)
  if (form !== undefined) checkParts(call, form, argumentOf(call, 1), at)
  return answer
}

function quantifier(call: OperatorCall): ValueType {
  iteration(call)
  return answer
}

/**
 * Types an array and the expression that is evaluated for each of its elements. `element`: what `var` reads there, when it is not the
 * element itself.
 */
function iteration(call: OperatorCall, element?: ValueType): { source: ValueType; body: ValueType } {
  const source = expectArgument(call, 0, ['array'], `\`${call.operator}\` goes through an array`)
  const itself: ValueType = {
    kind: source.elements === 'number' || source.elements === 'text' ? source.elements : 'any',
    form: source.form,
  }
  const body = call.typeOf(argumentOf(call, 1), { ...placeOf(call, 1), element: element ?? itself })
  return { source, body }
}

function expectArgument(call: OperatorCall, i: number, kinds: readonly ValueType['kind'][], rule: string): ValueType {
  const type = typeOfArgument(call, i)
  expect(call.check, kinds, type, argumentOf(call, i), placeOf(call, i), rule)
  return type
}
