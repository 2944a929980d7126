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

/** An alias that was given. Refuses one that no name would become. */
export function givenAlias(alias: string): string {
  if (aliasOf(alias) === alias) return alias
  throw new ApiError('invalid_request', `\`alias\`: \`${alias}\` is not lower-case letters and digits, separated by \`-\``)
}
