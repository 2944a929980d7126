import type { JsonValue } from '../facts/json-value.ts'
import { parseNetwork } from '../language/cidr.ts'
import { operationOf } from '../language/condition.ts'
import { type Check, checkChoices, checkElements, expect, maySuggest, type Place, report } from './check-operands.ts'
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
    return
  }
  const type = call.typeOf(container, containerAt)
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
  if (type.kind === 'text') expect(check, ['text'], needle, argumentOf(call, 0), at, '`in` looks for a text in a text')
}

/** Checks the networks of `inCidr`. */
export function checkNetworks(call: OperatorCall): void {
  const { check } = call
  const networks = argumentOf(call, 1)
  const at = placeOf(call, 1)
  if (listType(check, networks, at) !== undefined) return
  const type = call.typeOf(networks, at)
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
