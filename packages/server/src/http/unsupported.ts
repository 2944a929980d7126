import { z } from 'zod'

/**
 * Members of the original API that this release does not carry out. Anything but `null`, which asks for nothing, is refused: a setting that is accepted and
 * does nothing is worse than none.
 */
export function unsupported<const Name extends string>(...names: Name[]): Record<Name, z.ZodOptional<z.ZodNull>> {
  const nothing = z.null('is not supported by this release').optional().meta({ description: 'Not supported: only `null` is accepted.' })
  return Object.fromEntries(names.map((name) => [name, nothing])) as Record<Name, typeof nothing>
}
