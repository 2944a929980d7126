import { ApiError } from '../errors/api-error.ts'

/** The alias that rules use for a value list: `Blocked countries` becomes `blocked-countries`. Refuses a name without a letter or digit. */
export function aliasOf(name: string): string {
  const alias = name
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '')
  if (alias === '') throw new ApiError('invalid_request', '`name` must contain a letter or a digit, because the alias is made from it')
  return alias
}
