import type { JsonValue } from '../facts/json-value.ts'
import { partProblem } from '../forms/text-forms.ts'
import { parseNetwork } from '../language/cidr.ts'
import { operationOf } from '../language/condition.ts'
import type { TextForm } from '../signals/signals.ts'
import { checkEntries, networkProblem } from './check-entries.ts'
import { type Check, checkElements, checkPossible, constantProblem, expect, maySuggest, type Place, report } from './check-operands.ts'
import { pathTo } from './condition-finding.ts'
import { argumentOf, type OperatorCall, placeOf, typeOfArgument } from './operator-call.ts'
import { typeOfLiteral, typeOfVariable, type ValueType } from './variable-type.ts'

/** Checks `in`: the value against the list, array or text that may contain it. */
export function checkMembership(call: OperatorCall): void {
  const { check } = call
  const needle = typeOfArgument(call, 0)
  const at = placeOf(call, 0)
  const container = argumentOf(call, 1)
  const containerAt = placeOf(call, 1)
  const list = listType(check, container, containerAt)
  if (needle.kind === 'array') report(check, 'error', at.path, '`in` looks for one value; use `some` or `all` to look for several')
  if (list !== undefined) {
    checkElements(check, needle, list, at.path, 'the list')
    checkEntries(check, needle, container, containerAt)
    return
  }
  const type = call.typeOf(container, containerAt)
  if (Array.isArray(container)) {
    container.forEach((element, i) => {
      const path = pathTo(containerAt.path, i)
      const problem = constantProblem(needle, element)
      if (problem !== undefined) report(check, 'error', path, problem)
      else if (typeof element === 'string' && element.includes('/') && parseNetwork(element) !== undefined) {
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
    checkPossible(check, type, argumentOf(call, 0), at.path)
    return
  }
  expect(check, ['text', 'array'], type, container, containerAt, '`in` looks into an array, a list or a text')
  if (type.kind !== 'text') return
  expect(check, ['text'], needle, argumentOf(call, 0), at, '`in` looks for a text in a text')
  if (type.form !== undefined) checkParts(call, type.form, argumentOf(call, 0), 'within', 0)
  if (typeof container === 'string' && needle.form !== undefined) {
    // A text that is no value itself may still hold one: `NZ, AU`.
    const words = container.split(/[\s,;|]+/).filter((word) => word !== '')
    const problems = words.flatMap((word) => constantProblem(needle, word) ?? [])
    if (problems.length === words.length) report(check, 'error', containerAt.path, problems[0] ?? 'nothing is in an empty text')
  }
}

/** Reports parts of a text that no value of its form has. */
export function checkParts(call: OperatorCall, form: TextForm, parts: JsonValue, at: 'start' | 'end' | 'within', argument = 1): void {
  const place = placeOf(call, argument).path
  ;[parts].flat().forEach((part, i) => {
    const problem = typeof part === 'string' ? partProblem(form, part, at) : undefined
    if (problem !== undefined) report(call.check, 'error', Array.isArray(parts) ? pathTo(place, i) : place, problem)
  })
}

/** Checks the networks of `inCidr`. */
export function checkNetworks(call: OperatorCall): void {
  const { check } = call
  const networks = argumentOf(call, 1)
  const at = placeOf(call, 1)
  if (listType(check, networks, at) !== undefined) {
    checkEntries(check, { kind: 'text', form: 'address' }, networks, at)
    return
  }
  const type = call.typeOf(networks, at)
  if (operationOf(networks) !== undefined) {
    expect(check, ['text', 'array'], type, networks, at, '`inCidr` takes networks in CIDR notation')
    return
  }
  const entries = Array.isArray(networks) ? networks : [networks]
  entries.forEach((entry, i) => {
    const problem = networkProblem(entry)
    if (problem !== undefined) report(check, 'error', Array.isArray(networks) ? pathTo(at.path, i) : at.path, problem)
  })
}

/** The type of the value list that an argument names. `undefined`: it names none. */
function listType(check: Check, logic: JsonValue, at: Place): ValueType | undefined {
  const operation = operationOf(logic)
  const name = operation?.operator === 'var' ? operation.args[0] : undefined
  if (typeof name !== 'string' || !name.startsWith('lists.')) return undefined
  const type = typeOfVariable(name, check.context, maySuggest(check))
  if (typeof type !== 'string') return type
  report(check, 'error', pathTo(at.path, 'var'), type)
  return { kind: 'list', elements: 'any' }
}
