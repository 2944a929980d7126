import type { z } from 'zod'

/** Operations by name. Each takes and returns plain JSON, so that a command asks a running server for it or does it itself. */
export type OperationTable = Readonly<Record<string, (input: unknown) => Promise<unknown>>>

/** An operation whose input is checked. */
export function operation<Schema extends z.ZodType, Result>(
  schema: Schema,
  run: (input: z.output<Schema>) => Promise<Result>,
): (input: unknown) => Promise<Result> {
  return async (input) => run(schema.parse(input))
}
