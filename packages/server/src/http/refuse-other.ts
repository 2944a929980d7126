import { ApiError } from '../errors/api-error.ts'

/** Refuses members that a client may repeat from a reply but not change, when they differ from what they are. */
export function refuseOther(sent: Readonly<Record<string, unknown>>, actual: Readonly<Record<string, unknown>>): void {
  const changed = Object.keys(actual).filter((name) => sent[name] !== undefined && sent[name] !== actual[name])
  if (changed.length === 0) return
  throw new ApiError('invalid_request', `${changed.map((name) => `\`${name}\``).join(', ')} cannot be changed`)
}
