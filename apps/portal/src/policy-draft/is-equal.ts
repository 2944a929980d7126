/** Equal as JSON: the order of members in an object does not matter, and an undefined one is absent. */
export function isEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((element, place) => isEqual(element, b[place]))
  }
  const [one, other] = [membersOf(a), membersOf(b)]
  return one.size === other.size && [...one].every(([name, value]) => other.has(name) && isEqual(value, other.get(name)))
}

function membersOf(object: object): Map<string, unknown> {
  return new Map(Object.entries(object).filter(([, value]) => value !== undefined))
}
