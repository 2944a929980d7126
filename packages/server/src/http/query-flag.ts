import { z } from 'zod'

const yes = ['true', 'True', 'TRUE', '1', 'yes', 'on', 'y', 'enabled'] as const
const no = ['false', 'False', 'FALSE', '0', 'no', 'off', 'n', 'disabled'] as const

/** Yes or no in a query, where everything is text. The document lists what it takes. */
export const queryFlag = z.enum([...yes, ...no]).transform((text) => (yes as readonly string[]).includes(text))
