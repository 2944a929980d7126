import type { JsonValue } from '../facts/json-value.ts'
import { parseAddress, parseNetwork } from './cidr.ts'
import { toText } from './coerce.ts'
import { type Compiler, type Operator, spend, type Test, type Value } from './compiler.ts'
import { operationOf, variableOf } from './condition.ts'
import { coverOf, type ListValues } from './list-values.ts'
import { ABSENT, comparedWithUnknown, either, FAILS, HOLDS, type Truth } from './truth.ts'

/** `in`: a value among the entries of a value list, among the elements of an array, or a text within a text. */
function compileIn(args: readonly JsonValue[], compiler: Compiler): Test {
  const [needle = null, haystack = null] = args
  const value = compiler.value(needle)
  const list = listOf(haystack, compiler)
  if (list !== undefined) return inList(value, list)
  if (Array.isArray(haystack)) return inLiteral(value, haystack, compiler)
  const container = compiler.value(haystack)
  compiler.budget.drawn = true
  return (signals, data) => {
    const within = container(signals, data)
    if (typeof within === 'string' || Array.isArray(within)) spend(compiler.budget, within.length >> 5)
    return isWithin(value(signals, data), within)
  }
}

function listOf(haystack: JsonValue, compiler: Compiler): ListValues | undefined {
  const name = variableOf(haystack)
  return name?.startsWith('lists.') ? compiler.lists.get(name.slice(6)) : undefined
}

function inList(value: Value, list: ListValues): Test {
  const covers = coverOf(list)
  return (signals, data) => {
    const item = value(signals, data)
    if (typeof item === 'symbol') return comparedWithUnknown(item)
    if (list.has(item as string | number)) return HOLDS
    return covers !== undefined && typeof item === 'string' && covers(item) ? HOLDS : FAILS
  }
}

function inLiteral(value: Value, elements: readonly JsonValue[], compiler: Compiler): Test {
  const computed = elements.filter((element) => operationOf(element) !== undefined).map((element) => compiler.value(element))
  const constants = new Set<unknown>(elements.filter((element) => typeof element !== 'object'))
  return (signals, data) => {
    const item = value(signals, data)
    if (typeof item === 'symbol') return comparedWithUnknown(item)
    if (constants.has(item)) return HOLDS
    let truth: Truth = FAILS
    for (const element of computed) {
      const other = element(signals, data)
      truth = either(truth, typeof other === 'symbol' ? comparedWithUnknown(other) : other === item ? HOLDS : FAILS)
    }
    return truth
  }
}

function isWithin(item: unknown, container: unknown): Truth {
  if (typeof item === 'symbol' || typeof container === 'symbol') return comparedWithUnknown(item, container)
  if (item === null || item === undefined || container === null || container === undefined) return ABSENT
  // JsonLogic: an empty text contains nothing, not even another empty text.
  if (typeof container === 'string') return container !== '' && container.includes(toText(item)) ? HOLDS : FAILS
  return Array.isArray(container) && container.includes(item) ? HOLDS : FAILS
}

/** `inCidr` [address, networks]: one network, an array of networks, or a value list. Text that is not an address is in no network. */
function compileInCidr(args: readonly JsonValue[], compiler: Compiler): Test {
  const [address = null, networks = null] = args
  const value = compiler.value(address)
  const entries = listOf(networks, compiler) ?? (Array.isArray(networks) ? networks : typeof networks === 'string' ? [networks] : undefined)
  if (entries === undefined) {
    const computed = compiler.value(networks)
    return (signals, data) => isInNetworks(value(signals, data), computed(signals, data))
  }
  const covers = coverOf(Array.isArray(entries) ? new Set(entries.filter((entry) => typeof entry === 'string')) : (entries as ListValues), {
    asNetworks: true,
  })
  return (signals, data) => {
    const item = value(signals, data)
    if (typeof item === 'symbol') return comparedWithUnknown(item)
    return typeof item === 'string' && covers?.(item) === true ? HOLDS : FAILS
  }
}

function isInNetworks(address: unknown, networks: unknown): Truth {
  if (typeof address === 'symbol' || typeof networks === 'symbol') return comparedWithUnknown(address, networks)
  if (typeof address !== 'string') return FAILS
  const parsed = parseAddress(address)
  for (const entry of Array.isArray(networks) ? networks : [networks]) {
    const network = typeof entry === 'string' ? parseNetwork(entry) : undefined
    if (parsed === undefined || network?.width !== parsed.width) continue
    const shift = BigInt(network.width - network.prefix)
    if (parsed.bits >> shift === network.bits >> shift) return HOLDS
  }
  return FAILS
}

export const membership: Operator = { test: compileIn }
export const networkMembership: Operator = { test: compileInCidr }
