import { ApiError } from '../errors/api-error.ts'

/** What rules call a value list of that name: `Blocked countries` is `blocked-countries`. Refuses a name that leaves nothing. */
export function aliasOf(name: string): string {
  const alias = name
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '')
  if (alias === '') throw new ApiError('invalid_request', '`name` must contain a letter or a digit, because the alias is made from it')
  return alias
}
