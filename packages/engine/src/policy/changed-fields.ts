import type { JsonValue } from '../facts/json-value.ts'
import type { RuleDefinition } from './policy-definition.ts'

/** One field that differs. A side that lacks the field is absent. */
export interface FieldChange {
  field: string
  before?: JsonValue
  after?: JsonValue
}

const notCompared = new Set(['ruleId'])

/** The fields in which two versions of a rule differ. */
export function changedFields(before: RuleDefinition, after: RuleDefinition): FieldChange[] {
  const was = before as unknown as Record<string, JsonValue | undefined>
  const is = after as unknown as Record<string, JsonValue | undefined>
  const fields = [...new Set([...Object.keys(was), ...Object.keys(is)])].filter((field) => !notCompared.has(field))
  return fields
    .filter((field) => !isEqual(was[field], is[field]))
    .map((field) => ({
      field,
      ...(was[field] === undefined ? {} : { before: was[field] }),
      ...(is[field] === undefined ? {} : { after: is[field] }),
    }))
}

/** Equal as JSON: the order of members in an object does not matter. */
export function isEqual(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((element, i) => isEqual(element, b[i]))
  }
  const present = (object: { [key: string]: JsonValue }) => Object.keys(object).filter((key) => object[key] !== undefined)
  const keys = present(a)
  return keys.length === present(b).length && keys.every((key) => Object.hasOwn(b, key) && isEqual(a[key], b[key]))
}
