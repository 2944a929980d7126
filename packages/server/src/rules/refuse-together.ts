import { ApiError } from '../errors/api-error.ts'

/** Runs all checks, and throws one refusal with what each of them refused. Any other error ends it. */
export function refuseTogether(checks: readonly (() => void)[]): void {
  const refusals: ApiError[] = []
  for (const check of checks) {
    try {
      check()
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 'invalid_request') throw error
      refusals.push(error)
    }
  }
  throwTogether(refusals)
}

/** Throws one refusal for several. */
export function throwTogether(refusals: readonly ApiError[]): void {
  const [first] = refusals
  if (first === undefined) return
  throw refusals.length === 1 ? first : new ApiError('invalid_request', refusals.map(({ description }) => description).join('; '))
}
