import type { z } from 'zod'
import { ApiError } from '../errors/api-error.ts'
import { problemsOf, words } from '../schema-words.ts'

/** Operations by name. Each takes and returns plain JSON, so that a command asks a running server for it or does it itself. */
export type OperationTable = Readonly<Record<string, (input: unknown) => Promise<unknown>>>

/** An operation whose input is checked. Refuses with every problem, in words. */
export function operation<Schema extends z.ZodType, Result>(
  schema: Schema,
  run: (input: z.output<Schema>) => Promise<Result>,
): (input: unknown) => Promise<Result> {
  return async (input) => {
    const parsed = schema.safeParse(input, { error: words })
    if (!parsed.success) throw new ApiError('invalid_request', problemsOf(parsed.error).join('; '), { cause: parsed.error })
    return run(parsed.data)
  }
}
