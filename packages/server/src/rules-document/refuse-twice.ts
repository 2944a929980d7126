import { ApiError } from '../errors/api-error.ts'

/** Refuses a document in which a name or an id occurs twice. */
export function refuseTwice(field: string, names: readonly string[] = []): void {
  const seen = new Set<string>()
  for (const name of names) {
    if (seen.has(name)) throw new ApiError('invalid_request', `\`${field}\`: \`${name}\` appears twice`)
    seen.add(name)
  }
}
